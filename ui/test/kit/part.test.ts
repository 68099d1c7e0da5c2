import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import Later from '../../src/kit/Later.svelte';
import { Part } from '../../src/kit/part.svelte';
import Spinner from '../../src/kit/Spinner.svelte';

it('a part is fetched once, however often it is wanted', async () => {
  const load = vi.fn(() => import('../../src/kit/Spinner.svelte'));
  const part = new Part(load);
  expect(part.component).toBeNull();
  await Promise.all([part.fetch(), part.fetch()]);
  await part.fetch();
  expect(load).toHaveBeenCalledOnce();
  expect(part.component).toBe(Spinner);
});

it('a part that has been fetched is there at once', async () => {
  const part = new Part(() => import('../../src/kit/Spinner.svelte'));
  await part.fetch();
  const { container } = render(Later, { part });
  expect(container.querySelector('.spinner')).not.toBeNull();
});

it('a part that cannot be fetched says why, and is fetched again when the person asks', async () => {
  const load = vi.fn(async () => ({ default: Spinner }));
  load.mockRejectedValueOnce(new Error('the chunk is missing'));
  const { container } = render(Later, { part: new Part(load) });
  expect(await screen.findByText(/the chunk is missing/)).toBeTruthy();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(container.querySelector('.spinner')).not.toBeNull());
  expect(screen.queryByText(/the chunk is missing/)).toBeNull();
});

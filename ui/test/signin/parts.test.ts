// Apart from the other tests of the whole interface: here nothing has been fetched beforehand.

import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import App from '../../src/App.svelte';
import { App as Stages } from '../../src/app.svelte';
import { memoryBackend } from '../../src/bridge/memory';
import { chooseModel, PARTS } from '../../src/parts';
import { Session } from '../../src/session.svelte';

let fetched: number[] = [];

beforeEach(() => {
  fetched = [];
  PARTS.forEach((part, index) =>
    vi.spyOn(part, 'fetch').mockImplementation(async () => void fetched.push(index)),
  );
});

async function firstScreen() {
  render(App, { backend: memoryBackend() });
  await screen.findByRole('heading', { name: 'Welcome to Confidant' });
}

it('the first screen stands before any part is fetched; then they come by themselves', async () => {
  await firstScreen();
  expect(fetched).toEqual([]);
  await waitFor(() => expect(fetched).toEqual([...PARTS.keys()]), { timeout: 5000 });
});

it('a screen stays until the next one can be drawn', async () => {
  let arrive = () => {};
  vi.mocked(chooseModel.fetch).mockReturnValue(new Promise((resolve) => (arrive = resolve)));
  await firstScreen();
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('Identifier'), 'ada');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
  await waitFor(() => expect(chooseModel.fetch).toHaveBeenCalled());
  expect(screen.getByRole('heading', { name: 'Welcome to Confidant' })).toBeTruthy();
  arrive();
  await waitFor(() => expect(screen.queryByRole('heading')).toBeNull());
});

it('what is pressed twice while it comes is begun once', async () => {
  const backend = memoryBackend();
  const account = await backend.createAccount({
    identifier: 'ada',
    displayName: '',
    password: null,
    remember: true,
  });
  const app = new Stages(backend);
  const session = new Session(backend, account);
  await Promise.all([app.proceed(session), app.proceed(session)]);
  expect(backend.calls.filter(({ command }) => command === 'listProfiles')).toHaveLength(1);
});

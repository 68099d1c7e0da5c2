import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { chart, element, expectClean, shown, table } from './made';

const side = element('Aside', table(['a'], [[1]]), { display: 'side' });
const page = element('Whole', chart('bar'), { display: 'page' });

describe('an element beside the messages', () => {
  it('opens with its heading in focus, and gives the focus back when closed', async () => {
    const { user } = await shown([side]);
    const button = await screen.findByRole('button', { name: 'Open Aside' });
    expect(screen.queryByRole('table')).toBeNull();
    await user.click(button);
    const region = await screen.findByRole('region', { name: 'Aside' });
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Aside'));
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(document.querySelector('main')?.inert).toBeFalsy();
    expect(region.querySelector('table')).toBeTruthy();
    await expectClean();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Aside' })).toBeNull());
    expect(document.activeElement).toBe(button);
  });

  it('is a part of the window that F6 comes to', async () => {
    const { user, composer } = await shown([side]);
    await user.click(await screen.findByRole('button', { name: 'Open Aside' }));
    await screen.findByRole('region', { name: 'Aside' });
    composer.focus();
    await user.keyboard('{F6}');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Close this view');
  });

  it('lies over the messages where there is no room beside them', async () => {
    const { user } = await shownNarrow();
    await user.click(await screen.findByRole('button', { name: 'Open Aside' }));
    await screen.findByRole('region', { name: 'Aside' });
    expect(document.querySelector('main')?.inert).toBe(true);
  });

  it('closes with the conversation', async () => {
    const { user } = await shown([side]);
    await user.click(await screen.findByRole('button', { name: 'Open Aside' }));
    await screen.findByRole('region', { name: 'Aside' });
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Aside' })).toBeNull());
  });
});

describe('an element over the messages', () => {
  it('takes their place and gives it back', async () => {
    const { user } = await shown([page, side]);
    await user.click(await screen.findByRole('button', { name: 'Open Whole' }));
    await screen.findByRole('region', { name: 'Whole' });
    expect(document.querySelector('main')?.inert).toBe(true);
    await expectClean();
    await user.click(screen.getByRole('button', { name: 'Back to the messages' }));
    await waitFor(() => expect(document.querySelector('main')?.inert).toBeFalsy());
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Open Whole');
  });
});

/** Made narrow once it is open: a narrow window hides the list to open it from. */
async function shownNarrow() {
  const started = await shown([side]);
  window.innerWidth = 700;
  window.dispatchEvent(new Event('resize'));
  return started;
}

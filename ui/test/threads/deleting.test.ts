import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { menuItem, signedIn } from '../support/app';
import { said, thread } from '../support/make';

const stored = (id: string, day: number) => ({
  summary: thread(id, { lastActivity: `2025-05-0${day}T00:00:00Z` }),
  steps: [said('user', 0, `${id}?`), { ...said('assistant', 1, `${id}!`), id: `${id}-1` }],
});
const list = () => within(screen.getByRole('navigation'));
const row = (name: string) => list().findByRole('button', { name });
const confirm = async () =>
  within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete' });

/** Three threads in the list, newest first; `open` is in view. */
async function reading(open: string, names = ['first', 'second', 'third']) {
  const threads = names.map((name, index) => stored(name, 9 - index));
  const started = await signedIn({ threads });
  await started.user.click(await row(open));
  await screen.findByText(`${open}!`);
  return started;
}

describe('after a thread was deleted from the list, the focus is', () => {
  it.each([
    ['on the next one', 'second', 'third'],
    ['on the one before, when it was the last', 'third', 'second'],
  ])('%s', async (_, gone, heir) => {
    const { user } = await reading('first');
    (await row(gone)).focus();
    await user.keyboard('{Delete}');
    await user.click(await confirm());
    await waitFor(() => expect(list().queryByRole('button', { name: gone })).toBeNull());
    const button = await row(heir);
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it('on the next one, when the deleted one was being read and the next took its place', async () => {
    const { user } = await reading('second');
    await user.click(await screen.findByRole('button', { name: 'Options for second' }));
    await user.click(await menuItem('Delete'));
    await user.click(await confirm());
    await screen.findByText('third!');
    const button = await row('third');
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it('on "New chat", when there is none left', async () => {
    const { user } = await reading('only', ['only']);
    (await row('only')).focus();
    await user.keyboard('{Delete}');
    await user.click(await confirm());
    await screen.findByText('Your conversations will appear here.');
    const fresh = screen.getByRole('button', { name: 'New chat' });
    await waitFor(() => expect(document.activeElement).toBe(fresh));
  });

  it('where it was, when the person thinks better of it', async () => {
    const { user } = await reading('first');
    const button = await row('second');
    button.focus();
    await user.keyboard('{Delete}');
    await confirm();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(document.activeElement).toBe(button));
  });
});

it('after the thread in view was deleted from its header, the focus is in the conversation', async () => {
  const { user } = await reading('only', ['only']);
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await menuItem('Delete'));
  await user.click(await confirm());
  await screen.findByRole('heading', { name: 'Hello, ada' });
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message' })),
  );
});

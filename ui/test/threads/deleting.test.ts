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
const gone = (name: string) =>
  waitFor(() => expect(list().queryByRole('button', { name })).toBeNull());
const names = () =>
  [...document.querySelectorAll('nav .name')].map((name) => name.textContent?.trim());

/** Three threads in the list, newest first; `open` is in view. */
async function reading(open: string, which = ['first', 'second', 'third']) {
  const threads = which.map((name, index) => stored(name, 9 - index));
  const started = await signedIn({ threads });
  await started.user.click(await row(open));
  await screen.findByText(`${open}!`);
  return started;
}

describe('after a thread was deleted from the list, the focus is', () => {
  it.each([
    ['on the next one', 'second', 'third'],
    ['on the one before, when it was the last', 'third', 'second'],
  ])('%s', async (_, deleted, heir) => {
    const { user } = await reading('first');
    (await row(deleted)).focus();
    await user.keyboard('{Delete}');
    await gone(deleted);
    const button = await row(heir);
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it('on the next one, when the deleted one was being read and the next took its place', async () => {
    const { user } = await reading('second');
    await user.click(await screen.findByRole('button', { name: 'Options for second' }));
    await user.click(await menuItem('Delete'));
    await screen.findByText('third!');
    const button = await row('third');
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it('on "New chat", when there is none left', async () => {
    const { user } = await reading('only', ['only']);
    (await row('only')).focus();
    await user.keyboard('{Delete}');
    await screen.findByText('Your conversations will appear here.');
    const fresh = screen.getByRole('button', { name: 'New chat' });
    await waitFor(() => expect(document.activeElement).toBe(fresh));
  });
});

it('after the thread in view was deleted from its header, the focus is in the conversation', async () => {
  const { user } = await reading('only', ['only']);
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await menuItem('Delete'));
  await screen.findByRole('heading', { name: 'Hello, ada' });
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message' })),
  );
});

it('Undo brings it back, with the focus on it', async () => {
  const { user } = await reading('first');
  (await row('second')).focus();
  await user.keyboard('{Delete}');
  await gone('second');
  await screen.findByText('“second” is in the bin.');
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  const button = await row('second');
  await waitFor(() => expect(document.activeElement).toBe(button));
  expect(names()).toEqual(['first', 'second', 'third']);
});

it('what the core refuses stays in the list', async () => {
  const { user, backend } = await reading('first');
  backend.failNext('binThreads', { code: 'storageFull' });
  (await row('second')).focus();
  await user.keyboard('{Delete}');
  await screen.findAllByText(/no room left/);
  expect(names()).toEqual(['first', 'second', 'third']);
});

it('several are selected with the keyboard and deleted together', async () => {
  const { user } = await reading('first');
  (await row('second')).focus();
  await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
  await screen.findByText('2 selected');
  expect((await row('second')).getAttribute('aria-pressed')).toBe('true');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByText('2 selected')).toBeNull());
  (await row('first')).focus();
  await user.keyboard('{Control>} {/Control}');
  (await row('third')).focus();
  await user.keyboard('{Control>} {/Control}');
  await screen.findByText('2 selected');
  await user.keyboard('{Delete}');
  await gone('third');
  expect(names()).toEqual(['second']);
  await screen.findByText('second!');
  await screen.findByText('2 conversations are in the bin.');
});

it('the bin gives back and deletes for good', async () => {
  const { user } = await reading('first');
  for (const name of ['second', 'third']) {
    (await row(name)).focus();
    await user.keyboard('{Delete}');
    await gone(name);
  }
  await user.click(screen.getByRole('button', { name: /account menu/ }));
  await user.click(await menuItem('Bin'));
  await user.click(await screen.findByRole('button', { name: 'Restore second' }));
  await waitFor(() => expect(names()).toEqual(['first', 'second']));
  await user.click(screen.getByRole('button', { name: 'Empty bin' }));
  const confirm = within(await screen.findByRole('alertdialog'));
  await confirm.findByText(/^1 conversation and everything in it/);
  await user.click(confirm.getByRole('button', { name: 'Delete for good' }));
  await screen.findByText('The bin is empty.');
});

it('a pinned thread stands at the top', async () => {
  const { user } = await reading('first');
  await user.click(await screen.findByRole('button', { name: 'Options for third' }));
  await user.click(await menuItem('Pin'));
  await waitFor(() => expect(names()).toEqual(['third', 'first', 'second']));
  expect(screen.getByRole('heading', { name: 'Pinned' })).toBeTruthy();
  await user.click(await screen.findByRole('button', { name: 'Options for third' }));
  await user.click(await menuItem('Unpin'));
  await waitFor(() => expect(names()).toEqual(['first', 'second', 'third']));
});

describe('Ctrl+Z', () => {
  it('takes back the last deletion, and goes on taking back what is written', async () => {
    const { user } = await reading('first');
    (await row('second')).focus();
    await user.keyboard('{Delete}');
    await gone('second');
    const composer = screen.getByRole('textbox', { name: 'Message' });
    await user.type(composer, 'words');
    await user.keyboard('{Control>}z{/Control}');
    expect(list().queryByRole('button', { name: 'second' }), 'it belongs to the field').toBeNull();
    await user.clear(composer);
    await user.keyboard('{Control>}z{/Control}');
    expect(await row('second')).toBeTruthy();
    await user.keyboard('{Control>}z{/Control}');
    expect(names(), 'once').toEqual(['first', 'second', 'third']);
  });
});

// The list of profiles could not be had; the history can be read all the same.

import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { profile, start, withPassword } from '../support/app';
import { said, thread } from '../support/make';

const row = () => within(screen.getByRole('navigation')).findByRole('button', { name: 'old' });

async function begun() {
  const started = start({
    accounts: [withPassword('ada')],
    signedIn: 'ada',
    profiles: [profile('assistant')],
    threads: [{ summary: thread('old'), steps: [said('user', 0, 'Known?')] }],
  });
  started.backend.failNext('listProfiles', { code: 'storageFull' });
  await screen.findByText(/no room left/);
  return started;
}

it('stored threads are listed and open', async () => {
  const { user } = await begun();
  await user.click(await row());
  expect(await screen.findByText('Known?')).toBeTruthy();
  expect(screen.queryByText(/no room left/)).toBeNull();
});

it('the list can be had where it does not stand beside', async () => {
  Object.defineProperty(window, 'innerWidth', { value: 500, configurable: true });
  const { user } = await begun();
  await user.click(screen.getByRole('button', { name: 'Show or hide the sidebar' }));
  await user.click(await row());
  expect(await screen.findByText('Known?')).toBeTruthy();
});

it('asking again begins a new conversation, and lists nothing twice', async () => {
  const { user, backend } = await begun();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'Hello, ada' })).toBeTruthy();
  expect(backend.calls.filter(({ command }) => command === 'listThreads')).toHaveLength(1);
});

it('so does wanting a new conversation; as long as there is none, it stands there why', async () => {
  const { user, backend } = await begun();
  await user.click(await row());
  await screen.findByText('Known?');
  backend.failNext('listProfiles', { code: 'storageFull' });
  await user.click(screen.getByRole('button', { name: 'New chat' }));
  expect(await screen.findByText(/no room left/)).toBeTruthy();
  expect(screen.queryByText('Known?')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'New chat' }));
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Hello, ada' })).toBeTruthy());
});

it('a thread that was opened meanwhile is not taken away', async () => {
  const { user, backend } = await begun();
  let answer = () => {};
  const list = backend.listProfiles;
  const held = new Promise<void>((resolve) => (answer = resolve));
  backend.listProfiles = () => held.then(list);
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  await user.click(await row());
  await screen.findByText('Known?');
  answer();
  await waitFor(() => expect(screen.getByTitle(/New chat with a profile/)).toBeTruthy());
  expect(screen.getByText('Known?')).toBeTruthy();
});

// Deleting an account takes several steps in the core, and each of them can be the last that works.

import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { BackendError, type Backend } from '../../src/bridge/backend';
import { signedIn } from '../support/app';

const failed = new BackendError({ code: 'storageFailed', detail: 'in use' });
const told = /^Deleting the account ended with an error. The history could not be .* in use$/;

/**
 * Somebody with something to hide deletes their account, and `steps` is how far the core gets;
 * `seen` is the core as the window sees it.
 */
async function deleting(steps: (core: Backend, seen: Backend) => Promise<unknown>) {
  const started = await signedIn();
  const { user, backend, composer } = started;
  await user.type(composer, 'my secret plan{Enter}');
  await screen.findByText('You said: my secret plan');

  const core = { ...backend };
  backend.deleteAccount = async () => {
    await steps(core, backend);
    throw failed;
  };
  await user.keyboard('{Control>},{/Control}');
  await user.click(await screen.findByRole('tab', { name: 'Account' }));
  await user.click(screen.getByRole('button', { name: 'Delete account' }));
  const dialog = within(await screen.findByRole('alertdialog'));
  await fireEvent.input(dialog.getByRole('textbox'), { target: { value: 'ada' } });
  await user.click(dialog.getByRole('button', { name: 'Delete account' }));
  return started;
}

it('when the account is gone, nothing of it stays, and the sign-in screen says what happened', async () => {
  const { user } = await deleting((core) => core.deleteAccount());
  expect(await screen.findByRole('heading', { name: 'Welcome to Confidant' })).toBeTruthy();
  expect(screen.getByText(told).closest('[role=alert]')).not.toBeNull();
  expect(document.body.textContent).not.toContain('secret plan');

  await user.type(screen.getByLabelText('Identifier'), 'grace');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
  await screen.findByRole('heading', { name: 'Choose a model' });
  expect(screen.queryByText(told)).toBeNull();
});

it('when only the session is over, nothing of it stays either', async () => {
  await deleting((core) => core.signOut(false));
  expect(await screen.findByRole('button', { name: /ada/ })).toBeTruthy();
  expect(screen.getByText(told)).toBeTruthy();
  expect(document.body.textContent).not.toContain('secret plan');
});

it('when the account is no longer listed, its session is ended', async () => {
  const { backend } = await deleting(async (_, seen) => {
    seen.listAccounts = async () => [];
  });
  expect(await screen.findByRole('heading', { name: 'Welcome to Confidant' })).toBeTruthy();
  expect(screen.getByText(told)).toBeTruthy();
  expect(await backend.currentAccount()).toBeNull();
});

it('when it stays, the dialog says so and the person stays signed in', async () => {
  const { backend } = await deleting(async () => {});
  const dialog = within(await screen.findByRole('alertdialog'));
  expect(await dialog.findByText(/The history could not be/)).toBeTruthy();
  expect(await backend.currentAccount()).not.toBeNull();
});

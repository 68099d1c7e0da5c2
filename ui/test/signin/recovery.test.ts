import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { account, profile, signedIn, start } from '../support/app';

const profiles = [profile('assistant')];
const code = 'AAAAA-BBBBB-CCCCC-DDDDD-00001';

it('a new account with a password is given a code before anything else', async () => {
  const { user } = start({ profiles });
  await user.type(await screen.findByLabelText('Identifier'), 'ada');
  await user.type(screen.getByLabelText('Password (optional)'), 'secret');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
  await screen.findByRole('heading', { name: 'Your recovery code' });
  expect(screen.getByText(code)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'I have kept it' }));
  await screen.findByRole('heading', { name: 'Choose a model' });
});

it('without a code there is a model to choose all the same', async () => {
  const { user, backend } = start({ profiles });
  backend.failNext('newRecoveryCode', { code: 'keyringLocked' });
  await user.type(await screen.findByLabelText('Identifier'), 'ada');
  await user.type(screen.getByLabelText('Password (optional)'), 'secret');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
  await screen.findByRole('heading', { name: 'Choose a model' });
});

it('whoever forgot the password comes in with the code', async () => {
  const ada = {
    account: account('ada', { hasRecovery: true }),
    password: 'forgotten',
    recovery: code,
  };
  const { user } = start({ profiles, accounts: [ada] });
  await user.click(await screen.findByRole('button', { name: /ada/ }));
  await user.click(await screen.findByRole('button', { name: 'Forgot your password?' }));
  const field = await screen.findByLabelText('Recovery code');
  await user.type(field, 'wrong');
  await user.type(screen.getByLabelText('New password'), 'secret');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await screen.findByText(/not the recovery code/);
  expect(document.activeElement).toBe(field);
  await user.clear(field);
  await user.type(field, `${code.toLowerCase()}{Enter}`);
  await screen.findByRole('textbox', { name: 'Message' });
});

it('without a code there is nothing to forget the password for', async () => {
  const { user } = start({ profiles, accounts: [{ account: account('ada'), password: 'secret' }] });
  await user.click(await screen.findByRole('button', { name: /ada/ }));
  await screen.findByLabelText('Password');
  expect(screen.queryByRole('button', { name: 'Forgot your password?' })).toBeNull();
});

it('password and code are changed on the account page', async () => {
  const ada = { account: account('ada', { hasPassword: false, remembered: true }), password: null };
  const { user, backend } = await signedIn({ accounts: [ada] });
  await user.keyboard('{Control>},{/Control}');
  await user.click(await screen.findByRole('tab', { name: 'Account' }));
  await user.click(await screen.findByRole('button', { name: 'Set a password' }));
  const dialog = within(await screen.findByRole('alertdialog'));
  await waitFor(() => expect(document.activeElement).toBe(dialog.getByLabelText('New password')));
  await user.keyboard('first');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await user.click(await screen.findByRole('button', { name: 'Change password' }));
  const change = within(await screen.findByRole('alertdialog'));
  await user.type(change.getByLabelText('Current password'), 'wrong');
  await user.type(change.getByLabelText('New password'), 'second{Enter}');
  await change.findByText('This password is not right.');
  await user.clear(change.getByLabelText('Current password'));
  await user.type(change.getByLabelText('Current password'), 'first{Enter}');
  await user.click(await screen.findByRole('button', { name: 'New recovery code' }));
  const ask = within(await screen.findByRole('alertdialog'));
  await user.type(ask.getByLabelText('Current password'), 'second{Enter}');
  expect(await screen.findByText(code)).toBeTruthy();
  const sent = backend.calls.filter(({ command }) => command === 'setPassword');
  expect(sent.map(({ args }) => args)).toEqual([
    [null, 'first'],
    ['wrong', 'second'],
    ['first', 'second'],
  ]);
});

import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { signedIn, start } from '../support/app';

async function opened(env: string[]) {
  const started = await signedIn({ env });
  await started.user.keyboard('{Control>},{/Control}');
  await screen.findByRole('dialog', { name: 'Settings' });
  return started;
}

const form = () => within(screen.getByRole('form', { name: 'SEARCH_KEY' }));

it('there is no page for variables when the app asks for none', async () => {
  await opened([]);
  expect(screen.queryByRole('tab', { name: 'Keys and variables' })).toBeNull();
});

it('a variable is set and removed, and its value is never shown', async () => {
  const { user, backend } = await opened(['SEARCH_KEY', 'MAP_KEY']);
  await user.click(await screen.findByRole('tab', { name: 'Keys and variables' }));
  await waitFor(() => expect(screen.getAllByRole('form')).toHaveLength(2));
  const field = () => form().getByLabelText<HTMLInputElement>('SEARCH_KEY');
  expect(field().type).toBe('password');
  expect(form().getByText('Not set')).toBeTruthy();
  expect(form().queryByRole('button', { name: 'Remove' })).toBeNull();
  await user.type(field(), 'hush{Enter}');
  expect(await form().findByText(/^Set\./)).toBeTruthy();
  expect(field().value).toBe('');
  await user.click(form().getByRole('button', { name: 'Remove' }));
  expect(await form().findByText('Not set')).toBeTruthy();
  expect(document.activeElement).toBe(field());
  const set = backend.calls.filter(({ command }) => command === 'setEnv');
  expect(set.map(({ args }) => args)).toEqual([
    ['SEARCH_KEY', 'hush'],
    ['SEARCH_KEY', null],
  ]);
});

it('what could not be kept stays in the field, with why', async () => {
  const { user, backend } = await opened(['SEARCH_KEY']);
  await user.click(await screen.findByRole('tab', { name: 'Keys and variables' }));
  backend.failNext('setEnv', { code: 'keyringLocked' });
  await screen.findByRole('form');
  const field = form().getByLabelText<HTMLInputElement>('SEARCH_KEY');
  await user.type(field, 'hush{Enter}');
  expect(await screen.findByText('The keyring is locked.')).toBeTruthy();
  expect(field.value).toBe('hush');
});

it('the app goes by its own name', async () => {
  start({ name: 'Atelier' });
  expect(await screen.findByRole('heading', { name: 'Welcome to Atelier' })).toBeTruthy();
  expect(document.title).toBe('Atelier');
});

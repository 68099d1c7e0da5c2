import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import type { CommandError } from '../../src/bridge/bindings';
import { account, profile, start, withPassword } from '../support/app';

const profiles = [profile('assistant')];
const workspace = () => screen.findByRole('textbox', { name: 'Message' });

describe('the first start', () => {
  async function form() {
    const started = start({ profiles });
    await screen.findByRole('heading', { name: 'Welcome to Confidant' });
    return started;
  }

  it('makes an account, offers a model and begins', async () => {
    const { user, backend } = await form();
    expect(document.activeElement).toBe(screen.getByLabelText('Your name'));
    await user.type(screen.getByLabelText('Your name'), 'Ada Lovelace');
    await user.type(screen.getByLabelText('Identifier'), ' ada@example.org ');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await screen.findByRole('heading', { name: 'Choose a model' });
    expect(backend.calls.find(({ command }) => command === 'createAccount')?.args[0]).toEqual({
      identifier: 'ada@example.org',
      displayName: 'Ada Lovelace',
      password: null,
      remember: true,
    });
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await workspace();
    expect(screen.getByRole('heading', { name: 'Hello, Ada Lovelace' })).toBeTruthy();
  });

  it('shows the name and the icon of an app that has its own', async () => {
    const icon = 'data:image/png;base64,iVBORw0KGgo=';
    start({ profiles, name: 'Weather Desk', icon });
    await screen.findByRole('heading', { name: 'Welcome to Weather Desk' });
    expect(document.querySelector('img')?.getAttribute('src')).toBe(icon);
  });

  it('without a password the keyring is the only way in, and the switch says so', async () => {
    const { user } = await form();
    const remember = screen.getByRole('switch', { name: /keyring/ });
    expect(remember.hasAttribute('disabled')).toBe(true);
    expect(remember.getAttribute('aria-checked')).toBe('true');
    expect(screen.getByText(/Without a password/)).toBeTruthy();
    await user.type(screen.getByLabelText('Password (optional)'), 'secret');
    expect(remember.hasAttribute('disabled')).toBe(false);
    await user.click(remember);
    expect(remember.getAttribute('aria-checked')).toBe('false');
    await user.clear(screen.getByLabelText('Password (optional)'));
    expect(remember.getAttribute('aria-checked')).toBe('true');
  });

  it('an empty identifier is refused at its place, and nothing is sent', async () => {
    const { user, backend } = await form();
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    const field = screen.getByLabelText('Identifier');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    expect(backend.calls.some(({ command }) => command === 'createAccount')).toBe(false);
  });

  it.each<[CommandError, RegExp]>([
    [{ code: 'identifierTaken' }, /exists already/],
    [{ code: 'nameTooLong', max: 256 }, /longer than 256/],
    [{ code: 'nameInvalid' }, /cannot be used/],
    [{ code: 'passwordRequired' }, /enter the password/],
    [{ code: 'storageFull' }, /no room left/],
  ])('%o is told in the form, and what was typed stays', async (error, words) => {
    const { user, backend } = await form();
    backend.failNext('createAccount', error);
    await user.type(screen.getByLabelText('Identifier'), 'ada');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    expect((await screen.findByText(words)).closest('[role=alert]')).toBeTruthy();
    expect((screen.getByLabelText('Identifier') as HTMLInputElement).value).toBe('ada');
  });

  it('a model can be tested, and is saved only when the person says so', async () => {
    const { user, backend } = await form();
    await user.type(screen.getByLabelText('Identifier'), 'ada');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await user.click(await screen.findByRole('radio', { name: 'Ollama' }));
    expect((screen.getByLabelText('Address') as HTMLInputElement).value).toBe(
      'http://localhost:11434/v1',
    );
    await user.type(screen.getByLabelText('Model'), 'llama3.2');
    await user.click(screen.getByRole('button', { name: 'Test' }));
    await screen.findByText('The model answers.');
    expect(backend.calls.some(({ command }) => command === 'saveModel')).toBe(false);
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await workspace();
    expect(await screen.findByRole('button', { name: 'llama3.2' })).toBeTruthy();
  });
});

describe('coming back', () => {
  const remembered = {
    account: account('ada', { displayName: 'Ada', remembered: true }),
    password: 'secret',
  };

  it('one click signs a remembered account in', async () => {
    const { user, backend } = start({ profiles, accounts: [remembered] });
    await user.click(await screen.findByRole('button', { name: /Ada/ }));
    await workspace();
    expect(backend.calls.some(({ command }) => command === 'signInRemembered')).toBe(true);
  });

  it('an account that is no longer remembered asks for its password', async () => {
    const { user, backend } = start({ profiles, accounts: [remembered] });
    backend.failNext('signInRemembered', { code: 'notRemembered' });
    await user.click(await screen.findByRole('button', { name: /Ada/ }));
    await user.type(await screen.findByLabelText('Password'), 'secret{Enter}');
    await workspace();
  });

  it('a password is asked for, and the right one opens', async () => {
    const { user, backend } = start({ profiles, accounts: [withPassword('grace')] });
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    expect(document.activeElement).toBe(screen.getByLabelText('Password'));
    await user.click(screen.getByRole('switch', { name: /keyring/ }));
    await user.type(screen.getByLabelText('Password'), 'secret{Enter}');
    await workspace();
    const call = backend.calls.find(({ command }) => command === 'signIn');
    expect(call?.args).toEqual(['grace', 'secret', true]);
  });

  it('a wrong password is told at the field, which is emptied and keeps the focus', async () => {
    const { user } = start({ profiles, accounts: [withPassword('grace')] });
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    const field = screen.getByLabelText('Password') as HTMLInputElement;
    await user.type(field, 'wrong{Enter}');
    await screen.findByText('This password is not right.');
    expect(field.value).toBe('');
    expect(document.activeElement).toBe(field);
    await user.type(field, 's');
    expect(screen.queryByText('This password is not right.')).toBeNull();
  });

  it('after too many attempts the wait counts down, and then the button works again', async () => {
    const { user, backend } = start({ profiles, accounts: [withPassword('grace')] });
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    backend.failNext('signIn', { code: 'tooManyAttempts', retryIn: 2 });
    await user.type(screen.getByLabelText('Password'), 'secret{Enter}');
    await screen.findByText(/Try again in 2 sec/);
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' });
    expect(button.disabled).toBe(true);
    await waitFor(() => expect(button.disabled).toBe(false), { timeout: 4000 });
    await user.click(button);
    await workspace();
  });

  it('caps lock is hinted at while it is on', async () => {
    const { user } = start({ profiles, accounts: [withPassword('grace')] });
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    const field = screen.getByLabelText('Password');
    const press = new KeyboardEvent('keydown', { key: 'A', bubbles: true });
    vi.spyOn(press, 'getModifierState').mockReturnValue(true);
    await fireEvent(field, press);
    expect(screen.getByText('Caps Lock is on')).toBeTruthy();
    await fireEvent.blur(field);
    expect(screen.queryByText('Caps Lock is on')).toBeNull();
  });

  it('another account can be made beside the first', async () => {
    const { user } = start({ profiles, accounts: [withPassword('grace')] });
    await user.click(await screen.findByRole('button', { name: 'Another account' }));
    await user.type(screen.getByLabelText('Identifier'), 'grace');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await screen.findByText(/exists already/);
    await user.click(screen.getByRole('button', { name: 'Back' }));
    expect(await screen.findByRole('button', { name: /grace/ })).toBeTruthy();
  });
});

describe('a keyring that does not open takes the whole screen', () => {
  it.each([
    ['noKeyring', 'This computer has no keyring'],
    ['keyringLocked', 'The keyring is locked'],
    ['keyringFailed', 'The keyring does not answer as it should'],
  ] as const)('%s', async (keyring, title) => {
    const { user, backend } = start({ profiles, accounts: [withPassword('grace')], keyring });
    await screen.findByRole('heading', { name: title });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('heading', { name: title });
    backend.setKeyring('open');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('button', { name: /grace/ })).toBeTruthy();
  });

  it('also when it locks while signing in', async () => {
    const { user, backend } = start({ profiles, accounts: [withPassword('grace')] });
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    backend.failNext('signIn', { code: 'keyringLocked' });
    await user.type(screen.getByLabelText('Password'), 'secret{Enter}');
    expect(await screen.findByRole('heading', { name: 'The keyring is locked' })).toBeTruthy();
  });
});

describe('accounts in a file', () => {
  const useFile = { name: 'Use the accounts in the file' };

  it('are offered where there is no keyring, and made only when somebody says so', async () => {
    const { user, backend } = start({ profiles, keyring: 'noKeyring' });
    const keep = await screen.findByRole('button', { name: 'Keep accounts in a file' });
    expect(screen.getByText(/can try passwords/)).toBeTruthy();
    expect(backend.calls.some(({ command }) => command === 'chooseKeeper')).toBe(false);
    await user.click(keep);

    await user.type(await screen.findByLabelText('Identifier'), 'ada');
    expect(screen.queryByRole('switch')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    const password = screen.getByLabelText('Password');
    expect(password.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(password);
    await user.type(password, 'a long password');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await user.click(await screen.findByRole('button', { name: /kept it/ }));
    expect(await screen.findByText(/sealed with your account/)).toBeTruthy();
    expect(backend.calls.find(({ command }) => command === 'createAccount')?.args[0]).toMatchObject(
      { password: 'a long password', remember: false },
    );
  });

  it.each(['keyringLocked', 'keyringFailed'] as const)(
    'are not offered where the keyring has another trouble: %s',
    async (keyring) => {
      start({ profiles, keyring });
      await screen.findByRole('button', { name: 'Try again' });
      expect(screen.queryByRole('button', { name: /file/ })).toBeNull();
    },
  );

  it('open with a password, and the keyring is one press away', async () => {
    const { user } = start({ profiles, accounts: [withPassword('grace')], file: 'used' });
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    expect(screen.queryByRole('switch')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Use the keyring' }));
    await screen.findByRole('heading', { name: 'Welcome to Confidant' });
    await user.click(screen.getByRole('button', useFile));
    await user.click(await screen.findByRole('button', { name: /grace/ }));
    await user.type(await screen.findByLabelText('Password'), 'secret{Enter}');
    await workspace();
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('tab', { name: 'Account' }));
    await screen.findByText('Recovery code');
    expect(screen.queryByRole('switch', { name: /keyring/ })).toBeNull();
  });

  it('that were set aside are a way in when the keyring does not open', async () => {
    const { user } = start({ profiles, keyring: 'keyringLocked', file: 'setAside' });
    await user.click(await screen.findByRole('button', useFile));
    expect(await screen.findByRole('heading', { name: 'Welcome to Confidant' })).toBeTruthy();
  });

  it('that cannot be read are told, and the keyring can be used', async () => {
    const { user, backend } = start({ profiles, file: 'used' });
    await screen.findByRole('heading', { name: 'Welcome to Confidant' });
    backend.failNext('createAccount', { code: 'accountsDamaged' });
    await user.type(screen.getByLabelText('Identifier'), 'ada');
    await user.type(screen.getByLabelText('Password'), 'a long password{Enter}');
    await screen.findByRole('heading', { name: 'The file of accounts cannot be read' });
    backend.failNext('chooseKeeper', { code: 'storageFull' });
    const over = screen.getByRole('button', { name: 'Use the keyring' });
    await user.click(over);
    expect((await screen.findByText(/no room left/)).closest('[role=alert]')).toBeTruthy();
    await user.click(over);
    expect(await screen.findByRole('heading', { name: 'Welcome to Confidant' })).toBeTruthy();
  });
});

it('signing out shows nothing of the person any more', async () => {
  const { user } = start({ profiles, accounts: [withPassword('grace')], signedIn: 'grace' });
  await user.type(await workspace(), 'my secret plan{Enter}');
  await screen.findByText('You said: my secret plan');
  await user.keyboard('{Control>}l{/Control}');
  await screen.findByRole('button', { name: /grace/ });
  expect(document.body.textContent).not.toContain('secret plan');
});

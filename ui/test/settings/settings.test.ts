import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Setting } from '../../src/bridge/bindings';
import { account, profile, signedIn } from '../support/app';
import { setting } from '../support/make';

const settings: Setting[] = [
  setting('brief', { kind: 'switch', initial: false }),
  setting('tone', {
    kind: 'select',
    options: [
      { value: 'plain', label: 'Plain' },
      { value: 'warm', label: 'Warm' },
    ],
    initial: 'plain',
  }),
  setting('heat', { kind: 'slider', min: 0, max: 2, step: 0.1, initial: 0.7 }),
  setting('name', { kind: 'text', initial: '', placeholder: '', maxLength: 5, multiline: false }),
];

describe('chat settings', () => {
  async function opened() {
    const started = await signedIn({ profiles: [profile('assistant', { settings })] });
    await started.user.click(await screen.findByRole('button', { name: 'Chat settings' }));
    const dialog = await screen.findByRole('dialog', { name: 'Chat settings' });
    const save = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Save' });
    return { ...started, dialog, save };
  }
  const updates = ({ backend }: Awaited<ReturnType<typeof opened>>) =>
    backend.calls.filter(({ command }) => command === 'updateSettings').map(({ args }) => args[1]);

  it('are sent only when saved, and only what changed', async () => {
    const view = await opened();
    const { user, save } = view;
    expect(save.disabled).toBe(true);
    await user.click(screen.getByRole('switch', { name: 'Brief' }));
    await user.selectOptions(screen.getByLabelText('Tone'), 'warm');
    screen.getByRole('slider', { name: 'Heat' }).focus();
    await user.keyboard('{ArrowRight}');
    expect(updates(view)).toEqual([]);
    await user.click(save);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(updates(view)).toEqual([{ brief: true, tone: 'warm', heat: 0.8 }]);
  });

  it('say at their place what does not fit, and cannot be saved so', async () => {
    const view = await opened();
    const { user, save } = view;
    await user.type(screen.getByLabelText('Name'), 'abcdef');
    expect(screen.getByText('At most 5 characters; this has 6.')).toBeTruthy();
    expect(screen.getByLabelText('Name').getAttribute('aria-invalid')).toBe('true');
    save.focus();
    await user.click(save);
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
    expect(updates(view)).toEqual([]);
    await user.type(screen.getByLabelText('Name'), '{Backspace}');
    await user.click(save);
    await waitFor(() => expect(updates(view)).toEqual([{ name: 'abcde' }]));
  });

  it('stay open when the core refuses them', async () => {
    const { user, save, backend } = await opened();
    backend.failNext('updateSettings', { code: 'settingInvalid', id: 'name' });
    await user.type(screen.getByLabelText('Name'), 'x');
    await user.click(save);
    expect(await screen.findByText('This value cannot be used.')).toBeTruthy();
    expect(screen.getByRole('dialog', { name: 'Chat settings' })).toBeTruthy();
  });

  it('go back to their defaults, and forget what was not saved', async () => {
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: 'Brief' }));
    await user.click(screen.getByRole('button', { name: 'Defaults' }));
    expect(screen.getByRole('switch', { name: 'Brief' }).getAttribute('aria-checked')).toBe(
      'false',
    );
  });
});

async function page(name: string, options = {}) {
  const started = await signedIn(options);
  await started.user.keyboard('{Control>},{/Control}');
  await started.user.click(await screen.findByRole('tab', { name }));
  return started;
}

describe('the model', () => {
  const model = { baseUrl: 'https://api.openai.com/v1', model: 'gpt-4.1-mini', hasKey: true };
  const saved = ({ backend }: Awaited<ReturnType<typeof page>>) =>
    backend.calls.find(({ command }) => command === 'saveModel')?.args[0];

  it('keeps its key when the field is left empty', async () => {
    const view = await page('Model', { model });
    await view.user.clear(screen.getByRole('textbox', { name: 'Model' }));
    await view.user.type(screen.getByRole('textbox', { name: 'Model' }), 'gpt-5');
    await view.user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(saved(view)).toEqual({ ...pick(model), model: 'gpt-5', key: null }));
  });

  it('does not hand its key to another address', async () => {
    const view = await page('Model', { model });
    await view.user.click(screen.getByRole('radio', { name: 'Ollama' }));
    await view.user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(saved(view)).toMatchObject({ key: '' }));
  });

  const pick = ({ baseUrl }: typeof model) => ({ baseUrl });

  it('says at the address that it is none', async () => {
    const { user } = await page('Model');
    await user.click(screen.getByRole('radio', { name: 'Other' }));
    await user.type(screen.getByLabelText('Address'), 'not an address');
    await user.type(screen.getByRole('textbox', { name: 'Model' }), 'x');
    await user.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText(/This is not an address/)).toBeTruthy();
    expect(screen.getByLabelText('Address').getAttribute('aria-invalid')).toBe('true');
  });

  it('tells why a test failed', async () => {
    const failure = { code: 'modelUnauthorized' as const, detail: '401 nope', retryIn: null };
    const { user } = await page('Model', { testModel: () => ({ code: 'model', failure }) });
    await user.type(screen.getByRole('textbox', { name: 'Model' }), 'x');
    await user.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText('The model refused the API key.')).toBeTruthy();
    expect(screen.getByText('401 nope')).toBeTruthy();
  });

  it('needs a name', async () => {
    const { user, backend } = await page('Model');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(screen.getByText('Please enter the model’s name.')).toBeTruthy();
    expect(backend.calls.some(({ command }) => command === 'saveModel')).toBe(false);
  });

  it('is forgotten', async () => {
    const { user } = await page('Model', { model });
    await user.click(screen.getByRole('button', { name: 'Forget' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Forget' })).toBeNull());
    expect((screen.getByRole('textbox', { name: 'Model' }) as HTMLInputElement).value).toBe('');
  });
});

describe('the account', () => {
  it('has its name changed', async () => {
    const { user } = await page('Account');
    await user.type(screen.getByLabelText('Your name'), 'Countess');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Hello, Countess')).toBeTruthy();
  });

  it('cannot lose its only way in', async () => {
    const only = account('guest', { hasPassword: false, remembered: true });
    await page('Account', { accounts: [{ account: only, password: null }], signedIn: 'guest' });
    expect(screen.getByRole('switch', { name: /keyring/ }).hasAttribute('disabled')).toBe(true);
  });

  it('shows what is, when remembering is refused', async () => {
    const { user, backend } = await page('Account');
    backend.failNext('setRemembered', { code: 'keyringLocked' });
    const remember = screen.getByRole('switch', { name: /keyring/ });
    await user.click(remember);
    expect(await screen.findByText('The keyring is locked.')).toBeTruthy();
    await waitFor(() => expect(remember.getAttribute('aria-checked')).toBe('false'));
  });

  it('is deleted only when its identifier is typed', async () => {
    const { user, backend } = await page('Account');
    await user.click(screen.getByRole('button', { name: 'Delete account' }));
    const dialog = within(await screen.findByRole('alertdialog'));
    const button = dialog.getByRole<HTMLButtonElement>('button', { name: 'Delete account' });
    expect(button.disabled).toBe(true);
    await fireEvent.input(dialog.getByRole('textbox'), { target: { value: 'ADA' } });
    await waitFor(() => expect(button.disabled).toBe(false));
    await user.click(button);
    expect(await screen.findByRole('heading', { name: 'Welcome to Confidant' })).toBeTruthy();
    expect(backend.calls.filter(({ command }) => command === 'deleteAccount')).toHaveLength(1);
  });
});

describe('appearance', () => {
  it('changes at once, and is kept for the next start', async () => {
    const { user } = await page('Appearance');
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
    await user.click(screen.getByRole('radio', { name: 'Deutsch' }));
    expect(await screen.findByRole('tab', { name: 'Darstellung' })).toBeTruthy();
    expect(JSON.parse(localStorage.getItem('confidant.preferences') ?? '{}')).toMatchObject({
      theme: 'dark',
      language: 'de',
    });
    await user.click(screen.getByRole('radio', { name: 'English' }));
    await user.click(await screen.findByRole('radio', { name: 'Light' }));
  });
});

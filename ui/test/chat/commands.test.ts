import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/bridge/bindings';
import { profile, signedIn } from '../support/app';

const command = (name: string, change: Partial<Command> = {}): Command => ({
  name,
  description: `Does ${name}`,
  icon: null,
  button: false,
  ...change,
});

async function opened() {
  const commands = [command('status'), command('code'), command('think', { button: true })];
  const started = await signedIn({ profiles: [profile('assistant', { commands })] });
  const sent = () =>
    started.backend.calls
      .filter((call) => call.command === 'sendMessage')
      .map(({ args }) => args.slice(1));
  return { ...started, sent };
}

const list = () => screen.queryByRole('listbox', { name: 'Commands' });
const chosen = (name: string) =>
  screen.queryByRole('button', { name: `Send without the command /${name}` });

describe('a slash at the beginning of a message', () => {
  it('lists the commands, and the field names the one that Enter would choose', async () => {
    const { user, composer } = await opened();
    await user.type(composer, '/');
    const options = within(list()!).getAllByRole('option');
    expect(options.map((option) => option.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
      '/status Does status',
      '/code Does code',
      '/think Does think',
    ]);
    const active = () => document.getElementById(composer.getAttribute('aria-activedescendant')!);
    expect(active()).toBe(options[0]);
    await user.keyboard('{ArrowDown}');
    expect(active()).toBe(within(list()!).getAllByRole('option')[1]);
    expect(active()?.getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(active()?.textContent).toContain('/think');
  });

  it.each(['{Enter}', '{Tab}'])('filters as one types, and %s chooses', async (key) => {
    const { user, composer, sent } = await opened();
    await user.type(composer, '/co');
    expect(within(list()!).getAllByRole('option')).toHaveLength(1);
    await user.keyboard(key);
    expect(list()).toBeNull();
    expect(composer.value).toBe('');
    expect(document.activeElement).toBe(composer);
    expect(chosen('code')).not.toBeNull();
    await user.type(composer, 'a list{Enter}');
    await waitFor(() => expect(sent()).toEqual([['a list', 'code']]));
    expect(chosen('code')).toBeNull();
  });

  it('is words after Escape, and without a match', async () => {
    const { user, composer, sent } = await opened();
    await user.type(composer, '/co{Escape}');
    expect(list()).toBeNull();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sent()).toEqual([['/co', null]]));
    await user.type(screen.getByRole('textbox', { name: 'Message' }), '/usr');
    expect(list()).toBeNull();
  });

  it('is a command when its name is written out', async () => {
    const { user, composer } = await opened();
    await user.type(composer, '/status now');
    expect(composer.value).toBe('now');
    expect(chosen('status')).not.toBeNull();
  });

  it('is chosen with the pointer, too', async () => {
    const { user, composer } = await opened();
    await user.type(composer, '/');
    await user.click(within(list()!).getByText('/status'));
    expect(chosen('status')).not.toBeNull();
    expect(document.activeElement).toBe(composer);
  });
});

describe('a command', () => {
  it('can be sent without any words', async () => {
    const { user, composer, sent } = await opened();
    await user.type(composer, '/st{Enter}{Enter}');
    await waitFor(() => expect(sent()).toEqual([['', 'status']]));
  });

  it('stays while words come and go, and goes with Backspace', async () => {
    const { user, composer } = await opened();
    await user.type(composer, '/st{Enter}a{Backspace}');
    expect(chosen('status')).not.toBeNull();
    await user.keyboard('{Backspace}');
    expect(chosen('status')).toBeNull();
  });

  it('that is a button is turned on and off', async () => {
    const { user, composer, sent } = await opened();
    const button = screen.getByRole('button', { name: 'think' });
    expect(screen.queryByRole('button', { name: 'status' })).toBeNull();
    await user.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('true');
    expect(document.activeElement).toBe(composer);
    await user.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('false');
    await user.click(button);
    await user.type(composer, 'Why?{Enter}');
    await waitFor(() => expect(sent()).toEqual([['Why?', 'think']]));
  });

  it('comes when code offers it', async () => {
    const { user, composer } = await signedIn({
      profiles: [
        profile('assistant', {
          handler: async (chat) => chat.offer([command('new', { button: true })]),
        }),
      ],
    });
    await user.type(composer, 'Hi{Enter}');
    expect(await screen.findByRole('button', { name: 'new' })).toBeTruthy();
  });
});

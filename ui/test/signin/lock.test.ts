import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { preferences } from '../../src/kit/preferences.svelte';
import { account, echo, profile, signedIn, withPassword } from '../support/app';
import { said, thread } from '../support/make';

const chat = {
  summary: thread('chat'),
  steps: [said('user', 0, 'hello?'), said('assistant', 1, 'hello!')],
};

const lockOnLeaving = ({ command }: { command: string }) => command === 'lockOnLeaving';

async function reading(remembered = false, handler = echo) {
  const started = await signedIn({
    accounts: [{ ...withPassword('ada'), account: account('ada', { remembered }) }],
    threads: [chat],
    profiles: [profile('assistant', { handler })],
  });
  const list = within(screen.getByRole('navigation'));
  await started.user.click(await list.findByRole('button', { name: 'chat' }));
  await screen.findByText('hello!');
  return started;
}

afterEach(() => {
  preferences.lockAfter = 0;
  preferences.lockOnLeaving = true;
  vi.restoreAllMocks();
});

describe('a locked app', () => {
  it.each([false, true])(
    'asks for the password and goes on there; remembered: %s',
    async (known) => {
      const { user, backend } = await reading(known);
      await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
      const field = await screen.findByLabelText('Password');
      expect(screen.queryByText('hello!'), 'nothing of it is shown').toBeNull();
      expect(await backend.currentAccount(), 'and the core has let go').toBeNull();
      await user.type(field, 'secret{Enter}');
      expect(await screen.findByText('hello!')).toBeTruthy();
    },
  );

  it('asks for it also who goes back and chooses the account', async () => {
    const { user } = await reading(true);
    await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
    await screen.findByLabelText('Password');
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await user.click(await screen.findByRole('button', { name: /ada/ }));
    expect(await screen.findByLabelText('Password')).toBeTruthy();
  });

  it('forgets where one was when one signs out', async () => {
    const { user } = await reading(true);
    await user.keyboard('{Control>}l{/Control}');
    await user.click(await screen.findByRole('button', { name: /ada/ }));
    await screen.findByRole('textbox', { name: 'Message' });
    expect(screen.queryByText('hello!')).toBeNull();
  });
});

describe('somebody who leaves the computer', () => {
  it('finds the app locked, and goes on where they were', async () => {
    const { user, backend } = await reading();
    await waitFor(() => expect(backend.calls.some(lockOnLeaving)).toBe(true));
    backend.leave();
    const field = await screen.findByLabelText('Password');
    expect(await backend.currentAccount(), 'the core has let go').toBeNull();
    await user.type(field, 'secret{Enter}');
    expect(await screen.findByText('hello!')).toBeTruthy();
  });

  it('is asked for nothing when they do not want that', async () => {
    const { user, backend } = await reading();
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('tab', { name: 'Account' }));
    await user.click(await screen.findByRole('switch', { name: /computer sleeps/ }));
    await waitFor(() => expect(backend.calls.findLast(lockOnLeaving)?.args[0]).toBe(false));
    backend.leave();
    expect(screen.queryByLabelText('Password')).toBeNull();
    expect(await backend.currentAccount()).not.toBeNull();
  });

  it('keeps nobody out of an account without a password', async () => {
    const open = account('ada', { hasPassword: false, remembered: true });
    const { user, backend } = await signedIn({ accounts: [{ account: open, password: null }] });
    await waitFor(() => expect(backend.calls.some(lockOnLeaving)).toBe(true));
    backend.leave();
    expect(await backend.currentAccount()).not.toBeNull();
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('tab', { name: 'Account' }));
    await screen.findByText('Recovery code');
    expect(screen.queryByRole('switch', { name: /computer sleeps/ })).toBeNull();
  });
});

describe('nobody there', () => {
  const later = (minutes: number) => {
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + minutes * 60_000);
  };
  const touched = () => window.dispatchEvent(new Event('pointermove'));

  it('locks after as long as was chosen, and not before', async () => {
    await reading();
    preferences.lockAfter = 15;
    later(14);
    touched();
    expect(screen.queryByLabelText('Password')).toBeNull();
    later(16);
    touched();
    expect(await screen.findByLabelText('Password')).toBeTruthy();
  });

  it('does not lock unless it was chosen', async () => {
    await reading();
    later(100_000);
    touched();
    expect(screen.queryByLabelText('Password')).toBeNull();
  });

  it('lets an export come to its end', async () => {
    const { user, backend } = await reading();
    let end = () => {};
    const held = new Promise<void>((resolve) => (end = resolve));
    vi.spyOn(backend, 'exportThreads').mockReturnValue(held.then(() => null));
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('tab', { name: 'Export and import' }));
    await user.click(await screen.findByRole('button', { name: 'Export all…' }));
    preferences.lockAfter = 5;
    later(6);
    touched();
    expect(screen.queryByLabelText('Password')).toBeNull();
    end();
    await screen.findByRole('button', { name: 'Export all…' });
    later(12);
    touched();
    expect(await screen.findByLabelText('Password')).toBeTruthy();
  });

  it('lets a reply come to its end', async () => {
    let end = () => {};
    const held = new Promise<void>((resolve) => (end = resolve));
    const { user, composer } = await reading(false, async (chat) => {
      await chat.stream(['a ']);
      await held;
      await chat.stream(['b']);
    });
    void composer;
    await user.type(screen.getByRole('textbox', { name: 'Message' }), 'go{Enter}');
    await screen.findByRole('button', { name: 'Stop' });
    preferences.lockAfter = 5;
    later(6);
    touched();
    expect(screen.queryByLabelText('Password')).toBeNull();
    end();
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull());
    later(12);
    touched();
    expect(await screen.findByLabelText('Password')).toBeTruthy();
  });
});

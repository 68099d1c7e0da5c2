import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toasts } from '../../src/kit/toasts.svelte';
import { profile, signedIn } from '../support/app';

afterEach(() => toasts.clear());

const notices = () => screen.queryByRole('region', { name: 'Notices' });

async function told(...kinds: ('info' | 'error')[]) {
  const handler = profile('assistant', {
    handler: async (chat) => {
      for (const kind of kinds) chat.toast(kind, `About ${kind}`);
    },
  });
  const started = await signedIn({ profiles: [handler] });
  await started.user.type(started.composer, 'Hi{Enter}');
  await waitFor(() => expect(notices()).not.toBeNull());
  return started;
}

describe('what is told in passing', () => {
  it('is a status, and an alert where something went wrong', async () => {
    await told('info', 'error');
    const inside = within(notices()!);
    expect(inside.getByRole('status').textContent?.trim()).toBe('About info');
    expect(inside.getByRole('alert').textContent?.trim()).toBe('About error');
  });

  it('says where it comes from when that is not in view', async () => {
    let finish = () => {};
    const slow = profile('assistant', {
      handler: async (chat) => {
        await new Promise<void>((resolve) => (finish = resolve));
        chat.toast('success', 'All done');
      },
    });
    const { user, composer } = await signedIn({ profiles: [slow] });
    await user.type(composer, 'Sort my files{Enter}');
    await screen.findByRole('button', { name: 'Stop' });
    await user.keyboard('{Control>}n{/Control}');
    finish();
    await waitFor(() => expect(notices()).not.toBeNull());
    expect(within(notices()!).getByRole('status').textContent).toMatch(/Sort my files\s*All done/);
  });

  it('is reached with F6 and goes with Escape, back to where people write', async () => {
    const { user, composer } = await told('info', 'error');
    composer.focus();
    await user.keyboard('{F6}');
    expect(notices()!.contains(document.activeElement)).toBe(true);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(within(notices()!).getAllByRole('button')).toHaveLength(1));
    expect(notices()!.contains(document.activeElement)).toBe(true);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(notices()).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(composer));
  });

  it('is dismissed by its button', async () => {
    const { user } = await told('info');
    await user.click(within(notices()!).getByRole('button', { name: 'Dismiss' }));
    expect(notices()).toBeNull();
  });

  it('goes by itself, but not while it is read', async () => {
    await told('info');
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await fireEvent.pointerEnter(notices()!);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(notices()).not.toBeNull();
    await fireEvent.pointerLeave(notices()!);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(notices()).toBeNull();
  });

  it('is four at most, the newest', () => {
    for (const text of ['a', 'b', 'c', 'd', 'e']) toasts.show({ kind: 'info', text });
    expect(toasts.shown.map(({ text }) => text)).toEqual(['b', 'c', 'd', 'e']);
  });
});

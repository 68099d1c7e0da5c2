import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { profile, signedIn } from '../support/app';

async function proposed(message: string | null) {
  const started = await signedIn({
    profiles: [
      profile('assistant', {
        card: { default: true },
        handler: async (chat) => chat.handOver('analyst', message),
      }),
      profile('analyst'),
    ],
  });
  await started.user.type(started.composer, 'Hi{Enter}');
  await screen.findByRole('alertdialog', { name: 'Go on with Analyst?' });
  return started;
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });

describe('a proposal to go on with another profile', () => {
  it('says what would happen, and does it', async () => {
    const { user, backend } = await proposed('Look at this.');
    expect(
      screen.getByText('Assistant suggests to go on with Analyst. A new conversation begins.'),
    ).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Go on' }));
    expect(await screen.findByText('You said: Look at this.')).toBeTruthy();
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(backend.calls.filter(({ command }) => command === 'openChat').at(-1)?.args[0]).toBe(
      'analyst',
    );
    await waitFor(() => expect(document.activeElement).toBe(field()));
  });

  it('opens an empty conversation where there is nothing to send', async () => {
    const { user } = await proposed(null);
    await user.click(screen.getByRole('button', { name: 'Go on' }));
    const analyst = await screen.findByRole('radio', { name: 'Analyst' });
    await waitFor(() => expect(analyst.getAttribute('aria-checked')).toBe('true'));
  });

  it('changes nothing when the person stays', async () => {
    const { user, backend } = await proposed('Look at this.');
    await user.click(screen.getByRole('button', { name: 'Stay here' }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(within(screen.getByRole('log')).getByText('Hi')).toBeTruthy();
    expect(backend.calls.filter(({ command }) => command === 'sendMessage')).toHaveLength(1);
    await waitFor(() => expect(document.activeElement).toBe(field()));
  });

  it('keeps the message when it cannot be sent', async () => {
    const { user, backend } = await proposed('Look at this.');
    backend.failNext('sendMessage', { code: 'storageFull' });
    await user.click(screen.getByRole('button', { name: 'Go on' }));
    expect(await screen.findByText(/no room left/)).toBeTruthy();
    expect(field().value).toBe('Look at this.');
  });
});

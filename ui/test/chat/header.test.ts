import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { menuItem, profile, signedIn } from '../support/app';
import { said, thread } from '../support/make';

const profiles = [profile('assistant', { card: { default: true } }), profile('analyst')];
const threads = [{ summary: thread('old'), steps: [said('user', 0, 'Known?')] }];
const row = () => within(screen.getByRole('navigation')).findByRole('button', { name: 'old' });
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });

describe('the profile in the header', () => {
  it('offers every profile for a new conversation, and the old one loses nothing', async () => {
    const { user, backend } = await signedIn({ profiles, threads });
    await user.click(await row());
    await screen.findByText('Known?');
    await user.type(field(), 'half a thought');
    await user.click(screen.getByRole('button', { name: /Assistant.*profile menu/ }));
    await menuItem('Assistant');
    // By keyboard: the menu goes with the header that it is in, and user-event would go on to tell
    // an item that is gone that the pointer has left it.
    (await menuItem('Analyst')).focus();
    await user.keyboard('{Enter}');
    const chosen = await screen.findByRole('radio', { name: 'Analyst' });
    expect(chosen.getAttribute('aria-checked')).toBe('true');
    expect(field().value).toBe('');
    await waitFor(() => expect(document.activeElement).toBe(field()));
    expect(backend.calls.filter(({ command }) => command === 'openChat').at(-1)?.args[0]).toBe(
      'analyst',
    );
    await user.click(await row());
    await screen.findByText('Known?');
    expect(field().value).toBe('half a thought');
  });

  it('still leads on where it is gone itself', async () => {
    const gone = [{ ...threads[0]!, summary: thread('old', { profile: 'translator' }) }];
    const { user } = await signedIn({ profiles, threads: gone });
    await user.click(await row());
    await user.click(await screen.findByRole('button', { name: /translator.*profile menu/ }));
    await user.click(await menuItem('Analyst'));
    expect(await screen.findByRole('radio', { name: 'Analyst' })).toBeTruthy();
  });
});

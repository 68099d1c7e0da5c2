import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { signedIn } from '../support/app';

const sent = (backend: Awaited<ReturnType<typeof signedIn>>['backend']) =>
  backend.calls.filter(({ command }) => command === 'sendMessage').map(({ args }) => args[1]);

describe('keys in the composer', () => {
  it('Enter sends', async () => {
    const { user, composer, backend } = await signedIn();
    await user.type(composer, 'Hi{Enter}');
    await waitFor(() => expect(sent(backend)).toEqual(['Hi']));
  });

  it('Shift+Enter makes a line', async () => {
    const { user, composer, backend } = await signedIn();
    await user.type(composer, 'One{Shift>}{Enter}{/Shift}Two');
    expect(composer.value).toBe('One\nTwo');
    expect(sent(backend)).toEqual([]);
  });

  it.each([
    ['composing', { isComposing: true }],
    ['key code 229', { keyCode: 229 }],
  ])('Enter chooses a word while an input method composes: %s', async (_, state) => {
    const { user, composer, backend } = await signedIn();
    await user.type(composer, 'にほん');
    await fireEvent.keyDown(composer, { key: 'Enter', ...state });
    expect(sent(backend)).toEqual([]);
    expect(composer.value).toBe('にほん');
  });

  it('nothing but spaces is not sent', async () => {
    const { user, composer, backend } = await signedIn();
    await user.type(composer, '   {Enter}');
    expect(sent(backend)).toEqual([]);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
  });

  it('Send becomes Stop in the same place, and with words waiting both are there', async () => {
    const { user, composer } = await signedIn({ pace: 60 });
    await user.type(composer, 'Hi{Enter}');
    await screen.findByRole('button', { name: 'Stop' });
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
    await user.type(composer, 'next');
    expect(screen.getByRole('button', { name: 'Send when the reply is finished' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy();
  });
});

describe('keys of the window', () => {
  it('the sidebar comes and goes', async () => {
    const { user } = await signedIn();
    expect(screen.getByRole('complementary', { name: 'Sidebar' })).toBeTruthy();
    await user.keyboard('{Control>}b{/Control}');
    expect(screen.queryByRole('complementary')).toBeNull();
    await user.keyboard('{Control>}b{/Control}');
    expect(screen.getByRole('complementary')).toBeTruthy();
  });

  it('a question mark is text in the composer and help elsewhere; Escape closes it', async () => {
    const { user, composer } = await signedIn();
    await user.type(composer, 'why?');
    expect(composer.value).toBe('why?');
    composer.blur();
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeTruthy();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('F6 goes round the regions', async () => {
    const { user, composer } = await signedIn();
    const region = () =>
      document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'];
    expect(document.activeElement).toBe(composer);
    const seen: (string | undefined)[] = [];
    for (let press = 0; press < 4; press += 1) {
      await user.keyboard('{F6}');
      seen.push(region());
    }
    expect(seen).toEqual(['sidebar', 'header', 'composer', 'sidebar']);
  });

  it('J and K go from message to message while the log has the focus', async () => {
    const { user, composer } = await signedIn();
    await user.type(composer, 'Hi{Enter}');
    await screen.findByText('You said: Hi');
    screen.getByRole('log').focus();
    const focused = () => document.activeElement?.getAttribute('aria-posinset');
    await user.keyboard('k');
    await waitFor(() => expect(focused()).toBe('2'));
    await user.keyboard('k');
    await waitFor(() => expect(focused()).toBe('1'));
    await user.keyboard('j');
    await waitFor(() => expect(focused()).toBe('2'));
  });

  it('Ctrl and plus, minus and zero change the size of the text', async () => {
    const { user } = await signedIn();
    const size = () => document.documentElement.style.fontSize;
    expect(size()).toBe('16px');
    await user.keyboard('{Control>}+{/Control}');
    await waitFor(() => expect(size()).toBe('17.6px'));
    await user.keyboard('{Control>}-{/Control}{Control>}-{/Control}');
    await waitFor(() => expect(size()).toBe('14.4px'));
    await user.keyboard('{Control>}0{/Control}');
    await waitFor(() => expect(size()).toBe('16px'));
  });
});

// The whole interface on the backend in memory.

import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import App from '../../src/App.svelte';
import type { Account } from '../../src/bridge/bindings';
import { memoryBackend } from '../../src/bridge/memory';
import type { MemoryAccount, MemoryOptions, MemoryProfile } from '../../src/bridge/memory/options';
import type { Handler } from '../../src/bridge/memory/chat';
import { PARTS } from '../../src/parts';

// As they are by the time that a person has signed in.
await Promise.all(PARTS.map((part) => part.fetch()));

export function account(identifier: string, change: Partial<Account> = {}): Account {
  return {
    id: `id-${identifier}`,
    createdAt: '2025-01-01T00:00:00Z',
    identifier,
    displayName: null,
    metadata: {},
    hasPassword: true,
    hasRecovery: false,
    remembered: false,
    ...change,
  };
}

export const withPassword = (identifier: string, password = 'secret'): MemoryAccount => ({
  account: account(identifier),
  password,
});

export const echo: Handler = async (chat, text) => chat.stream(['You ', 'said: ', text]);

export function profile(
  name: string,
  change: Partial<Omit<MemoryProfile, 'card'>> & { card?: Partial<MemoryProfile['card']> } = {},
): MemoryProfile {
  const { card, ...rest } = change;
  return {
    handler: echo,
    ...rest,
    card: {
      name,
      displayName: name[0]?.toUpperCase() + name.slice(1),
      markdownDescription: `This is **${name}**.`,
      icon: 'message-circle',
      default: false,
      starters: [],
      categories: [],
      ...card,
    },
  };
}

export function start(options: MemoryOptions = {}) {
  const backend = memoryBackend(options);
  const user = userEvent.setup();
  const view = render(App, { backend });
  return { backend, user, ...view };
}

/** Somebody is signed in and a new conversation stands open. */
export async function signedIn(options: MemoryOptions = {}) {
  const started = start({
    accounts: [withPassword('ada')],
    signedIn: 'ada',
    profiles: [profile('assistant')],
    ...options,
  });
  const composer = await screen.findByRole('textbox', { name: 'Message' });
  return { ...started, composer: composer as HTMLTextAreaElement };
}

/** The text of each message, in order. */
export const messages = () =>
  screen
    .queryAllByRole('article')
    .map((article) => article.textContent?.replace(/\s+/g, ' ').trim());

/** Found by its words: jsdom places nothing, and a menu that has no place yet is not visible. */
export const menuItem = (name: string) =>
  waitFor(() => {
    const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const found = items.find((item) => item.textContent?.includes(name));
    if (!found) throw new Error(`no menu item ${name}`);
    return found;
  });

// A stored thread, opened, and what is looked for in it.

import axe from 'axe-core';
import { screen, within } from '@testing-library/svelte';
import { expect } from 'vitest';
import type { MemoryOptions, StoredThread } from '../../src/bridge/memory/options';
import { signedIn } from './app';
import { thread } from './make';

export async function openedThread(
  { profile = 'assistant', ...stored }: Omit<StoredThread, 'summary'> & { profile?: string },
  options: MemoryOptions = {},
) {
  const started = await signedIn({
    ...options,
    threads: [{ summary: thread('stored', { profile }), ...stored }],
  });
  const list = within(screen.getByRole('navigation'));
  await started.user.click(await list.findByRole('button', { name: 'stored' }));
  const log = await screen.findByRole('log');
  await within(log).findAllByRole('article');
  // That of the new conversation is gone; without its profile, a thread has none.
  const field = screen.queryByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
  return { ...started, log, composer: field ?? started.composer };
}

/** The message that holds `text`. */
export async function article(text: string | RegExp): Promise<HTMLElement> {
  const found = (await within(await screen.findByRole('log')).findAllByText(text))[0];
  const holder = found?.closest<HTMLElement>('article');
  if (!holder) throw new Error(`no message holds ${text}`);
  return holder;
}

export async function expectNoAxeViolations() {
  // Colours are computed from the tokens (test/kit/contrast.test.ts): jsdom lays nothing out.
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false } },
  });
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`,
  );
  expect(found).toEqual([]);
}

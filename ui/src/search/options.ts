// What the palette offers, in its order: one list to go through, whatever it shows in groups.

import type { Findings, FoundMessage, Piece, ThreadSummary } from '../bridge/bindings';
import { marksIn } from './marks';
import { keyOf } from './searching.svelte';

export interface Action {
  readonly name: string;
  readonly keys?: string;
  run(): unknown;
}

export type Option = { readonly id: string } & (
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'thread'; readonly thread: ThreadSummary; readonly name: readonly Piece[] }
  | { readonly kind: 'message'; readonly message: FoundMessage }
);

/** With nothing typed, what was read last and what can be done. */
export function offered(
  typed: string,
  found: Findings,
  recent: readonly ThreadSummary[],
  actions: readonly Action[],
): Option[] {
  const fitting = typed.trim() === '' ? actions : actions.filter(({ name }) => fits(name, typed));
  const done = fitting.map((action): Option => ({
    id: `action ${action.name}`,
    kind: 'action',
    action,
  }));
  if (typed.trim() === '') return [...recent.map(asRecent), ...done];
  const threads = found.threads.map(({ thread, name }): Option => ({
    id: thread.id,
    kind: 'thread',
    thread,
    name,
  }));
  const messages = found.messages.map((message): Option => ({
    id: keyOf(message),
    kind: 'message',
    message,
  }));
  return [...done, ...threads, ...messages];
}

function asRecent(thread: ThreadSummary): Option {
  return { id: thread.id, kind: 'thread', thread, name: [{ text: thread.name, marked: false }] };
}

/** Every word of `typed` begins a word of `name`. */
function fits(name: string, typed: string): boolean {
  const words = typed.trim().split(/\s+/);
  return words.every((word) => marksIn(name, word).length > 0);
}

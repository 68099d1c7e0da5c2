// The list of threads: merging what pages and events say, and grouping by date. Pure; "now" is
// passed in.

import type { ThreadSummary } from '../bridge/bindings';

export type Group =
  | { kind: 'pinned' }
  | { kind: 'today' }
  | { kind: 'yesterday' }
  | { kind: 'week' }
  | { kind: 'days30' }
  | { kind: 'month'; year: number; month: number };

export type Row =
  | { row: 'header'; key: string; group: Group }
  | { row: 'thread'; key: string; thread: ThreadSummary; group: Group };

/** Those that are pinned first, in each part the newest activity first, each thread once; of two versions of a thread the given one wins. */
export function merged(
  known: readonly ThreadSummary[],
  given: readonly ThreadSummary[],
): readonly ThreadSummary[] {
  const ids = new Set(given.map((thread) => thread.id));
  return [...known.filter((thread) => !ids.has(thread.id)), ...given].sort(byActivity);
}

export function without(
  known: readonly ThreadSummary[],
  ids: ReadonlySet<string>,
): readonly ThreadSummary[] {
  return known.filter((thread) => !ids.has(thread.id));
}

/** The threads from one to another in the list, both included, whichever comes first. */
export function range(
  threads: readonly ThreadSummary[],
  one: string,
  other: string,
): readonly ThreadSummary[] {
  const places = [one, other].map((id) => threads.findIndex((thread) => thread.id === id));
  if (places.includes(-1)) return [];
  return threads.slice(Math.min(...places), Math.max(...places) + 1);
}

/** What to read when `gone` leave the list: what comes after the thread `from`, or else before. */
export function heir(
  threads: readonly ThreadSummary[],
  from: string,
  gone: ReadonlySet<string>,
): ThreadSummary | null {
  const at = threads.findIndex((thread) => thread.id === from);
  const stays = ({ id }: ThreadSummary) => !gone.has(id);
  return threads.slice(at).find(stays) ?? threads.slice(0, Math.max(at, 0)).findLast(stays) ?? null;
}

/** The same threads as rows with a header before each group. */
export function rows(threads: readonly ThreadSummary[], now: Date): Row[] {
  const out: Row[] = [];
  let last = '';
  for (const thread of threads) {
    const group: Group = thread.pinned
      ? { kind: 'pinned' }
      : groupOf(new Date(thread.lastActivity), now);
    const key = groupKey(group);
    if (key !== last) {
      out.push({ row: 'header', key: `group ${key}`, group });
      last = key;
    }
    out.push({ row: 'thread', key: thread.id, thread, group });
  }
  return out;
}

export function groupKey(group: Group): string {
  return group.kind === 'month' ? `${group.year}-${group.month}` : group.kind;
}

/** By calendar days of the person's own time zone, so that "today" ends at midnight. */
export function groupOf(at: Date, now: Date): Group {
  const days = calendarDay(now) - calendarDay(at);
  if (days <= 0) return { kind: 'today' };
  if (days === 1) return { kind: 'yesterday' };
  if (days <= 7) return { kind: 'week' };
  if (days <= 30) return { kind: 'days30' };
  return { kind: 'month', year: at.getFullYear(), month: at.getMonth() };
}

/** The thread before (-1) or after (1) `current` in the list, if there is one. */
export function neighbour(
  threads: readonly ThreadSummary[],
  current: string | null,
  step: -1 | 1,
): ThreadSummary | null {
  const at = threads.findIndex((thread) => thread.id === current);
  if (at === -1) return (step === 1 ? threads[0] : undefined) ?? null;
  return threads[at + step] ?? null;
}

/** Days counted in the local calendar; daylight saving moves hours, not this. */
function calendarDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}

function byActivity(a: ThreadSummary, b: ThreadSummary): number {
  return (
    Number(b.pinned) - Number(a.pinned) ||
    Date.parse(b.lastActivity) - Date.parse(a.lastActivity) ||
    (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
  );
}

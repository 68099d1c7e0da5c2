// Looking for what was said, in memory: all of it, one after the other.

import { marksIn } from '../../search/marks';
import type {
  Findings,
  FoundMessage,
  FoundPlaces,
  Piece,
  Search,
  Speaker,
  Step,
} from '../bindings';
import type { MemoryThread } from './thread';

const PAGE = 30;

export function searchIn(all: readonly MemoryThread[], search: Search, skip: number): Findings {
  const threads = all.filter(
    ({ stored, summary }) =>
      stored &&
      summary.binnedAt === null &&
      (search.profile === null || summary.profile === search.profile) &&
      (search.thread === null || summary.id === search.thread),
  );
  const messages: FoundMessage[] = threads.flatMap((thread) =>
    thread.steps.flatMap((step) => {
      const speaker = speakerOf(step);
      if (speaker === null || (search.speaker !== null && search.speaker !== speaker)) return [];
      if (search.since !== null && step.createdAt < search.since) return [];
      if (search.before !== null && step.createdAt >= search.before) return [];
      if (!isIn(step.output, search.text)) return [];
      const { branch, sequence, createdAt: at } = step;
      const snippet = pieces(step.output, search.text);
      return [{ thread: thread.summary, branch, sequence, speaker, at, snippet }];
    }),
  );
  messages.sort((a, b) => b.at.localeCompare(a.at) || b.sequence - a.sequence);
  const named =
    skip > 0 || search.speaker !== null
      ? []
      : threads.filter(({ summary }) => isIn(summary.name, search.text)).slice(0, 5);
  return {
    threads: named.map(({ summary }) => ({
      thread: summary,
      name: pieces(summary.name, search.text),
    })),
    messages: messages.slice(skip, skip + PAGE),
    next: skip + PAGE < messages.length ? skip + PAGE : null,
    whole: true,
  };
}

export function placesIn(thread: MemoryThread, text: string): FoundPlaces {
  const found = thread.inView.filter((step) => speakerOf(step) && isIn(step.output, text));
  return { sequences: found.map(({ sequence }) => sequence), more: false, whole: true };
}

function speakerOf({ kind }: Step): Speaker | null {
  if (kind === 'user') return 'person';
  if (kind === 'assistant') return 'profile';
  return kind === 'system' ? 'app' : null;
}

function isIn(text: string, typed: string): boolean {
  const words = typed.match(/[\p{L}\p{N}]+\s*/gu) ?? [];
  return words.length > 0 && words.every((word) => marksIn(text, word).length > 0);
}

function pieces(text: string, typed: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const [start, end] of marksIn(text, typed)) {
    if (start > at) found.push({ text: text.slice(at, start), marked: false });
    found.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) found.push({ text: text.slice(at), marked: false });
  return found;
}

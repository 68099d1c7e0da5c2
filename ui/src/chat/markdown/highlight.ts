// Asks for highlighting and remembers the answers: a message that scrolls out and back in is not
// highlighted twice.

import type { Span } from './languages';

/** Beyond this, colours cost more than they help. */
const LONGEST = 60_000;
const KEPT = 200;

const answers = new Map<string, readonly Span[]>();
const waiting = new Map<number, (spans: readonly Span[] | null) => void>();
let worker: Worker | null = null;
let lastId = 0;

/** The spans if they are known already, so that code which comes back does not flicker. */
export function known(code: string, language: string): readonly Span[] | null {
  return answers.get(keyOf(code, language)) ?? null;
}

/** `null` when the language is unknown, the code too long, or there are no workers. */
export async function highlight(code: string, language: string): Promise<readonly Span[] | null> {
  if (language === '' || code.length > LONGEST) return null;
  const before = known(code, language);
  if (before) return before;
  const spans = await ask(code, language.toLowerCase());
  if (spans) remember(keyOf(code, language), spans);
  return spans;
}

function ask(code: string, language: string): Promise<readonly Span[] | null> {
  worker ??= start();
  if (!worker) return Promise.resolve(null);
  const id = (lastId += 1);
  const answer = new Promise<readonly Span[] | null>((resolve) => waiting.set(id, resolve));
  worker.postMessage({ id, code, language });
  return answer;
}

function start(): Worker | null {
  if (typeof Worker === 'undefined') return null;
  const started = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<{ id: number; spans: Span[] | null }>) => {
    waiting.get(data.id)?.(data.spans);
    waiting.delete(data.id);
  };
  started.onerror = started.onmessageerror = giveUp;
  return started;
}

/** Code without colours is still code: nobody waits for a worker that failed, or gets it again. */
function giveUp() {
  worker?.terminate();
  worker = null;
  for (const resolve of waiting.values()) resolve(null);
  waiting.clear();
}

function remember(key: string, spans: readonly Span[]) {
  answers.set(key, spans);
  const oldest = answers.keys().next().value;
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
}

const keyOf = (code: string, language: string) => `${language}\n${code}`;

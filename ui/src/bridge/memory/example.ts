// Example worlds for looking at the interface in a browser: `?world=first`, `signin`, `noKeyring`,
// `keyringLocked`, `keyringFailed`, or the default of somebody who is signed in with a history.

import type { Backend } from '../backend';
import type { Account, Step, ThreadSummary } from '../bindings';
import { memoryBackend } from '../memory';
import { exampleFiles } from './exampleFiles';
import { emptyStep } from './steps';
import type { MemoryAccount, StoredThread } from './options';
import { exampleProfiles, LONG_REPLY } from './profiles';

export function example(query: URLSearchParams): Backend {
  const world = query.get('world') ?? 'signedIn';
  const pace = Number(query.get('pace') ?? 24);
  const model = query.has('model')
    ? { baseUrl: 'http://localhost:11434/v1', model: query.get('model') ?? '', hasKey: false }
    : null;
  const base = {
    profiles: exampleProfiles(query.has('greeting')),
    pace,
    model,
    name: query.get('name') ?? 'Confidant',
    env: query.has('env') ? ['SEARCH_KEY', 'MAP_KEY'] : [],
    files: exampleFiles,
  };
  switch (world) {
    case 'first':
      return memoryBackend({ ...base, testModel: unreachable });
    case 'signin':
      return memoryBackend({ ...base, accounts: people() });
    case 'noKeyring':
    case 'keyringLocked':
    case 'keyringFailed':
      return memoryBackend({ ...base, keyring: world });
    case 'new':
      return memoryBackend({ ...base, accounts: people(), signedIn: 'ada@example.org' });
    default:
      return memoryBackend({
        ...base,
        accounts: people(),
        signedIn: 'ada@example.org',
        threads: history(Number(query.get('threads') ?? 80)),
        testModel: unreachable,
      });
  }
}

const unreachable = () => ({
  code: 'model' as const,
  failure: {
    code: 'modelUnreachable' as const,
    detail: 'error sending request: connection refused (os error 111)',
    retryIn: null,
  },
});

function people(): MemoryAccount[] {
  return [
    { account: person('u1', 'ada@example.org', 'Ada Lovelace', true, true), password: 'engine' },
    { account: person('u2', 'grace', 'Grace Hopper', true, false), password: 'cobol' },
    { account: person('u3', 'guest', null, false, true), password: null },
  ];
}

function person(
  id: string,
  identifier: string,
  displayName: string | null,
  hasPassword: boolean,
  remembered: boolean,
): Account {
  const metadata: Account['metadata'] = id === 'u1' ? { role: 'admin' } : {};
  const createdAt = '2025-03-01T09:00:00Z';
  return {
    id,
    createdAt,
    identifier,
    displayName,
    metadata,
    hasPassword,
    hasRecovery: false,
    remembered,
  };
}

const NAMES = [
  'Plan for the garden in May',
  'Quarterly numbers, second look',
  'Why does the borrow checker refuse this closure?',
  'Translate the letter to the landlord',
  'Names for a grey cat',
  'A very long name that goes on and on without ever coming to the point it wanted to make',
  'Regression in the import of CSV files',
  'Trip to Lisbon',
  'Rechtschreibung und Zeichensetzung',
  'Explain monads once more, slowly',
];

function history(count: number): StoredThread[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const hours = index * index * 0.9 + index * 2;
    const at = new Date(now - hours * 3_600_000).toISOString();
    const summary: ThreadSummary = {
      id: `example-thread-${index}`,
      name: NAMES[index % NAMES.length] ?? '',
      profile: index === 3 ? 'translator' : 'assistant',
      createdAt: at,
      lastActivity: at,
      pinned: false,
      binnedAt: null,
    };
    return { summary, steps: index === 1 ? many(at) : index === 2 ? troubled(at) : few(at) };
  });
}

function few(at: string): Step[] {
  return [
    step(0, 'user', 'Could you explain how the store keeps its promises when the power fails?', at),
    step(1, 'assistant', LONG_REPLY, at),
  ];
}

function many(at: string): Step[] {
  return Array.from({ length: 400 }, (_, index) =>
    index % 2 === 0
      ? step(index, 'user', `Question ${index / 2 + 1}: what about row ${index}?`, at)
      : step(
          index,
          'assistant',
          `Row **${index - 1}** is fine. ${'It holds. '.repeat(index % 23)}`,
          at,
        ),
  );
}

function troubled(at: string): Step[] {
  const said = (index: number, text: string) => step(index, 'user', text, at);
  const reply = (index: number, output: string, extra: Partial<Step>) =>
    ({ ...step(index, 'assistant', output, at), ...extra }) satisfies Step;
  const late = new Date(Date.now() + 90_000).toISOString();
  return [
    said(0, `${'A long message with many lines.\n'.repeat(20)}The end.`),
    reply(1, 'This much had arrived before', { state: 'interrupted' }),
    said(2, 'Once more, please.'),
    { ...step(3, 'tool', '{"rows": 12}', at), name: 'read_table', input: '{"file": "q3.csv"}' },
    reply(4, 'Here are the first', {
      state: 'failed',
      failure: { code: 'modelUnauthorized', detail: '401: invalid api key', retryIn: null },
    }),
    said(5, 'word'.repeat(120)),
    reply(6, 'Please give me the file.', {
      ask: {
        want: { kind: 'files', accept: ['text/csv'], maxSize: 2_097_152, maxFiles: 1 },
        deadline: late,
        state: { state: 'answered', summary: 'figures-2025.csv (18 KB)' },
      },
    }),
    reply(7, 'And another?', {
      ask: {
        want: { kind: 'files', accept: ['text/csv'], maxSize: 2_097_152, maxFiles: 1 },
        deadline: late,
        state: { state: 'timedOut' },
      },
    }),
    said(8, 'And now?'),
    reply(9, '', {
      state: 'failed',
      endedAt: new Date().toISOString(),
      failure: { code: 'modelRateLimited', detail: '429: slow down', retryIn: 45 },
    }),
  ];
}

function step(sequence: number, kind: Step['kind'], output: string, at: string): Step {
  return { ...emptyStep(kind, at), id: `${at}-${sequence}`, sequence, output };
}

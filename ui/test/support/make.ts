// Pieces of conversations, made with as few words as a test needs.

import type { Snapshot, Step, StepKind, ThreadSummary } from '../../src/bridge/bindings';

export function step(id: string, sequence: number, change: Partial<Step> = {}): Step {
  return {
    id,
    sequence,
    parent: null,
    kind: 'assistant',
    name: '',
    input: '',
    output: '',
    state: 'done',
    failure: null,
    ask: null,
    actions: [],
    command: null,
    createdAt: '2025-05-01T10:00:00Z',
    endedAt: '2025-05-01T10:00:01Z',
    ...change,
  };
}

export const said = (
  kind: StepKind,
  sequence: number,
  output: string,
  change: Partial<Step> = {},
) => step(`s${sequence}`, sequence, { kind, output, ...change });

export function thread(id: string, change: Partial<ThreadSummary> = {}): ThreadSummary {
  const at = '2025-05-01T10:00:00Z';
  return { id, name: id, profile: 'assistant', createdAt: at, lastActivity: at, ...change };
}

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    thread: thread('t'),
    stored: true,
    profile: {
      name: 'assistant',
      displayName: 'Assistant',
      markdownDescription: '',
      icon: null,
      default: true,
      starters: [],
    },
    steps: [],
    earlier: null,
    settings: [],
    values: {},
    working: false,
    queued: [],
    ...change,
  };
}

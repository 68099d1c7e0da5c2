// Pieces of conversations, made with as few words as a test needs.

import type {
  Setting,
  Snapshot,
  Step,
  StepKind,
  ThreadSummary,
  Widget,
} from '../../src/bridge/bindings';
import { emptyStep } from '../../src/bridge/memory/steps';

export function step(id: string, sequence: number, change: Partial<Step> = {}): Step {
  return {
    ...emptyStep('assistant', '2025-05-01T10:00:00Z'),
    id,
    sequence,
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
  return {
    id,
    name: id,
    profile: 'assistant',
    createdAt: at,
    lastActivity: at,
    pinned: false,
    binnedAt: null,
    ...change,
  };
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
      categories: [],
    },
    steps: [],
    earlier: null,
    branches: [],
    branch: 0,
    commands: [],
    settings: [],
    values: {},
    continues: false,
    working: false,
    queued: [],
    ...change,
  };
}

export const setting = (id: string, widget: Widget, change: Partial<Setting> = {}): Setting => ({
  id,
  label: id[0]?.toUpperCase() + id.slice(1),
  description: null,
  widget,
  tab: null,
  required: false,
  ...change,
});

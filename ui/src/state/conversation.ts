// A conversation as the window knows it, and how each event of the core changes it. Pure.

import type {
  Event,
  Failure,
  Value as JsonValue,
  ProfileCard,
  Setting,
  Step,
  StepPage,
  ThreadSummary,
} from '../bridge/bindings';

export interface Conversation {
  readonly thread: ThreadSummary;
  readonly stored: boolean;
  /** `null` when the thread's profile is gone: it reads, but cannot go on. */
  readonly profile: ProfileCard | null;
  /** By sequence, ascending, each id once. */
  readonly steps: readonly Step[];
  /** Ask for the steps before this sequence; `null` when the beginning is here. */
  readonly earlier: number | null;
  readonly settings: readonly Setting[];
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly working: boolean;
  readonly queued: readonly string[];
  /** The latest thing that went wrong outside any step. */
  readonly failure: Failure | null;
}

/** Before the first event nothing is known; only `opened` makes something of nothing. */
export function reduce(state: Conversation | null, event: Event): Conversation | null {
  if (event.type === 'opened') return { ...event.snapshot, failure: null };
  if (state === null) return null;
  switch (event.type) {
    case 'said':
    case 'changed':
      return { ...state, steps: withStep(state.steps, event.step) };
    case 'delta':
      return { ...state, steps: withText(state.steps, event.step, event.text) };
    case 'removed':
      return { ...state, steps: state.steps.filter((step) => step.id !== event.step) };
    case 'settings':
      return { ...state, values: event.values };
    case 'working':
      return { ...state, working: event.working, queued: event.queued };
    case 'named':
      return { ...state, thread: event.thread, stored: true };
    case 'failed':
      return { ...state, failure: event.failure };
    default:
      // A newer core may say more than this interface knows; what it knows stays right.
      return state;
  }
}

/** Puts an older page in front of what is there. */
export function withEarlier(state: Conversation, page: StepPage): Conversation {
  const known = new Set(state.steps.map((step) => step.id));
  const older = page.steps.filter((step) => !known.has(step.id));
  const steps = [...older, ...state.steps].sort((a, b) => a.sequence - b.sequence);
  return { ...state, steps, earlier: page.earlier };
}

export function withoutFailure(state: Conversation): Conversation {
  return { ...state, failure: null };
}

/** Whether the person has said something yet; until then the profile can still be changed. */
export function hasBegun(state: Conversation): boolean {
  return state.earlier !== null || state.steps.some((step) => step.kind === 'user');
}

/** The profile's newest message, for "copy last reply". */
export function lastReply(state: Conversation): Step | null {
  return state.steps.findLast((step) => step.kind === 'assistant' && step.output !== '') ?? null;
}

/**
 * The step at which the person can have their last message answered (again), or `null` while at
 * work or when all went well: a reply that ended badly, or a message that never got one.
 */
export function retryable(state: Conversation): Step | null {
  if (state.working || state.profile === null) return null;
  const last = state.steps.findLast((step) => step.kind !== 'system');
  if (!last || last.kind === 'user') return last ?? null;
  const badly = ['failed', 'interrupted', 'stopped'].includes(last.state);
  const asked = state.steps.some((step) => step.kind === 'user');
  return badly && asked ? last : null;
}

function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  const at = steps.findIndex((known) => known.id === step.id);
  const rest = at === -1 ? steps : steps.filter((known) => known.id !== step.id);
  const before = rest.findLastIndex((known) => known.sequence <= step.sequence) + 1;
  return [...rest.slice(0, before), step, ...rest.slice(before)];
}

function withText(steps: readonly Step[], id: string, text: string): readonly Step[] {
  // From the end: what is being written is nearly always the last step.
  const at = steps.findLastIndex((step) => step.id === id);
  const step = steps[at];
  return step ? steps.with(at, { ...step, output: step.output + text }) : steps;
}

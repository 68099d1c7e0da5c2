// A conversation as the window knows it, and how each event of the core changes it. Pure.

import type {
  Branch,
  Command,
  Event,
  Failure,
  Value as JsonValue,
  ProfileCard,
  Setting,
  Step,
  StepKind,
  ThreadSummary,
} from '../bridge/bindings';
import { isOnPath, partingOf, path } from './branches';
import { withEnd } from './stretch';

export interface Conversation {
  readonly thread: ThreadSummary;
  readonly stored: boolean;
  /** `null` when the thread's profile is gone: it reads, but cannot go on. */
  readonly profile: ProfileCard | null;
  /** Those of the branch in view, by sequence, ascending, each id once. */
  readonly steps: readonly Step[];
  /** Ask for the steps before this sequence; `null` when the beginning is here. */
  readonly earlier: number | null;
  /** Ask for the steps from this sequence on; `null` when the end is here, and grows. */
  readonly later: number | null;
  /** All branches but the one the thread began with, which is 0. */
  readonly branches: readonly Branch[];
  /** The branch in view. */
  readonly branch: number;
  readonly commands: readonly Command[];
  readonly settings: readonly Setting[];
  readonly values: Readonly<Record<string, JsonValue>>;
  /** Whether replies that were broken off can go on. */
  readonly continues: boolean;
  readonly working: boolean;
  readonly queued: readonly string[];
  /** The latest thing that went wrong outside any step. */
  readonly failure: Failure | null;
}

/** Before the first event nothing is known; only `opened` makes something of nothing. */
export function reduce(state: Conversation | null, event: Event): Conversation | null {
  if (event.type === 'opened') return withEnd(state, event.snapshot);
  if (state === null) return null;
  switch (event.type) {
    case 'said':
      return isLoaded(state, event.step)
        ? { ...state, steps: withStep(state.steps, event.step) }
        : state;
    case 'changed':
      return isInView(state, event.step)
        ? { ...state, steps: withStep(state.steps, event.step) }
        : state;
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
    case 'branched':
      return branched(state, event);
    case 'commands':
      return { ...state, commands: event.commands };
    case 'toast':
    case 'handover':
      // For the window around the conversation; the conversation is as it was.
      return state;
    default:
      // A newer core may say more than this interface knows; what it knows stays right.
      return state;
  }
}

/** Work is shown by rows of its own kind; everything else is somebody's words. */
export function isWork(kind: StepKind): boolean {
  return kind !== 'user' && kind !== 'assistant' && kind !== 'system';
}

/** The newest question that waits for an answer. */
export function openQuestion(state: Conversation): Step | null {
  if (state.later !== null) return null;
  return state.steps.findLast((step) => step.ask?.state.state === 'open') ?? null;
}

/** The same, where it waits for words: what the person writes next answers it. */
export function openTextQuestion(state: Conversation): Step | null {
  const open = openQuestion(state);
  return open?.ask?.want.kind === 'text' ? open : null;
}

/** The person's newest message, where it can be said anew now. */
export function editable(state: Conversation): Step | null {
  if (state.working || state.profile === null || state.later !== null) return null;
  return state.steps.findLast((step) => step.kind === 'user') ?? null;
}

/** The profile's newest reply, where it can be asked for another one now. */
export function regenerable(state: Conversation): Step | null {
  const asked = editable(state);
  const reply = state.steps.findLast((step) => step.kind === 'assistant');
  return asked && reply && reply.sequence > asked.sequence ? reply : null;
}

export function withoutFailure(state: Conversation): Conversation {
  return { ...state, failure: null };
}

/** Whether the person has said something yet; until then the profile can still be changed. */
export function hasBegun(state: Conversation): boolean {
  const { earlier, later, steps } = state;
  return earlier !== null || later !== null || steps.some((step) => step.kind === 'user');
}

/** The profile's newest message, for "copy last reply". */
export function lastReply(state: Conversation): Step | null {
  if (state.later !== null) return null;
  return state.steps.findLast((step) => step.kind === 'assistant' && step.output !== '') ?? null;
}

/**
 * The step at which the person can have their last message answered (again), or `null` while at
 * work or when all went well: a reply that ended badly, or a message that never got one.
 */
export function retryable(state: Conversation): Step | null {
  if (state.working || state.profile === null || state.later !== null) return null;
  const last = state.steps.findLast((step) => step.kind !== 'system' && step.parent === null);
  if (!last || last.kind === 'user') return last ?? null;
  const badly = ['failed', 'interrupted', 'stopped'].includes(last.state);
  const asked = state.earlier !== null || state.steps.some((step) => step.kind === 'user');
  return badly && asked ? last : null;
}

/** The reply that was broken off and can go on, where the profile knows how to. */
export function continuable(state: Conversation): Step | null {
  const step = state.continues ? retryable(state) : null;
  if (step?.kind !== 'assistant' || step.output === '' || step.ask !== null) return null;
  return step.state !== 'failed' || step.failure?.code === 'modelInterrupted' ? step : null;
}

function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  // Nearly always it is the newest; a profile may say thousands of them.
  if (step.sequence > (steps.at(-1)?.sequence ?? -1)) return [...steps, step];
  const at = steps.findLastIndex((known) => known.id === step.id);
  if (steps[at]?.sequence === step.sequence) return steps.with(at, step);
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

function isInView(state: Conversation, step: Step): boolean {
  return isOnPath(step, path(state.branches, state.branch)) && isLoaded(state, step);
}

/** What stands before or after what is held comes with its own page, and as it is by then. */
function isLoaded({ steps, earlier, later }: Conversation, step: Step): boolean {
  const within =
    (earlier === null || step.sequence >= earlier) && (later === null || step.sequence < later);
  return within || steps.some((known) => known.id === step.id);
}

/**
 * Another branch is in view. What the two have in common and is known already stays, so that the
 * person keeps their place; where the given page does not reach back that far, it begins anew.
 */
function branched(state: Conversation, event: Extract<Event, { type: 'branched' }>): Conversation {
  const { branches, branch, steps } = event;
  const after = path(branches, branch);
  const oldest = steps[0]?.sequence ?? Infinity;
  const parting = partingOf(path(branches, state.branch), after);
  const joins = state.later === null && (event.earlier === null || oldest <= parting);
  const kept = joins
    ? state.steps.filter((step) => step.sequence < oldest && isOnPath(step, after))
    : [];
  const earlier = kept.length > 0 ? state.earlier : event.earlier;
  return { ...state, branches, branch, steps: [...kept, ...steps], earlier, later: null };
}

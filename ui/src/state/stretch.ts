// Which stretch of a long thread the window holds: its end, as a conversation begins, or any other
// that the person jumped or scrolled to. Pure.

import type { Snapshot, Step, StepPage } from '../bridge/bindings';
import { HELD_READING, SLACK } from './bounded';
import type { Conversation } from './conversation';

/** Puts an older page in front of what is there. */
export function withEarlier(state: Conversation, page: StepPage): Conversation {
  const steps = merged(page.steps, state.steps);
  const now = { ...state, steps, earlier: page.earlier };
  if (steps.length <= HELD_READING + SLACK) return now;
  // Whoever has come this far up is not reading the other end.
  return { ...now, steps: steps.slice(0, HELD_READING), later: placeAt(steps[HELD_READING]) };
}

/** Puts a newer page behind what is there. The live end comes with a snapshot only. */
export function withLater(state: Conversation, page: StepPage): Conversation {
  const steps = merged(page.steps, state.steps);
  const now = { ...state, steps, later: page.later ?? behind(steps) };
  if (steps.length <= HELD_READING + SLACK) return now;
  const kept = steps.slice(-HELD_READING);
  return { ...now, steps: kept, earlier: placeAt(kept[0]) };
}

/** Holds another stretch instead. */
export function around(state: Conversation, page: StepPage): Conversation {
  const { steps, earlier } = page;
  return { ...state, steps, earlier, later: page.later ?? behind(steps) };
}

/** What is held once the live end is here: all of it, where the two meet. */
export function withEnd(before: Conversation | null, snapshot: Snapshot): Conversation {
  const opened = { ...snapshot, later: null, failure: null };
  if (before === null || before.later === null) return opened;
  const { thread, branch, steps } = before;
  if (thread.id !== snapshot.thread.id || branch !== snapshot.branch) return opened;
  const known = new Set(steps.map(({ id }) => id));
  if (!snapshot.steps.some(({ id }) => known.has(id))) return opened;
  return { ...opened, steps: merged(steps, snapshot.steps), earlier: before.earlier };
}

/** All of both, by sequence, each once: as it is in `newer`. */
function merged(steps: readonly Step[], newer: readonly Step[]): readonly Step[] {
  const replaced = new Set(newer.map(({ id }) => id));
  const all = [...steps.filter(({ id }) => !replaced.has(id)), ...newer];
  return all.sort((a, b) => a.sequence - b.sequence);
}

const placeAt = (step: Step | undefined): number | null => step?.sequence ?? null;

/** The place after the last of `steps`. */
const behind = (steps: readonly Step[]): number => (steps.at(-1)?.sequence ?? -1) + 1;

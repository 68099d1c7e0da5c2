// A profile may say a hundred thousand steps in one go. The window holds the newest, and asks for
// the others again when the person scrolls up to them. Pure.

import type { Step } from '../bridge/bindings';
import type { Conversation } from './conversation';

/** The steps that are held while the person follows the end. */
export const HELD = 2000;

/** The steps that are held while they read further up: what they read stays as long as it can. */
export const HELD_READING = 10_000;

/** So many gather before the oldest go, so that most events move nothing. */
export const SLACK = 500;

/** Of the older steps, the most that stay because something newer depends on them. */
const MOST_OUTER = 250;

export function bounded(state: Conversation, following: boolean): Conversation {
  const most = following ? HELD : HELD_READING;
  if (state.steps.length <= most + SLACK) return state;
  const newest = state.steps.slice(-most);
  const older = state.steps.slice(0, -most);
  const steps = [...outer(older, newest), ...newest];
  return { ...state, steps, earlier: newest[0]?.sequence ?? null };
}

/** What goes on, and what newer work is part of: without it that work would lose its place. */
function outer(older: readonly Step[], newest: readonly Step[]): readonly Step[] {
  const parents = new Set(newest.map((step) => step.parent));
  const kept: Step[] = [];
  // From the end, so that a parent is seen after all that is part of it.
  for (let at = older.length - 1; at >= 0 && kept.length < MOST_OUTER; at -= 1) {
    const step = older[at];
    if (!step || !(goesOn(step) || parents.has(step.id))) continue;
    parents.add(step.parent);
    kept.push(step);
  }
  return kept.reverse();
}

function goesOn(step: Step): boolean {
  return step.state === 'writing' || step.ask?.state.state === 'open';
}

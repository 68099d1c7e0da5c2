// The rows of the log: the messages, and the work that is not part of anything else in view. Work
// that is part of a step is drawn within that step. Pure.

import type { Step } from '../bridge/bindings';
import { isWork } from './conversation';

export interface Rows {
  readonly rows: readonly Step[];
  /** The work within a step, oldest first, by the id of that step. */
  readonly within: Within;
}

export type Within = ReadonlyMap<string, readonly Step[]>;

export const NOTHING_WITHIN: Within = new Map();

/** How much is nested within a step, at any depth, and how much of that failed. */
export interface Nested {
  readonly count: number;
  readonly failed: number;
}

export function rowsOf(steps: readonly Step[]): Rows {
  const rows: Step[] = [];
  const within = new Map<string, Step[]>();
  // In order of sequence, a step stands before all that is part of it, so one walk is enough, and
  // whatever claims to be part of something later, or of itself, is a row like any other.
  const passed = new Set<string>();
  for (const step of steps) {
    if (step.parent !== null && isWork(step.kind) && passed.has(step.parent)) {
      const siblings = within.get(step.parent);
      if (siblings) siblings.push(step);
      else within.set(step.parent, [step]);
    } else rows.push(step);
    passed.add(step.id);
  }
  return { rows, within };
}

export function nestedIn(id: string, within: Within): Nested {
  let count = 0;
  let failed = 0;
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const step of within.get(at) ?? []) {
      count += 1;
      if (step.state === 'failed') failed += 1;
      open.push(step.id);
    }
  }
  return { count, failed };
}

/** Whether rows came or went before those that are in both. */
export function changedInFront(before: readonly Step[], now: readonly Step[]): boolean {
  const [was, is] = [before[0]?.id, now[0]?.id];
  if (was === undefined || is === undefined || was === is) return false;
  const same = before.at(-1)?.id === now.at(-1)?.id;
  return same || now.some(({ id }) => id === was) || before.some(({ id }) => id === is);
}

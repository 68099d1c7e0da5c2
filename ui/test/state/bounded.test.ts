import { describe, expect, it } from 'vitest';
import type { Event, Step } from '../../src/bridge/bindings';
import { bounded, HELD, HELD_READING } from '../../src/state/bounded';
import { reduce, type Conversation } from '../../src/state/conversation';
import { withEarlier } from '../../src/state/stretch';
import { snapshot, step } from '../support/make';

const MANY = 3 * HELD;

const said = (from: number, to: number, change: (at: number) => Partial<Step> = () => ({})) =>
  Array.from({ length: to - from }, (_, at) => step(`s${from + at}`, from + at, change(from + at)));

function holding(steps: Step[]): Conversation {
  return { ...snapshot({ steps }), later: null, failure: null };
}

describe('a flood of steps', () => {
  it('leaves the newest, and the place to ask for the others at', () => {
    const { steps, earlier } = bounded(holding(said(0, MANY)), true);
    expect(steps).toHaveLength(HELD);
    expect(steps.at(-1)?.sequence).toBe(MANY - 1);
    expect(earlier).toBe(steps[0]?.sequence);
  });

  it('changes nothing while it is small, and nothing a little later', () => {
    const few = holding(said(0, HELD + 1));
    expect(bounded(few, true)).toBe(few);
  });

  it('leaves more to somebody who reads further up', () => {
    const state = holding(said(0, MANY));
    expect(bounded(state, false)).toBe(state);
    const { steps } = bounded(holding(said(0, 2 * HELD_READING)), false);
    expect(steps).toHaveLength(HELD_READING);
  });

  it('keeps what newer work is part of, and what still goes on', () => {
    const steps = said(0, MANY, (at) => {
      if (at === 0) return { kind: 'run', state: 'writing' };
      if (at === 1) return { kind: 'tool', parent: 's0' };
      if (at === 2) return { state: 'writing' };
      return { kind: 'tool', parent: at === 3 ? 's0' : 's1' };
    });
    const held = bounded(holding(steps), true);
    expect(held.steps.slice(0, 4).map(({ sequence }) => sequence)).toEqual([0, 1, 2, MANY - HELD]);
    expect(held.earlier).toBe(MANY - HELD);
  });

  it('holds no more however long it lasts, and what is gone can be loaded again', () => {
    let state: Conversation | null = holding([]);
    let most = 0;
    for (const next of said(0, MANY)) {
      const event: Event = { type: 'said', step: next };
      const grown: Conversation | null = reduce(state, event);
      state = grown && bounded(grown, true);
      most = Math.max(most, state?.steps.length ?? 0);
    }
    expect(most).toBeLessThan(1.5 * HELD);
    const earlier = state?.earlier ?? 0;
    const page = { steps: said(earlier - 50, earlier), earlier: earlier - 50, later: earlier };
    const loaded = state && withEarlier(state, page);
    expect(loaded?.steps[0]?.sequence).toBe(earlier - 50);
    expect(loaded?.steps[50]?.sequence).toBe(earlier);
  });

  it('a change of what is no longer held is not drawn out of its place', () => {
    const state = bounded(holding(said(0, MANY)), true);
    const changed = reduce(state, { type: 'changed', step: step('s0', 0, { output: 'late' }) });
    expect(changed?.steps[0]?.sequence).toBe(state.earlier);
  });
});

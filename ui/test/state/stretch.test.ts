import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/bridge/bindings';
import { HELD_READING, SLACK } from '../../src/state/bounded';
import {
  editable,
  openQuestion,
  reduce,
  retryable,
  type Conversation,
} from '../../src/state/conversation';
import { around, withEarlier, withLater } from '../../src/state/stretch';
import { snapshot, step } from '../support/make';

const said = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) =>
    step(`s${from + at}`, from + at, { kind: at % 2 ? 'assistant' : 'user' }),
  );

const end = { steps: said(150, 200), earlier: 150 };

function atEnd(): Conversation {
  const state = reduce(null, { type: 'opened', snapshot: snapshot(end) });
  if (!state) throw new Error('it was opened');
  return state;
}

const inTheMidst = () => around(atEnd(), { steps: said(50, 100), earlier: 50, later: 100 });

const range = ({ steps, earlier, later }: Conversation) => [
  steps[0]?.sequence,
  steps.at(-1)?.sequence,
  earlier,
  later,
];

describe('a stretch in the midst of a thread', () => {
  it('takes the place of the end, and grows both ways', () => {
    let state = inTheMidst();
    expect(range(state)).toEqual([50, 99, 50, 100]);
    state = withEarlier(state, { steps: said(0, 50), earlier: null, later: 50 });
    expect(range(state)).toEqual([0, 99, null, 100]);
    state = withLater(state, { steps: said(100, 150), earlier: 100, later: 150 });
    expect(range(state)).toEqual([0, 149, null, 150]);
    expect(state.steps.length).toBe(150);
  });

  it('does not take what is said at the end, but what changes within it', () => {
    const newest = step('s200', 200);
    const changed = step('s60', 60, { output: 'changed' });
    const events: Event[] = [
      { type: 'said', step: newest },
      { type: 'changed', step: changed },
      { type: 'changed', step: newest },
      { type: 'delta', step: 's199', text: 'x' },
    ];
    const state = events.reduce<Conversation | null>(reduce, inTheMidst());
    expect(state && range(state)).toEqual([50, 99, 50, 100]);
    expect(state?.steps.find(({ id }) => id === 's60')?.output).toBe('changed');
  });

  it('knows nothing of what is last', () => {
    const state = inTheMidst();
    expect(editable(state)).toBeNull();
    expect(retryable(state)).toBeNull();
    expect(openQuestion(state)).toBeNull();
  });

  it('is never taken for the end, even where the page ends', () => {
    const last = withLater(inTheMidst(), { steps: said(100, 130), earlier: 100, later: null });
    expect(range(last)).toEqual([50, 129, 50, 130]);
    const nothing = withLater(last, { steps: [], earlier: 130, later: null });
    expect(range(nothing)).toEqual([50, 129, 50, 130]);
  });

  it('stays when the end comes and meets it', () => {
    const met = withLater(inTheMidst(), { steps: said(100, 160), earlier: 100, later: 160 });
    const state = reduce(met, { type: 'opened', snapshot: snapshot(end) });
    expect(state && range(state)).toEqual([50, 199, 50, null]);
  });

  it('goes when the end comes and does not meet it, or another branch is in view', () => {
    const state = reduce(inTheMidst(), { type: 'opened', snapshot: snapshot(end) });
    expect(state && range(state)).toEqual([150, 199, 150, null]);
    const met = withLater(inTheMidst(), { steps: said(100, 160), earlier: 100, later: 160 });
    const other = reduce(met, { type: 'opened', snapshot: snapshot({ ...end, branch: 1 }) });
    expect(other && range(other)).toEqual([150, 199, 150, null]);
  });

  it('is held in bounds, whichever way it grows', () => {
    const many = HELD_READING + SLACK;
    const long = { steps: said(10_000, 10_000 + many), earlier: 10_000, later: 10_000 + many };
    const up = withEarlier(around(atEnd(), long), {
      steps: said(9_950, 10_000),
      earlier: 9_950,
      later: 10_000,
    });
    expect(range(up)).toEqual([9_950, 9_949 + HELD_READING, 9_950, 9_950 + HELD_READING]);
    const from = 10_000 + many;
    const down = withLater(around(atEnd(), long), {
      steps: said(from, from + 50),
      earlier: from,
      later: from + 50,
    });
    const first = from + 50 - HELD_READING;
    expect(range(down)).toEqual([first, from + 49, first, from + 50]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/bridge/bindings';
import { changedInFront, nestedIn, rowsOf } from '../../src/state/rows';
import { step } from '../support/make';

const tool = (id: string, sequence: number, parent: string | null, change: Partial<Step> = {}) =>
  step(id, sequence, { kind: 'tool', parent, ...change });
const ids = (steps: readonly Step[] | undefined) => steps?.map(({ id }) => id);

describe('which steps are rows', () => {
  it('work is within what it is part of, and messages are rows wherever they were said', () => {
    const { rows, within } = rowsOf([
      step('a', 0, { kind: 'user' }),
      tool('run', 1, null, { kind: 'run' }),
      tool('search', 2, 'run'),
      step('said', 3, { parent: 'run' }),
      tool('page', 4, 'search'),
      tool('under', 5, 'said'),
    ]);
    expect(ids(rows)).toEqual(['a', 'run', 'said']);
    expect(ids(within.get('run'))).toEqual(['search']);
    expect(ids(within.get('search'))).toEqual(['page']);
    expect(ids(within.get('said'))).toEqual(['under']);
  });

  it('work whose parent has not been loaded is a row', () => {
    expect(ids(rowsOf([tool('b', 9, 'a')]).rows)).toEqual(['b']);
  });

  it('counts what is nested at any depth, and what of it failed', () => {
    const { within } = rowsOf([
      tool('run', 0, null, { state: 'failed' }),
      tool('a', 1, 'run'),
      tool('b', 2, 'a', { state: 'failed' }),
      tool('c', 3, 'b'),
    ]);
    expect(nestedIn('run', within)).toEqual({ count: 3, failed: 1 });
    expect(nestedIn('c', within)).toEqual({ count: 0, failed: 0 });
  });

  it('every step is drawn once, whatever it claims to be part of', () => {
    const anySteps = fc.array(fc.option(fc.nat({ max: 12 }), { nil: null }), { maxLength: 12 });
    fc.assert(
      fc.property(anySteps, (parents) => {
        const steps = parents.map((parent, at) =>
          tool(`${at}`, at, parent === null ? null : `${parent}`),
        );
        const { rows, within } = rowsOf(steps);
        const drawn = rows.reduce((sum, { id }) => sum + 1 + nestedIn(id, within).count, 0);
        expect(drawn).toBe(steps.length);
      }),
    );
  });
});

describe('what changed in front', () => {
  const list = (...names: string[]) => names.map((name, at) => step(name, at));

  it.each([
    ['an earlier page', list('c', 'd'), list('a', 'b', 'c', 'd'), true],
    ['the oldest gone', list('a', 'b', 'c'), list('b', 'c', 'd'), true],
    ['rows taken in by an earlier one', list('b', 'c', 'd'), list('a', 'd'), true],
    ['a new row at the end', list('a'), list('a', 'b'), false],
    ['the first rows of all', [], list('a'), false],
    ['wholly others', list('a', 'b'), list('c', 'd'), false],
  ])('%s: %#', (_, before, now, changed) => {
    expect(changedInFront(before, now)).toBe(changed);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySteps } from '../../src/bridge/memory/steps';
import type { Branch, Step } from '../../src/bridge/bindings';
import { forks, isOnPath, partingOf, path } from '../../src/state/branches';
import { step } from '../support/make';

const at = (branch: number, sequence: number, change: Partial<Step> = {}) =>
  step(`b${branch}s${sequence}`, sequence, { branch, ...change });

/** 0 1 2 3 on the trunk; 1 leaves it at 2 with 4 5; 2 leaves it at 2 with 6 7; 3 leaves 2 at 7. */
const branches: Branch[] = [
  { id: 1, parent: 0, from: 2, begins: 4 },
  { id: 2, parent: 0, from: 2, begins: 6 },
  { id: 3, parent: 2, from: 7, begins: 8 },
];
const steps = [
  ...[0, 1, 2, 3].map((sequence) => at(0, sequence)),
  ...[4, 5].map((sequence) => at(1, sequence)),
  ...[6, 7].map((sequence) => at(2, sequence)),
  at(3, 8),
];
const onPath = (branch: number) =>
  steps.filter((one) => isOnPath(one, path(branches, branch))).map(({ sequence }) => sequence);
const forksOf = (branch: number) =>
  forks({ steps: steps.filter((one) => isOnPath(one, path(branches, branch))), branches, branch });

describe('a path', () => {
  it.each([
    [0, [0, 1, 2, 3]],
    [1, [0, 1, 4, 5]],
    [2, [0, 1, 6, 7]],
    [3, [0, 1, 6, 8]],
  ])('of branch %i', (branch, expected) => {
    expect(onPath(branch)).toEqual(expected);
  });

  it('parts from another one where the first of them left', () => {
    const parting = (a: number, b: number) => partingOf(path(branches, a), path(branches, b));
    expect(parting(0, 1)).toBe(2);
    expect(parting(1, 3)).toBe(2);
    expect(parting(2, 3)).toBe(7);
    expect(parting(2, 2)).toBe(Infinity);
  });

  it('ends where a branch claims to have left a newer one', () => {
    const wrong: Branch[] = [{ id: 1, parent: 1, from: 0, begins: 0 }];
    expect(path(wrong, 1)).toEqual([{ branch: 1, begins: 0, ends: Infinity }]);
  });
});

describe('a fork', () => {
  it('stands at the first step after it, and brings the newest branch of a way into view', () => {
    const shown = forksOf(1);
    expect([...shown.keys()]).toEqual(['b1s4']);
    const fork = shown.get('b1s4')!;
    expect([fork.index, fork.count]).toEqual([1, 3]);
    expect([0, 1, 2].map(fork.show)).toEqual([0, 1, 3]);
  });

  it('stands at each place where the path in view could be left', () => {
    const shown = forksOf(3);
    expect([...shown.keys()]).toEqual(['b2s6', 'b3s8']);
    expect(shown.get('b2s6')?.index).toBe(2);
    const inner = shown.get('b3s8')!;
    expect([inner.index, inner.count, inner.show(0), inner.show(1)]).toEqual([1, 2, 2, 3]);
  });

  it('is not shown at work inside of a message', () => {
    const nested = [at(0, 0), at(0, 1), at(1, 4, { parent: 'b0s1' }), at(1, 5)];
    expect([...forks({ steps: nested, branches, branch: 1 }).keys()]).toEqual(['b1s5']);
  });

  it('takes in another one at the same step', () => {
    const twice: Branch[] = [
      { id: 1, parent: 0, from: 0, begins: 2 },
      { id: 2, parent: 1, from: 2, begins: 4 },
    ];
    const fork = forks({ steps: [at(2, 4)], branches: twice, branch: 2 }).get('b2s4')!;
    expect([fork.index, fork.count]).toEqual([2, 3]);
    expect([0, 1, 2].map(fork.show)).toEqual([0, 1, 2]);
  });
});

/** What a person may do: say something, say something anew, look at another branch. */
const act = fc.oneof(
  fc.record({ act: fc.constant('say' as const) }),
  fc.record({ act: fc.constant('edit' as const), at: fc.nat(7) }),
  fc.record({ act: fc.constant('show' as const), at: fc.nat(7) }),
);

it('whatever is done, every branch shows what the person saw on it, and every way can be seen', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 24 }), (acts) => {
      let lastId = 0;
      const kept = new MemorySteps([], () => `s${(lastId += 1)}`, [], 0);
      /** Written down beside it without any rule: the steps of each branch. */
      const seen = new Map<number, string[]>([[0, []]]);
      const view = () => seen.get(kept.branch) ?? [];
      const say = () => seen.set(kept.branch, [...view(), kept.add('user', '').id]);
      for (const done of acts) {
        const target = kept.inView[('at' in done ? done.at : 0) % (kept.inView.length || 1)];
        if (done.act === 'say') say();
        else if (done.act === 'show') kept.branch = done.at % (kept.branches.length + 1);
        else if (target) {
          const before = view().slice(0, view().indexOf(target.id));
          kept.leaveBefore(target);
          seen.set(kept.branch, before);
          say();
        }
      }

      for (const [branch, ids] of seen) {
        kept.branch = branch;
        expect(kept.inView.map(({ id }) => id)).toEqual(ids);
        const thread = { steps: kept.inView, branches: kept.branches, branch };
        for (const [id, fork] of forks(thread)) {
          expect(fork.count).toBeGreaterThan(1);
          const place = ids.indexOf(id);
          for (let member = 0; member < fork.count; member += 1) {
            const shown = seen.get(fork.show(member))!;
            // The same before it, another step at it, and none newer that goes through that step.
            expect(shown.slice(0, place)).toEqual(ids.slice(0, place));
            expect(shown[place] === id).toBe(member === fork.index);
            const through = [...seen].filter(([, others]) => others[place] === shown[place]);
            expect(fork.show(member)).toBe(Math.max(...through.map(([other]) => other)));
          }
        }
      }
    }),
  );
});

it('two paths are the same before they part', () => {
  const tree = fc.array(fc.tuple(fc.nat(), fc.nat(20)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(tree, fc.nat(), fc.nat(), (grown, one, other) => {
      const made = grown.map(([parent, from], index): Branch => {
        const begins = 20 + index * 10;
        return { id: index + 1, parent: parent % (index + 1), from, begins };
      });
      const [a, b] = [one, other].map((id) => path(made, id % (made.length + 1))) as [
        ReturnType<typeof path>,
        ReturnType<typeof path>,
      ];
      const parting = partingOf(a, b);
      const all = Array.from({ length: 7 }, (_, branch) =>
        Array.from({ length: 90 }, (_, sequence) => ({ branch, sequence })),
      ).flat();
      for (const place of all.filter(({ sequence }) => sequence < parting)) {
        expect(isOnPath(place, a)).toBe(isOnPath(place, b));
      }
    }),
  );
});

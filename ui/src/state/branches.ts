// The ways a thread went: which steps lie on the one in view, and where it could be left for
// another. Pure. The rules are those of the core, so that both draw the same tree.

import type { Branch, Step } from '../bridge/bindings';

/** The sequences of one branch that are on a path: from `begins`, and before `ends` if given. */
export interface Stretch {
  readonly branch: number;
  readonly begins: number;
  /** `Infinity` on the branch that the path ends with. */
  readonly ends: number;
}

/** The stretches that make up the path of a branch, oldest first. */
export type Path = readonly Stretch[];

/** Where a thread went on in several ways, as it is shown at one step. */
export interface Fork {
  /** Which of the ways is in view, from 0. */
  readonly index: number;
  readonly count: number;
  /** The branch to bring into view for the way at `member`. */
  show(member: number): number;
}

type Place = Pick<Step, 'branch' | 'sequence'>;

export function path(branches: readonly Branch[], branch: number): Path {
  const stretches: Stretch[] = [];
  let at = branch;
  let ends = Infinity;
  for (;;) {
    const found = branches.find(({ id }) => id === at);
    // Branches only leave older ones; whatever claims otherwise is not followed round in circles.
    if (!found || found.parent >= at) return [{ branch: at, begins: 0, ends }, ...stretches];
    stretches.unshift({ branch: at, begins: found.begins, ends });
    ends = Math.min(ends, found.from);
    at = found.parent;
  }
}

export function isOnPath(step: Place, path: Path): boolean {
  const stretch = path.find(({ branch }) => branch === step.branch);
  return stretch !== undefined && step.sequence >= stretch.begins && step.sequence < stretch.ends;
}

/** The first sequence at which two paths are no longer the same; `Infinity` when they never part. */
export function partingOf(a: Path, b: Path): number {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    // What came before ended at the same place for both.
    if (!other || one.branch !== other.branch) return a[at - 1]?.ends ?? 0;
    if (one.ends !== other.ends) return Math.min(one.ends, other.ends);
  }
  return Infinity;
}

interface Thread {
  readonly steps: readonly Step[];
  /** What stands before this sequence is not known. */
  readonly earlier?: number | null;
  readonly branches: readonly Branch[];
  readonly branch: number;
}

/** The forks on the path in view, by the id of the step at which each is shown. */
export function forks({
  steps,
  earlier = null,
  branches,
  branch,
}: Thread): ReadonlyMap<string, Fork> {
  const shown = new Map<string, Fork>();
  if (branches.length === 0) return shown;
  const inView = path(branches, branch);
  const tops = steps.filter((step) => step.parent === null && isOnPath(step, inView));
  for (const { parent, from, members } of groups(branches, inView)) {
    const index = memberInView(inView, parent, from, members);
    if (index === null || (earlier !== null && from < earlier)) continue;
    const step = tops.find(({ sequence }) => sequence >= from);
    if (!step) continue;
    const fork = {
      index,
      count: members.length + 1,
      show: (member: number) => newest(branches, parent, from, members[member - 1] ?? null),
    };
    const outer = shown.get(step.id);
    shown.set(step.id, outer ? inPlaceOfItsMember(outer, fork) : fork);
  }
  return shown;
}

/** Two forks at one step are one to the person: the ways of the inner stand where it left the outer. */
function inPlaceOfItsMember(outer: Fork, inner: Fork): Fork {
  return {
    index: outer.index + inner.index,
    count: outer.count - 1 + inner.count,
    show(member) {
      const within = member - outer.index;
      if (within < 0) return outer.show(member);
      return within < inner.count ? inner.show(within) : outer.show(member - inner.count + 1);
    },
  };
}

interface Group {
  readonly parent: number;
  readonly from: number;
  /** The branches of the fork in the order of their numbers; the parent's own way is not listed. */
  readonly members: number[];
}

/** Along the path in view, outer forks first. */
function groups(branches: readonly Branch[], inView: Path): Group[] {
  const found = new Map<string, Group>();
  for (const { id, parent, from } of [...branches].sort((a, b) => a.id - b.id)) {
    const key = `${parent} ${from}`;
    const group = found.get(key) ?? { parent, from, members: [] };
    group.members.push(id);
    found.set(key, group);
  }
  const place = (group: Group) => inView.findIndex(({ branch }) => branch === group.parent);
  return [...found.values()].sort((a, b) => place(a) - place(b) || a.from - b.from);
}

/** 0 for the parent's own way; `null` where the path in view does not come by. */
function memberInView(
  inView: Path,
  parent: number,
  from: number,
  members: readonly number[],
): number | null {
  const at = inView.findIndex(({ branch }) => branch === parent);
  if (at === -1) return null;
  const next = inView[at + 1]?.branch;
  const member = next === undefined ? -1 : members.indexOf(next);
  if (member !== -1) return member + 1;
  return (inView[at]?.ends ?? 0) > from ? 0 : null;
}

/** The newest branch whose path takes one way at a fork; `null` is the parent's own way. */
function newest(
  branches: readonly Branch[],
  parent: number,
  from: number,
  member: number | null,
): number {
  let highest = member ?? parent;
  for (const { id } of branches) {
    if (id <= highest) continue;
    const through = path(branches, id);
    const at = through.findIndex(({ branch }) => branch === (member ?? parent));
    if (at === -1) continue;
    if (member === null && (through[at]?.ends ?? 0) <= from) continue;
    highest = id;
  }
  return highest;
}

// The steps of one thread in memory, on all its branches, and the page of them that is in view.

import { isOnPath, path } from '../../state/branches';
import type { Branch, Step, StepKind, StepPage } from '../bindings';

const PAGE = 50;

export class MemorySteps {
  branches: Branch[];
  branch: number;
  #all: Step[];
  readonly #newId: (kind: string) => string;

  constructor(steps: Step[], newId: (kind: string) => string, branches: Branch[], branch: number) {
    this.#all = steps;
    this.#newId = newId;
    this.branches = branches;
    this.branch = branch;
  }

  /** Those on the branch in view, oldest first. */
  get inView(): Step[] {
    const inView = path(this.branches, this.branch);
    return this.#all.filter((step) => isOnPath(step, inView));
  }

  find(id: string): Step | null {
    return this.#all.find((step) => step.id === id) ?? null;
  }

  page(before = Infinity): StepPage {
    const older = this.inView.filter((step) => step.sequence < before);
    const steps = older.slice(-PAGE);
    const earlier = older.length > PAGE ? (steps[0]?.sequence ?? null) : null;
    return { steps, earlier, later: before === Infinity ? null : before };
  }

  /** The end of what is in view, as a snapshot has it. */
  newest(): Pick<StepPage, 'steps' | 'earlier'> {
    const { steps, earlier } = this.page();
    return { steps, earlier };
  }

  pageFrom(from: number): StepPage {
    const newer = this.inView.filter((step) => step.sequence >= from);
    const steps = newer.slice(0, PAGE);
    return { steps, earlier: from, later: newer[PAGE]?.sequence ?? null };
  }

  pageAround(at: number): StepPage {
    const older = this.inView.filter((step) => step.sequence < at);
    const newer = this.inView.filter((step) => step.sequence >= at);
    const steps = [...older.slice(-PAGE / 2), ...newer.slice(0, PAGE / 2)];
    return {
      steps,
      earlier: older.length > PAGE / 2 ? (steps[0]?.sequence ?? null) : null,
      later: newer[PAGE / 2]?.sequence ?? null,
    };
  }

  get all(): readonly Step[] {
    return this.#all;
  }

  /** Adds a step at the end of the branch in view. */
  add(kind: StepKind, output: string, extra: Partial<Step> = {}): Step {
    const step: Step = {
      ...emptyStep(kind, new Date().toISOString()),
      id: this.#newId('step'),
      sequence: this.#next,
      output,
      ...extra,
      branch: this.branch,
    };
    this.#all = [...this.#all, step];
    return step;
  }

  /** The step as it is now, or `null` when there is none. */
  change(id: string, change: Partial<Step>): Step | null {
    this.#all = this.#all.map((step) => (step.id === id ? { ...step, ...change } : step));
    return this.find(id);
  }

  remove(id: string) {
    this.#all = this.#all.filter((step) => step.id !== id);
  }

  /** Leaves the branch in view before `step`, for a new one. */
  leaveBefore(step: Step) {
    const { branch } = step;
    const owner = this.branches.find(({ id }) => id === branch);
    const first = this.#all.find((known) => known.branch === branch);
    // What takes the place of a branch's first step is a sibling of that branch, not a part of it.
    const { parent, from } =
      owner && first?.id === step.id ? owner : { parent: branch, from: step.sequence };
    const id = (this.branches.at(-1)?.id ?? 0) + 1;
    this.branches = [...this.branches, { id, parent, from, begins: this.#next }];
    this.branch = id;
  }

  get #next(): number {
    return (this.#all.at(-1)?.sequence ?? -1) + 1;
  }
}

/** A finished step with nothing in it. */
export function emptyStep(kind: StepKind, at: string): Step {
  return {
    id: '',
    sequence: 0,
    parent: null,
    kind,
    name: '',
    input: '',
    output: '',
    state: 'done',
    failure: null,
    ask: null,
    actions: [],
    command: null,
    branch: 0,
    language: null,
    elements: [],
    feedback: null,
    createdAt: at,
    endedAt: at,
  };
}

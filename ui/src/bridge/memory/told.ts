// The steps of one thread in memory, each change told to whoever listens.

import type { Listener } from '../backend';
import type { Event, Step, StepKind } from '../bindings';
import { MemorySteps } from './steps';

export class ToldSteps extends MemorySteps {
  listener: Listener | null = null;

  tell(event: Event) {
    this.listener?.(event);
  }

  override add(kind: StepKind, output: string, extra: Partial<Step> = {}): Step {
    const step = super.add(kind, output, extra);
    this.tell({ type: 'said', step });
    return step;
  }

  append(id: string, text: string) {
    super.change(id, { output: (this.find(id)?.output ?? '') + text });
    this.tell({ type: 'delta', step: id, text });
  }

  override change(id: string, change: Partial<Step>): Step | null {
    const step = super.change(id, change);
    if (step) this.tell({ type: 'changed', step });
    return step;
  }

  end(id: string, change: Partial<Step>) {
    this.change(id, { ...change, endedAt: new Date().toISOString() });
  }

  override remove(id: string) {
    super.remove(id);
    this.tell({ type: 'removed', step: id });
  }

  override leaveBefore(step: Step) {
    super.leaveBefore(step);
    this.#tellBranched();
  }

  show(branch: number) {
    this.branch = branch;
    this.#tellBranched();
  }

  #tellBranched() {
    const { branches, branch } = this;
    this.tell({ type: 'branched', branches, branch, ...this.newest() });
  }
}

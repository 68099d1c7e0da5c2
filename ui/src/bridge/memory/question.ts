// The question that a profile in memory waits with, if it does.

import type { Ask, AskState, CommandError, Value, Want } from '../bindings';
import { judged, type Given } from './answers';
import type { ToldSteps } from './told';

interface Pending {
  step: string;
  answer: (given: Value) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class Question {
  readonly #steps: ToldSteps;
  #pending: Pending | null = null;

  constructor(steps: ToldSteps) {
    this.#steps = steps;
  }

  ask(prompt: string, want: Want, seconds: number): Promise<Value> {
    const deadline = new Date(Date.now() + seconds * 1000).toISOString();
    const ask: Ask = { want, deadline, state: { state: 'open' } };
    const step = this.#steps.add('assistant', prompt, { ask });
    return new Promise((answer) => {
      const late = () => this.#close({ state: 'timedOut' }, null);
      this.#pending = { step: step.id, answer, timer: setTimeout(late, seconds * 1000) };
    });
  }

  answer(step: string, given: Given): CommandError | null {
    const ask = this.#steps.find(step)?.ask;
    if (!ask || this.#pending?.step !== step) return { code: 'askClosed' };
    const verdict = judged(ask.want, given);
    if ('error' in verdict) return verdict.error;
    this.#close({ state: 'answered', summary: verdict.summary }, verdict.answer);
    return null;
  }

  decline(step: string): CommandError | null {
    if (this.#pending?.step !== step) return { code: 'askClosed' };
    this.cancel();
    return null;
  }

  cancel() {
    this.#close({ state: 'cancelled' }, null);
  }

  #close(state: AskState, answer: Value) {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = null;
    clearTimeout(pending.timer);
    const ask = this.#steps.find(pending.step)?.ask;
    if (ask) this.#steps.change(pending.step, { ask: { ...ask, state } });
    pending.answer(answer);
  }
}

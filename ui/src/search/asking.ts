// Asking while the person types: when they pause, again where the answer was not whole, and no answer
// counts that comes after they went on.

/** When to ask again while not everything could be looked through, in milliseconds. */
const AGAIN = 500;

export class Asking {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the questions, so that an answer to an earlier one is known. */
  #turn = 0;

  /** From now on no answer to what was asked before counts. */
  stop() {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  /**
   * Asks in `delay` ms, instead of what was asked before, and hands `heard` the answer, and whether it
   * is the first to this question; or `failed` why there is none.
   */
  ask<T extends { whole: boolean }>(
    delay: number,
    ask: () => Promise<T>,
    heard: (answer: T, first: boolean) => void,
    failed: (thrown: unknown) => void,
  ) {
    this.stop();
    const turn = this.#turn;
    const once = async (first: boolean) => {
      try {
        const answer = await ask();
        if (turn !== this.#turn) return;
        heard(answer, first);
        if (!answer.whole) this.#timer = setTimeout(() => void once(false), AGAIN);
      } catch (thrown) {
        if (turn === this.#turn) failed(thrown);
      }
    };
    this.#timer = setTimeout(() => void once(true), delay);
  }

  /** Whether nothing else was asked since `turn`. */
  isCurrent(turn: number): boolean {
    return turn === this.#turn;
  }

  get turn(): number {
    return this.#turn;
  }
}

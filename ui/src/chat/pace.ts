// Events in the order in which they came, but no more often than the window is drawn: however fast
// a profile speaks, there is time left to see it, and to press Stop.

import { tick } from 'svelte';
import type { Event } from '../bridge/bindings';

/** What only adds to the messages can wait for the next frame; everything else is told at once. */
const WAITS: ReadonlySet<Event['type']> = new Set(['said', 'changed', 'delta']);

/** More than this is not kept waiting: taking it must stay short, too. */
const MOST = 1000;

/** A window that is not drawn has no frames, and must not gather events for ever. */
const HIDDEN = 250;

/** Taking and drawing events for longer than this leaves as long a pause for the person. */
const SHORT = 8;

export class Pace {
  #waiting: Event[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pausesUntil = 0;
  readonly #take: (events: readonly Event[]) => void;

  constructor(take: (events: readonly Event[]) => void) {
    this.#take = take;
  }

  hear(event: Event) {
    this.#waiting.push(event);
    if (!WAITS.has(event.type) || this.#waiting.length >= MOST) this.#hand();
    else if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(this.#drawn);
      this.#timer = setTimeout(this.#hand, HIDDEN);
    }
  }

  #drawn = () => {
    if (performance.now() < this.#pausesUntil) this.#frame = requestAnimationFrame(this.#drawn);
    else this.#hand();
  };

  #hand = () => {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    const events = this.#waiting;
    this.#waiting = [];
    const begun = performance.now();
    this.#take(events);
    void tick().then(() => {
      const now = performance.now();
      if (now - begun > SHORT) this.#pausesUntil = now + (now - begun);
    });
  };
}

// What the person looks for among everything, and what was found so far.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { Findings, FoundMessage, Order, Search, Speaker } from '../bridge/bindings';

/** How long the person may go on typing before it is looked for, in milliseconds. */
const TYPING = 70;

/** When to look again while not everything could be looked through. */
const AGAIN = 500;

export type Since = 'any' | 'day' | 'week' | 'month' | 'year';

const DAYS: Readonly<Record<Exclude<Since, 'any'>, number>> = {
  day: 1,
  week: 7,
  month: 31,
  year: 366,
};

const NOTHING: Findings = { threads: [], messages: [], next: null, whole: true };

export class Searching {
  text = $state('');
  profile = $state<string | null>(null);
  speaker = $state<Speaker | null>(null);
  since = $state<Since>('any');
  order = $state<Order>('newest');
  found = $state.raw<Findings>(NOTHING);
  /** What `found` is the answer to. */
  answered = $state('');
  busy = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  readonly #backend: Backend;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what was looked for, so that what comes late is known. */
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get empty(): boolean {
    return this.text.trim() === '';
  }

  /** The person has typed, or narrowed what they look for. */
  changed(delay = TYPING) {
    this.#turn += 1;
    clearTimeout(this.#timer);
    if (this.empty) {
      [this.found, this.answered, this.busy, this.trouble] = [NOTHING, '', false, null];
      return;
    }
    this.busy = true;
    this.#timer = setTimeout(() => void this.#look(), delay);
  }

  /** Looks for more messages. */
  async more() {
    const { next } = this.found;
    if (next === null || this.busy) return;
    const turn = this.#turn;
    this.busy = true;
    try {
      const found = await this.#backend.search(this.#search, next);
      if (turn !== this.#turn) return;
      const known = new Set(this.found.messages.map(keyOf));
      const messages = found.messages.filter((message) => !known.has(keyOf(message)));
      this.found = {
        ...this.found,
        next: found.next,
        messages: [...this.found.messages, ...messages],
      };
    } catch (thrown) {
      if (turn === this.#turn) this.trouble = errorOf(thrown);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  end() {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  async #look() {
    const turn = this.#turn;
    const search = this.#search;
    try {
      const found = await this.#backend.search(search, 0);
      if (turn !== this.#turn) return;
      [this.found, this.answered, this.trouble] = [found, search.text, null];
      if (!found.whole) this.#timer = setTimeout(() => void this.#look(), AGAIN);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      [this.found, this.answered, this.trouble] = [NOTHING, search.text, errorOf(thrown)];
    }
    this.busy = false;
  }

  get #search(): Search {
    const { text, order, profile, speaker, since } = this;
    const ago = since === 'any' ? null : Date.now() - DAYS[since] * 24 * 60 * 60 * 1000;
    return {
      text,
      order,
      profile,
      speaker,
      since: ago === null ? null : new Date(ago).toISOString(),
      before: null,
      thread: null,
    };
  }
}

export function keyOf({ thread, sequence }: FoundMessage): string {
  return `${thread.id} ${sequence}`;
}

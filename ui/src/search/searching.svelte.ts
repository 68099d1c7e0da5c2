// What the person looks for among everything, and what was found so far.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { Findings, FoundMessage, Order, Search, Speaker } from '../bridge/bindings';
import { Asking } from './asking';

/** How long the person may go on typing before it is looked for, in milliseconds. */
const TYPING = 70;

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
  readonly #asking = new Asking();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get empty(): boolean {
    return this.text.trim() === '';
  }

  /** The person has typed, or narrowed what they look for. */
  changed(delay = TYPING) {
    if (this.empty) {
      this.#asking.stop();
      [this.found, this.answered, this.busy, this.trouble] = [NOTHING, '', false, null];
      return;
    }
    this.busy = true;
    const search = this.#search;
    this.#asking.ask(
      delay,
      () => this.#backend.search(search, 0),
      (found) => {
        [this.found, this.answered, this.busy, this.trouble] = [found, search.text, false, null];
      },
      (thrown) => {
        const trouble = errorOf(thrown);
        [this.found, this.answered, this.busy, this.trouble] = [
          NOTHING,
          search.text,
          false,
          trouble,
        ];
      },
    );
  }

  /** Looks for more messages. */
  async more() {
    const { next } = this.found;
    if (next === null || this.busy) return;
    const { turn } = this.#asking;
    this.busy = true;
    try {
      const { messages: all, ...found } = await this.#backend.search(this.#search, next);
      if (!this.#asking.isCurrent(turn)) return;
      const known = new Set(this.found.messages.map(keyOf));
      const messages = all.filter((message) => !known.has(keyOf(message)));
      this.found = {
        ...this.found,
        next: found.next,
        messages: [...this.found.messages, ...messages],
      };
    } catch (thrown) {
      if (this.#asking.isCurrent(turn)) this.trouble = errorOf(thrown);
    } finally {
      if (this.#asking.isCurrent(turn)) this.busy = false;
    }
  }

  end() {
    this.#asking.stop();
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

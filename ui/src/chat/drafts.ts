// What is written and not sent yet: kept by the core a moment after the last key, and back when the
// conversation is.

import { errorOf, type Backend } from '../bridge/backend';
import type { LiveConversation } from './liveConversation.svelte';

/** How long nothing is typed before the draft is kept, in milliseconds. */
const PAUSE = 300;

/** A thread, or null for the conversation that does not begin before something is sent. */
type Place = string | null;

export class Drafts {
  readonly #backend: Backend;
  /** What the core has. */
  readonly #kept = new Map<Place, string>();
  /** What it has to be told, and when. */
  readonly #due = new Map<Place, { text: string; live: LiveConversation; timer: number }>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Brings back what was written before, unless something is being written already. */
  async load(live: LiveConversation) {
    const place = placeOf(live);
    if (this.#kept.has(place) || this.#due.has(place)) return;
    try {
      const text = await this.#backend.getDraft(place);
      this.#kept.set(place, text);
      if (live.draft === '' && !this.#due.has(place)) live.draft = text;
    } catch {
      // The draft is the least of what cannot be read then, and the thread says so.
    }
  }

  /** The draft is now as it stands. */
  changed(live: LiveConversation) {
    const place = placeOf(live);
    const text = live.draft;
    clearTimeout(this.#due.get(place)?.timer);
    this.#due.delete(place);
    if ((this.#kept.get(place) ?? '') === text) return;
    const timer = window.setTimeout(() => void this.#keep(place), PAUSE);
    this.#due.set(place, { text, live, timer });
  }

  /** Keeps at once what is still due. */
  async flush() {
    await Promise.all([...this.#due.keys()].map((place) => this.#keep(place)));
  }

  /** The thread is gone, and its draft with it. */
  forget(thread: string) {
    clearTimeout(this.#due.get(thread)?.timer);
    this.#due.delete(thread);
    this.#kept.delete(thread);
  }

  async #keep(place: Place) {
    const due = this.#due.get(place);
    if (!due) return;
    clearTimeout(due.timer);
    this.#due.delete(place);
    try {
      await this.#backend.saveDraft(place, due.text);
      this.#kept.set(place, due.text);
    } catch (thrown) {
      // It is still in the field; that it would not outlive the window has to be said.
      due.live.refused ??= errorOf(thrown);
    }
  }
}

function placeOf(live: LiveConversation): Place {
  return live.begun || live.sent ? live.id : null;
}

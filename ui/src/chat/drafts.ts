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
  /** What the core has, or is about to have. */
  readonly #kept = new Map<Place, string>();
  /** What it has to be told, and when. */
  readonly #due = new Map<Place, { text: string; live: LiveConversation; timer: number }>();
  /** One after the other: an older draft must not overtake a newer one. */
  #saved: Promise<void> = Promise.resolve();

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
    const timer = window.setTimeout(() => this.#keep(place), PAUSE);
    this.#due.set(place, { text, live, timer });
  }

  /** Keeps at once what is still due. */
  async flush() {
    for (const place of [...this.#due.keys()]) this.#keep(place);
    await this.#saved;
  }

  /** The thread is gone, and its draft with it. */
  forget(thread: string) {
    clearTimeout(this.#due.get(thread)?.timer);
    this.#due.delete(thread);
    this.#kept.delete(thread);
  }

  #keep(place: Place) {
    const due = this.#due.get(place);
    if (!due) return;
    const { text, live, timer } = due;
    const before = this.#kept.get(place) ?? '';
    clearTimeout(timer);
    this.#due.delete(place);
    this.#kept.set(place, text);
    this.#saved = this.#saved.then(async () => {
      try {
        await this.#backend.saveDraft(place, text);
      } catch (thrown) {
        if (this.#kept.get(place) === text) this.#kept.set(place, before);
        // It is still in the field; that it would not outlive the window has to be said.
        live.refused ??= errorOf(thrown);
      }
    });
  }
}

function placeOf(live: LiveConversation): Place {
  return live.begun || live.sent ? live.id : null;
}

// Finding something in the conversation in view, from one place to the next.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { FoundPlaces } from '../bridge/bindings';
import type { Acts } from '../chat/acts';
import type { LiveConversation } from '../chat/liveConversation.svelte';

/** How long the person may go on typing before it is looked for, in milliseconds. */
const TYPING = 120;

/** When to look again while not everything could be looked through. */
const AGAIN = 500;

const NOWHERE: FoundPlaces = { sequences: [], more: false, whole: true };

export class Finding {
  text = $state('');
  places = $state.raw<FoundPlaces>(NOWHERE);
  /** Which of the places is in view. */
  at = $state(0);
  /** Whether what was typed has been looked for. */
  looked = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(
    readonly backend: Backend,
    readonly acts: Acts,
    readonly live: LiveConversation,
  ) {}

  get count(): number {
    return this.places.sequences.length;
  }

  /** The person has typed. */
  changed() {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.looked = false;
    this.live.marking = this.text;
    if (this.text.trim() === '') this.places = NOWHERE;
    else this.#timer = setTimeout(() => void this.#look(true), TYPING);
  }

  /** Goes to the next place up (-1) or down (1), and from the last one to the first. */
  async go(direction: -1 | 1) {
    if (this.count === 0) return;
    this.at = (this.at + direction + this.count) % this.count;
    await this.#reveal();
  }

  end() {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.live.marking = '';
  }

  async #look(first: boolean) {
    const turn = this.#turn;
    const { id } = this.live;
    if (id === null) return;
    try {
      const places = await this.backend.findInThread(id, this.text);
      if (turn !== this.#turn) return;
      const before = this.places.sequences[this.at];
      [this.places, this.looked, this.trouble] = [places, true, null];
      const kept = first ? -1 : places.sequences.indexOf(before ?? -1);
      this.at = kept === -1 ? Math.max(0, this.count - 1) : kept;
      if (kept === -1) await this.#reveal();
      if (!places.whole) this.#timer = setTimeout(() => void this.#look(false), AGAIN);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      [this.places, this.looked, this.trouble] = [NOWHERE, true, errorOf(thrown)];
    }
  }

  async #reveal() {
    const sequence = this.places.sequences[this.at];
    if (sequence === undefined) return;
    try {
      await this.acts.reveal(this.live, sequence, false);
    } catch (thrown) {
      this.trouble = errorOf(thrown);
    }
  }
}

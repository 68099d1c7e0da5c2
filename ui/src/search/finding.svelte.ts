// Finding something in the conversation in view, from one place to the next.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { FoundPlaces } from '../bridge/bindings';
import type { Acts } from '../chat/acts';
import type { LiveConversation } from '../chat/liveConversation.svelte';
import { Asking } from './asking';

/** How long the person may go on typing before it is looked for, in milliseconds. */
const TYPING = 120;

const NOWHERE: FoundPlaces = { sequences: [], more: false, whole: true };

export class Finding {
  text = $state('');
  places = $state.raw<FoundPlaces>(NOWHERE);
  /** Which of the places is in view. */
  at = $state(0);
  /** Whether what was typed has been looked for. */
  looked = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  readonly #asking = new Asking();

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
    const { text, live } = this;
    const { id } = live;
    this.looked = false;
    live.marking = text;
    if (text.trim() === '' || id === null) {
      this.#asking.stop();
      this.places = NOWHERE;
      return;
    }
    this.#asking.ask(
      TYPING,
      () => this.backend.findInThread(id, text),
      (places, first) => this.#found(places, first),
      (thrown) => {
        [this.places, this.looked, this.trouble] = [NOWHERE, true, errorOf(thrown)];
      },
    );
  }

  /** Goes to the next place up (-1) or down (1), and from the last one to the first. */
  async go(direction: -1 | 1) {
    if (this.count === 0) return;
    this.at = (this.at + direction + this.count) % this.count;
    await this.#reveal();
  }

  end() {
    this.#asking.stop();
    this.live.marking = '';
  }

  /** What is found anew begins at its last place; where more was found, the person stays. */
  #found(places: FoundPlaces, first: boolean) {
    const before = this.places.sequences[this.at];
    [this.places, this.looked, this.trouble] = [places, true, null];
    const kept = first || before === undefined ? -1 : places.sequences.indexOf(before);
    this.at = kept === -1 ? Math.max(0, this.count - 1) : kept;
    if (kept === -1) void this.#reveal();
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

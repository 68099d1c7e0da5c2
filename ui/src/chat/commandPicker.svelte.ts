// Choosing a command by writing `/` at the beginning of a message.

import type { Command } from '../bridge/bindings';
import { offered, wordOf, written } from '../state/commands';
import type { LiveConversation } from './liveConversation.svelte';

export class CommandPicker {
  readonly #live: () => LiveConversation;
  #highlighted = $state(0);
  /** The word for which the person has sent the list away. */
  #dismissed = $state<string | null>(null);

  constructor(live: () => LiveConversation) {
    this.#live = live;
  }

  get #commands(): readonly Command[] {
    return this.#live().state?.commands ?? [];
  }

  /** What there is to choose from now; none when no list is shown. */
  get shown(): readonly Command[] {
    const word = wordOf(this.#live().draft);
    if (word === null || word === this.#dismissed || this.#live().command !== null) return [];
    return offered(this.#commands, word);
  }

  get highlighted(): number {
    return Math.min(this.#highlighted, Math.max(0, this.shown.length - 1));
  }

  /** The draft was changed. */
  typed() {
    this.#highlighted = 0;
    const { draft } = this.#live();
    if (wordOf(draft) === null) this.#dismissed = null;
    const found = written(this.#commands, draft);
    if (found && this.#live().command === null) this.#take(found.command, found.rest);
  }

  choose = (command: Command) => this.#take(command, '');

  /** Whether the key was one of the list's. */
  pressed({ key, shiftKey }: KeyboardEvent): boolean {
    const { shown, highlighted } = this;
    const command = shown[highlighted];
    if (!command) return false;
    const direction = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (direction !== undefined) {
      this.#highlighted = (highlighted + direction + shown.length) % shown.length;
    } else if ((key === 'Enter' || key === 'Tab') && !shiftKey) this.choose(command);
    else if (key === 'Escape') this.#dismissed = wordOf(this.#live().draft);
    else return false;
    return true;
  }

  #take(command: Command, rest: string) {
    const live = this.#live();
    live.command = command.name;
    live.draft = rest;
    this.#dismissed = null;
  }
}

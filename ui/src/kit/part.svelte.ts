// A piece of the interface in a chunk of its own, so that the first screen does not wait for it.

import type { Component } from 'svelte';
import { errorOf, type Trouble } from '../bridge/backend';

export class Part<Props extends object> {
  #component = $state.raw<Component<Props> | null>(null);
  #problem = $state.raw<Trouble | null>(null);
  #fetching: Promise<void> | null = null;
  readonly #load: () => Promise<{ default: Component<Props> }>;

  /** `load` is a bare `import()`: that is what the bundler makes a chunk of. */
  constructor(load: () => Promise<{ default: Component<Props> }>) {
    this.#load = load;
  }

  /** `null` until it has been fetched. */
  get component(): Component<Props> | null {
    return this.#component;
  }

  /** Why it could not be fetched. */
  get problem(): Trouble | null {
    return this.#problem;
  }

  /** Fetches it once, and again only after that has failed. Never rejects. */
  fetch(): Promise<void> {
    return (this.#fetching ??= this.#fetch());
  }

  async #fetch() {
    try {
      this.#component = (await this.#load()).default;
      this.#problem = null;
    } catch (thrown) {
      this.#problem = errorOf(thrown);
      this.#fetching = null;
    }
  }
}

// The threads in the bin of the signed-in person, page by page.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { ThreadCursor, ThreadSummary } from '../bridge/bindings';

export class Binned {
  threads = $state.raw<readonly ThreadSummary[]>([]);
  loaded = $state(false);
  loading = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  #next = $state.raw<ThreadCursor | null>(null);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get complete(): boolean {
    return this.loaded && this.#next === null;
  }

  async load() {
    if (this.loading || this.complete) return;
    this.loading = true;
    this.trouble = null;
    try {
      const page = await this.#backend.listBinned(this.#next);
      this.threads = [...this.threads, ...page.threads];
      this.#next = page.next;
      this.loaded = true;
    } catch (thrown) {
      this.trouble = errorOf(thrown);
    } finally {
      this.loading = false;
    }
  }

  drop(id: string) {
    this.threads = this.threads.filter((thread) => thread.id !== id);
  }
}

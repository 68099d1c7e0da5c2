// The stored threads of the signed-in person, page by page.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { ThreadCursor, ThreadSummary } from '../bridge/bindings';
import { merged, without } from '../state/threads';

export class ThreadList {
  threads = $state.raw<readonly ThreadSummary[]>([]);
  loaded = $state(false);
  loading = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  #next: ThreadCursor | null = null;
  #first = true;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get complete(): boolean {
    return this.loaded && this.#next === null;
  }

  async loadMore() {
    if (this.loading || (!this.#first && this.#next === null)) return;
    this.loading = true;
    this.trouble = null;
    try {
      const page = await this.#backend.listThreads(this.#next);
      this.threads = merged(this.threads, page.threads);
      this.#next = page.next;
      this.#first = false;
      this.loaded = true;
    } catch (thrown) {
      this.trouble = errorOf(thrown);
    } finally {
      this.loading = false;
    }
  }

  put(thread: ThreadSummary) {
    this.threads = merged(this.threads, [thread]);
  }

  find(id: string): ThreadSummary | undefined {
    return this.threads.find((thread) => thread.id === id);
  }

  async rename(id: string, name: string) {
    await this.#backend.renameThread(id, name);
    const thread = this.find(id);
    if (thread) this.put({ ...thread, name });
  }

  async remove(id: string) {
    await this.#backend.deleteThread(id);
    this.threads = without(this.threads, id);
  }
}

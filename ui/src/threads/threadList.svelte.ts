// The stored threads of the signed-in person, page by page.

import { errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { ThreadCursor, ThreadSummary } from '../bridge/bindings';
import { merged, without } from '../state/threads';

export class ThreadList {
  threads = $state.raw<readonly ThreadSummary[]>([]);
  loaded = $state(false);
  loading = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  /** The threads that something is to be done to together. */
  selected = $state.raw<ReadonlySet<string>>(new Set());
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

  /** Begins anew: there are more of them, and anywhere. */
  async reload() {
    this.#first = true;
    this.#next = null;
    await this.loadMore();
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

  async pin(thread: ThreadSummary, pinned: boolean) {
    await this.#backend.pinThread(thread.id, pinned);
    this.put({ ...(this.find(thread.id) ?? thread), pinned });
  }

  async bin(ids: readonly string[]) {
    await this.#backend.binThreads([...ids]);
    this.threads = without(this.threads, new Set(ids));
    this.select([]);
  }

  async restore(threads: readonly ThreadSummary[]) {
    await this.#backend.restoreThreads(threads.map(({ id }) => id));
    this.threads = merged(
      this.threads,
      threads.map((thread) => ({ ...thread, binnedAt: null })),
    );
  }

  /** Those that are selected, in the order of the list. */
  get selectedThreads(): readonly ThreadSummary[] {
    return this.threads.filter(({ id }) => this.selected.has(id));
  }

  select(ids: readonly string[]) {
    this.selected = new Set(ids);
  }

  toggle(id: string) {
    const { selected } = this;
    this.select(selected.has(id) ? [...selected].filter((it) => it !== id) : [...selected, id]);
  }
}

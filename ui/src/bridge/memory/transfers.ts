// Exports and imports in memory: nothing is written, and what is imported stands in the options.

import type { Backend, Tell } from '../backend';
import type { Brought } from '../bindings';
import type { MemoryOptions, StoredThread } from './options';
import { refuse } from './refuse';
import type { MemoryThread } from './thread';

type Transfers = Pick<Backend, 'exportThreads' | 'chooseImport' | 'runImport' | 'cancelTransfer'>;

interface Core {
  me(): unknown;
  /** The stored threads that are not in the bin. */
  stored(): MemoryThread[];
  has(id: string): boolean;
  add(thread: StoredThread): void;
}

const NOTHING: Brought = {
  threads: 0,
  messages: 0,
  files: 0,
  bytes: 0,
  known: 0,
  leftThreads: 0,
  leftMessages: 0,
  leftElements: 0,
  leftFiles: 0,
};

export function memoryTransfers(options: MemoryOptions, core: Core): Transfers {
  let cancelled = false;
  let cancel = () => {};
  let chosen = false;

  /** Goes on step by step; false when it was cancelled. */
  async function through(of: number, tell: Tell, each?: (at: number) => void): Promise<boolean> {
    cancelled = false;
    const end = new Promise<void>((ended) => {
      cancel = () => {
        cancelled = true;
        ended();
      };
    });
    for (let at = 0; at < of; at += 1) {
      tell({ done: at, of });
      await Promise.race([
        end,
        new Promise((later) => setTimeout(later, options.transferPace ?? 0)),
      ]);
      if (cancelled) return false;
      each?.(at);
    }
    tell({ done: of, of });
    return true;
  }

  const fresh = () =>
    (options.archive?.threads ?? []).filter(({ summary }) => !core.has(summary.id));
  const brought = (threads: readonly StoredThread[]): Brought => ({
    ...NOTHING,
    threads: threads.length,
    messages: threads.reduce((sum, { steps }) => sum + steps.length, 0),
  });

  return {
    async exportThreads(ids, format, tell) {
      core.me();
      const wanted = core.stored().filter(({ summary }) => ids?.includes(summary.id) ?? true);
      if (options.saves === false) return null;
      if (!(await through(wanted.length, tell))) return null;
      const ending = format === 'json' ? 'json' : 'md';
      const one = ids?.length === 1 ? wanted[0] : undefined;
      return {
        name: one ? `${one.summary.name}.${ending}` : 'Confidant.zip',
        threads: wanted.length,
        messages: wanted.reduce((sum, thread) => sum + thread.steps.length, 0),
        files: 0,
        missing: options.missingFiles ?? 0,
      };
    },

    async chooseImport(tell) {
      core.me();
      const { archive } = options;
      if (!archive || !(await through(2, tell))) return null;
      chosen = true;
      const { name, kind, threads, left } = archive;
      const brings = brought(fresh());
      return { name, kind, brings: { ...brings, known: threads.length - brings.threads, ...left } };
    },

    async runImport(tell) {
      core.me();
      if (!chosen) refuse({ code: 'nothingToImport' });
      chosen = false;
      const threads = fresh();
      const came: StoredThread[] = [];
      const whole = await through(threads.length, tell, (at) => {
        const thread = threads[at];
        if (!thread) return;
        core.add(thread);
        came.push(thread);
      });
      const counts = { ...brought(came), ...options.archive?.left };
      return { brought: counts, cancelled: !whole, trouble: null };
    },

    async cancelTransfer() {
      cancel();
    },
  };
}

// The export or import that is under way. It goes on when the person closes what they watched it in.

import { errorOf, type Backend, type Tell, type Trouble } from '../bridge/backend';
import type {
  ExportDone,
  ExportFormat,
  ImportDone,
  ImportPreview,
  TransferProgress,
} from '../bridge/bindings';

/** What can be under way: an export, a look into a file, or an import. */
export type Doing = 'export' | 'look' | 'import';

export class Transfers {
  doing = $state<Doing | null>(null);
  progress = $state.raw<TransferProgress | null>(null);
  /** What the file would bring along that was looked into. */
  preview = $state.raw<ImportPreview | null>(null);
  /** What the last import brought along. */
  imported = $state.raw<ImportDone | null>(null);
  /** Why the last one came to nothing, and which that was. */
  trouble = $state.raw<{ doing: Doing; error: Trouble } | null>(null);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Exports some threads, or all. Null when the person changed their mind, or it was refused. */
  export(threads: readonly string[] | null, format: ExportFormat): Promise<ExportDone | null> {
    return this.#run('export', (tell) =>
      this.#backend.exportThreads(threads && [...threads], format, tell),
    );
  }

  /** Has the person choose a file, and looks what it would bring along. */
  async look() {
    this.forget();
    this.preview = await this.#run('look', (tell) => this.#backend.chooseImport(tell));
  }

  /** Brings in what was looked into. */
  async import(): Promise<ImportDone | null> {
    const imported = await this.#run('import', (tell) => this.#backend.runImport(tell));
    this.preview = null;
    this.imported = imported;
    return imported;
  }

  /** Another file, or none. */
  forget() {
    this.preview = null;
    this.imported = null;
    this.trouble = null;
  }

  cancel() {
    void this.#backend.cancelTransfer().catch(() => undefined);
  }

  async #run<T>(doing: Doing, act: (tell: Tell) => Promise<T | null>): Promise<T | null> {
    if (this.doing !== null) {
      this.trouble = { doing, error: { code: 'transferBusy' } };
      return null;
    }
    this.doing = doing;
    this.progress = null;
    this.trouble = null;
    try {
      return await act((progress) => (this.progress = progress));
    } catch (thrown) {
      this.trouble = { doing, error: errorOf(thrown) };
      return null;
    } finally {
      this.doing = null;
      this.progress = null;
    }
  }
}

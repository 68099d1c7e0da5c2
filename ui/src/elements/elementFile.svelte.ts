// One stored file on its way from the core into the window: piece by piece, given up when nobody
// looks at it any more, and turned into an address that pictures and players can read.

import { BackendError, errorOf, type Backend, type Trouble } from '../bridge/backend';
import type { StoredFile } from '../bridge/bindings';

export type FileState =
  | { at: 'waiting' }
  | { at: 'loading'; read: number }
  | { at: 'ready'; blob: Blob; url: string }
  | { at: 'failed'; trouble: Trouble };

export interface FilePlace {
  thread: string;
  step: string;
  element: string;
  name: string;
  file: StoredFile;
}

export class ElementFile {
  state = $state.raw<FileState>({ at: 'waiting' });
  /** How many places show it. */
  users = 0;
  /** For leaving out the one that was looked at longest ago. */
  lastUsed = 0;
  #turn = 0;
  readonly #place: FilePlace;

  constructor(place: FilePlace) {
    this.#place = place;
  }

  /** What it keeps in memory. */
  get bytes(): number {
    return this.state.at === 'ready' ? this.state.blob.size : 0;
  }

  /** Reads it, unless that has been done or is being done. Never rejects. */
  async load(backend: Backend) {
    if (this.state.at === 'loading' || this.state.at === 'ready') return;
    const turn = (this.#turn += 1);
    this.state = { at: 'loading', read: 0 };
    try {
      const blob = await this.#read(backend, () => turn === this.#turn);
      if (blob) this.state = { at: 'ready', blob, url: URL.createObjectURL(blob) };
    } catch (thrown) {
      if (turn === this.#turn) this.state = { at: 'failed', trouble: errorOf(thrown) };
    }
  }

  /** Stops reading; what has been read whole stays. */
  pause() {
    if (this.state.at !== 'loading') return;
    this.#turn += 1;
    this.state = { at: 'waiting' };
  }

  /** Gives its memory back. */
  drop() {
    this.#turn += 1;
    if (this.state.at === 'ready') URL.revokeObjectURL(this.state.url);
    this.state = { at: 'waiting' };
  }

  /** `null` when it is no longer wanted. */
  async #read(backend: Backend, wanted: () => boolean): Promise<Blob | null> {
    const { thread, step, element, name, file } = this.#place;
    const pieces: ArrayBuffer[] = [];
    let read = 0;
    while (read < file.size) {
      const piece = await backend.readElement(thread, step, element, read);
      if (!wanted()) return null;
      read += piece.byteLength;
      // Shorter or longer than it says is not the file that was stored.
      if (piece.byteLength === 0 || read > file.size) {
        throw new BackendError({ code: 'fileUnreadable', name });
      }
      pieces.push(piece);
      this.state = { at: 'loading', read };
    }
    return new Blob(pieces, { type: file.mime });
  }
}

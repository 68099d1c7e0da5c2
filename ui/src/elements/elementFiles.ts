// The stored files of one conversation that are in memory. What is on the screen stays; of the rest,
// as much as fits, so that scrolling back shows it at once.

import type { Element, StoredFile } from '../bridge/bindings';
import type { LiveConversation } from '../chat/liveConversation.svelte';
import { ElementFile } from './elementFile.svelte';

const MIB = 1024 * 1024;

/** The most bytes that are kept of files that nobody looks at. */
const KEPT = 64 * MIB;

class ElementFiles {
  readonly #files = new Map<string, ElementFile>();
  #clock = 0;

  /** The file of an element, for somebody who will {@link release} it. */
  use(thread: string, step: string, element: Element, file: StoredFile): ElementFile {
    const key = `${step}\n${element.id}`;
    const place = { thread, step, element: element.id, name: element.name, file };
    const found = this.#files.get(key) ?? new ElementFile(place);
    this.#files.set(key, found);
    found.users += 1;
    found.lastUsed = this.#clock += 1;
    return found;
  }

  release(file: ElementFile) {
    file.users -= 1;
    if (file.users > 0) return;
    file.pause();
    this.#makeRoom();
  }

  /** The conversation is closed. */
  forget() {
    for (const file of this.#files.values()) file.drop();
    this.#files.clear();
  }

  #makeRoom() {
    const idle = [...this.#files]
      .filter(([, file]) => file.users === 0)
      .sort(([, a], [, b]) => b.lastUsed - a.lastUsed);
    let bytes = 0;
    for (const [key, file] of idle) {
      bytes += file.bytes;
      if (bytes <= KEPT) continue;
      file.drop();
      this.#files.delete(key);
    }
  }
}

const known = new WeakMap<LiveConversation, ElementFiles>();

export function filesOf(live: LiveConversation): ElementFiles {
  const before = known.get(live);
  if (before) return before;
  const made = new ElementFiles();
  known.set(live, made);
  return made;
}

export function forgetFiles(live: LiveConversation) {
  known.get(live)?.forget();
  known.delete(live);
}

export type FileKind = 'image' | 'pdf' | 'audio' | 'video';

interface Limits {
  /** Up to this, a file is loaded as soon as it comes near. */
  byItself: number;
  /** Beyond this, it is not loaded into the window at all. */
  most: number;
}

export const LIMITS: Readonly<Record<FileKind, Limits>> = {
  image: { byItself: 16 * MIB, most: 64 * MIB },
  pdf: { byItself: 16 * MIB, most: 128 * MIB },
  audio: { byItself: 16 * MIB, most: 256 * MIB },
  video: { byItself: 16 * MIB, most: 256 * MIB },
};

/** Whether what the file says it is fits what it is to be shown as. */
export function fits(kind: FileKind, mime: string): boolean {
  const type = mime.toLowerCase();
  return kind === 'pdf' ? type.startsWith('application/pdf') : type.startsWith(`${kind}/`);
}

// The keyboard of the main window, in one table: what the help shows is what the keys do.

import { isMac } from './platform';

export interface Shortcut {
  id: ShortcutId;
  /** As `KeyboardEvent.key`, lower case. */
  key: string;
  /** Cmd on macOS. */
  ctrl?: boolean;
  shift?: boolean;
  alt?: boolean;
  /** How the help shows the keys. */
  shown: readonly string[];
}

export type ShortcutId =
  | 'newChat'
  | 'search'
  | 'find'
  | 'sidebar'
  | 'settings'
  | 'signOut'
  | 'lock'
  | 'stop'
  | 'regenerate'
  | 'editLast'
  | 'copyLast'
  | 'previousThread'
  | 'nextThread'
  | 'undo'
  | 'regions'
  | 'larger'
  | 'smaller'
  | 'normalSize'
  | 'help';

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'newChat', key: 'n', ctrl: true, shown: ['Ctrl', 'N'] },
  { id: 'search', key: 'k', ctrl: true, shown: ['Ctrl', 'K'] },
  { id: 'find', key: 'f', ctrl: true, shown: ['Ctrl', 'F'] },
  { id: 'sidebar', key: 'b', ctrl: true, shown: ['Ctrl', 'B'] },
  { id: 'settings', key: ',', ctrl: true, shown: ['Ctrl', ','] },
  { id: 'signOut', key: 'l', ctrl: true, shown: ['Ctrl', 'L'] },
  { id: 'lock', key: 'l', ctrl: true, shift: true, shown: ['Ctrl', 'Shift', 'L'] },
  { id: 'stop', key: '.', ctrl: true, shown: ['Ctrl', '.'] },
  { id: 'regenerate', key: 'r', ctrl: true, shift: true, shown: ['Ctrl', 'Shift', 'R'] },
  { id: 'editLast', key: 'e', ctrl: true, shift: true, shown: ['Ctrl', 'Shift', 'E'] },
  { id: 'copyLast', key: 'c', ctrl: true, shift: true, shown: ['Ctrl', 'Shift', 'C'] },
  { id: 'previousThread', key: 'arrowup', alt: true, shown: ['Alt', '↑'] },
  { id: 'nextThread', key: 'arrowdown', alt: true, shown: ['Alt', '↓'] },
  { id: 'undo', key: 'z', ctrl: true, shown: ['Ctrl', 'Z'] },
  { id: 'regions', key: 'f6', shown: ['F6'] },
  { id: 'larger', key: '+', ctrl: true, shown: ['Ctrl', '+'] },
  { id: 'smaller', key: '-', ctrl: true, shown: ['Ctrl', '−'] },
  { id: 'normalSize', key: '0', ctrl: true, shown: ['Ctrl', '0'] },
  { id: 'help', key: '?', shown: ['?'] },
];

/** The shortcut that `event` is. */
export function shortcutOf(event: KeyboardEvent): ShortcutId | null {
  const { command, foreign } = commandKeys(event);
  // The other key belongs to the system: Ctrl edits text on macOS, Super moves windows elsewhere.
  if (event.isComposing || foreign) return null;
  const key = event.key.toLowerCase() === '=' && command ? '+' : event.key.toLowerCase();
  const found = SHORTCUTS.find(
    (shortcut) =>
      shortcut.key === key &&
      command === (shortcut.ctrl ?? false) &&
      event.altKey === (shortcut.alt ?? false) &&
      // "?" and "+" need Shift on many keyboards.
      (event.shiftKey === (shortcut.shift ?? false) || /[?+]/.test(shortcut.key)),
  );
  return found?.id ?? null;
}

function commandKeys({ ctrlKey, metaKey }: KeyboardEvent) {
  return isMac() ? { command: metaKey, foreign: ctrlKey } : { command: ctrlKey, foreign: metaKey };
}

/** Whether a plain character typed here is text rather than a command. */
/** Whether a field takes what is typed, and holds something: what was written in it is undone there. */
export function undoesIn(target: EventTarget | null): boolean {
  const empty =
    (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) &&
    target.value === '';
  return typesInto(target) && !empty;
}

export function typesInto(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

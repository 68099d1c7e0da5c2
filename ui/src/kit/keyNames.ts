// Keys as they are written on the keyboard of the person.

import { m } from '../messages/generated/messages.js';
import { isMac } from './platform';

export function keyName(key: string): string {
  if (key === 'Ctrl') return isMac() ? '⌘' : m.key_ctrl();
  if (key === 'Alt') return isMac() ? '⌥' : 'Alt';
  return key === 'Shift' ? m.key_shift() : key;
}

/** "Ctrl+N" in the person's words; on macOS signs stand side by side: "⌘N". */
export function keysText(keys: string): string {
  return keys
    .split('+')
    .map(keyName)
    .join(isMac() ? '' : '+');
}

// Keys as they are written on the keyboard of the person.

import { m } from '../messages/generated/messages.js';

const isMac = /Mac/.test(navigator.platform);

export function keyName(key: string): string {
  if (key === 'Ctrl') return isMac ? '⌘' : m.key_ctrl();
  if (key === 'Alt') return isMac ? '⌥' : 'Alt';
  return key === 'Shift' ? m.key_shift() : key;
}

/** "Ctrl+N" in the person's words. */
export function keysText(keys: string): string {
  return keys.split('+').map(keyName).join('+');
}

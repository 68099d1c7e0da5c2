import { number } from '../kit/language.svelte';
import { m } from '../messages/generated/messages.js';
import type { Fork } from '../state/branches';

/** "Version 2 of 3". */
export function versionText({ index, count }: Fork): string {
  return m.version_of({ index: number(index + 1), count: number(count) });
}

// The icons of the Lucide set by name. They are fetched by their first letter when one is first
// shown: the set is large, and few of it are ever named.

import { SvelteMap } from 'svelte/reactivity';
import letters, { type Drawing } from 'virtual:named-icons';

const asked = new Set<string>();
const come = new SvelteMap<string, ReadonlyMap<string, Drawing>>();

/** `null` while it is on its way, and `undefined` where there is no icon of that name. */
export function namedIcon(name: string): Drawing | null | undefined {
  const key = name.replaceAll('-', '').toLowerCase();
  const letter = key.charAt(0);
  const fetch = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
  if (!fetch) return undefined;
  const drawings = come.get(letter);
  if (!drawings) void fetchOnce(letter, fetch);
  return drawings ? drawings.get(key) : null;
}

async function fetchOnce(letter: string, fetch: (typeof letters)[string]) {
  if (asked.has(letter)) return;
  asked.add(letter);
  try {
    const { default: drawings } = await fetch();
    come.set(letter, new Map(Object.entries(drawings)));
  } catch {
    // Nothing depends on an icon; another is shown instead.
    come.set(letter, new Map());
  }
}

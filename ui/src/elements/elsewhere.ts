// Which element of a conversation lies open beside the messages, or over them. One at a time, and
// for each conversation its own: what belongs to one never stands beside another.

import { tick } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Element, Step } from '../bridge/bindings';
import type { LiveConversation } from '../chat/liveConversation.svelte';

interface Place {
  step: string;
  element: string;
  /** Gets the focus back. */
  opener: HTMLElement | null;
}

// Not a state of each conversation: what is first asked for inside an effect would belong to it.
const places = new SvelteMap<LiveConversation, Place>();

export interface Opened {
  step: Step;
  element: Element;
}

/** As the conversation has it now: it may still change, and it may be gone. */
export function openIn(live: LiveConversation): Opened | null {
  const place = places.get(live);
  if (!place) return null;
  const step = live.state?.steps.find(({ id }) => id === place.step);
  const element = step?.elements.find(({ id }) => id === place.element);
  return step && element ? { step, element } : null;
}

export function isOpen(live: LiveConversation, step: string, element: string): boolean {
  const place = places.get(live);
  return place?.step === step && place.element === element;
}

/** `opener` gets the focus back when it is closed. */
export function openElement(
  live: LiveConversation,
  step: string,
  element: string,
  opener: HTMLElement | null,
) {
  places.set(live, { step, element, opener });
}

export async function closeElement(live: LiveConversation) {
  const place = places.get(live);
  if (!place) return;
  places.delete(live);
  // Only then may what lay underneath take the focus again.
  await tick();
  focusOpener(place);
}

/** Without moving the focus: the person is elsewhere already. */
export function forgetElement(live: LiveConversation) {
  places.delete(live);
}

/** The button may have been scrolled away and built anew meanwhile, or be out of sight. */
function focusOpener({ opener, element }: Place) {
  const again = document.querySelector<HTMLElement>(`[data-opens="${CSS.escape(element)}"]`);
  const log = document.querySelector<HTMLElement>('[data-region="log"]');
  const target = opener?.isConnected ? opener : (again ?? log);
  target?.focus();
}

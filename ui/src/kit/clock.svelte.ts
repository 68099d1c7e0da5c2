// The current time for countdowns: one timer for all of them, running only while one is on screen.

import { createSubscriber } from 'svelte/reactivity';

let now = Date.now();

const subscribe = createSubscriber((update) => {
  now = Date.now();
  const timer = setInterval(() => {
    now = Date.now();
    update();
  }, 1000);
  return () => clearInterval(timer);
});

/** Milliseconds since 1970; what reads this in an effect or a template follows it every second. */
export function currentTime(): number {
  subscribe();
  return $effect.tracking() ? now : Date.now();
}

/** Whole seconds until `deadline` (milliseconds since 1970), never below 0. */
export function secondsUntil(deadline: number): number {
  return Math.max(0, Math.ceil((deadline - currentTime()) / 1000));
}

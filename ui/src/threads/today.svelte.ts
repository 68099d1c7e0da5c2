// The day changes while the window is open; "Today" must follow.

import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  let timer = atMidnight(function changed() {
    update();
    timer = atMidnight(changed);
  });
  // A computer that slept through midnight notices when the person comes back.
  window.addEventListener('focus', update);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('focus', update);
  };
});

/** The current moment, followed from one day to the next by what reads it. */
export function today(): Date {
  subscribe();
  return new Date();
}

function atMidnight(act: () => void): ReturnType<typeof setTimeout> {
  const midnight = new Date();
  midnight.setHours(24, 0, 1, 0);
  return setTimeout(act, midnight.getTime() - Date.now());
}

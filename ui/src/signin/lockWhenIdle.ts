// Locks by itself when nobody has touched the window for a while.

/** What shows that somebody is there. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'focus'] as const;

/** How often to look, in milliseconds. */
const LOOK = 5_000;

/**
 * Calls `lock` once nobody has been there for as many minutes as `after` says; 0 is never. `busy` puts
 * it off. By the clock on the wall: after the computer slept, it is locked at once. Until the returned
 * function is called.
 */
export function lockWhenIdle(
  after: () => number,
  busy: () => boolean,
  lock: () => void,
): () => void {
  let last = Date.now();
  const look = () => {
    const minutes = after();
    if (minutes > 0 && Date.now() - last >= minutes * 60_000 && !busy()) lock();
  };
  const seen = () => {
    // Who comes back to a computer that slept must not be taken for somebody who never left.
    look();
    last = Date.now();
  };
  const timer = setInterval(look, LOOK);
  for (const sign of SIGNS) window.addEventListener(sign, seen, { capture: true, passive: true });
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) window.removeEventListener(sign, seen, { capture: true });
  };
}

// Work that may wait until the window has been drawn and the person is not kept waiting by it.

/** Where there is no idle callback, as in WebKit: long enough for a first screen to be drawn. */
const DRAWN = 200;

export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve());
    else setTimeout(resolve, DRAWN);
  });
}

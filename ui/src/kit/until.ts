// Waiting for what the core says: its answer to a command and its events come by different ways.

/** How long to wait at most, in milliseconds. */
const PATIENCE = 10_000;

/** Waits until `done`; whether that came in time. */
export async function until(done: () => boolean): Promise<boolean> {
  const began = performance.now();
  while (!done()) {
    if (performance.now() - began > PATIENCE) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

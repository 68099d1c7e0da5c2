// Something the person asked for at one place: whether it is on its way, and why it was refused, so
// that both are told where they asked for it.

import { errorOf, type Trouble } from '../bridge/backend';

export class Attempt {
  busy = $state(false);
  trouble = $state.raw<Trouble | null>(null);

  /** Whether it was done. While one is on its way there is no other. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.trouble = errorOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

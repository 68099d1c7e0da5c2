// One conversation in this window: what the core says of it, and what the person is doing in it.

import { SvelteSet } from 'svelte/reactivity';
import type { Trouble } from '../bridge/backend';
import { hasBegun, type Conversation } from '../state/conversation';

export class LiveConversation {
  /** Unknown until the core has opened a new conversation. */
  id = $state<string | null>(null);
  state = $state.raw<Conversation | null>(null);
  /** What the person is writing. */
  draft = $state('');
  /** The command that goes with the draft: that of the starter it began as. */
  command = $state<string | null>(null);
  /** Why it could not be opened. */
  trouble = $state.raw<Trouble | null>(null);
  /** Why the last thing the person did here could not be done. */
  refused = $state.raw<Trouble | null>(null);
  loadingEarlier = $state(false);
  /** Why earlier messages could not be loaded. They are asked for again when the person says so. */
  earlierTrouble = $state.raw<Trouble | null>(null);
  /** Long messages of the person that they have unfolded. */
  readonly unfolded = new SvelteSet<string>();

  /** The newest channel; what older ones still say is ignored. */
  channel = 0;
  /** Opening and closing happen one after the other, in the order the person did them. */
  settled: Promise<void> = Promise.resolve();
  /** Something was sent, whether or not its events have arrived: there is a thread to keep. */
  sent = false;
  /** A starter is on its way. */
  starting = false;
  lastSeen = 0;

  /** `profile` is the one a new conversation begins with; stored ones know theirs. */
  constructor(readonly profile: string | null) {}

  get begun(): boolean {
    return this.profile === null || (this.state !== null && hasBegun(this.state));
  }
}

// One conversation in this window: what the core says of it, and what the person is doing in it.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Trouble } from '../bridge/backend';
import { hasBegun, type Conversation } from '../state/conversation';

export interface Handover {
  /** The name of the other profile. */
  profile: string;
  /** What to send it first. */
  message: string | null;
}

/** A place in a thread to be brought into view, and whether it takes the focus. */
export interface Revealed {
  sequence: number;
  focus: boolean;
}

export class LiveConversation {
  /** Unknown until the core has opened a new conversation. */
  id = $state<string | null>(null);
  state = $state.raw<Conversation | null>(null);
  /** What the person is writing. */
  draft = $state('');
  /** The command that goes with the draft. */
  command = $state<string | null>(null);
  /** The message of the person that they are editing. */
  editing = $state<string | null>(null);
  /** What the profile proposes: to go on with another one. */
  handover = $state.raw<Handover | null>(null);
  /** Why it could not be opened. */
  trouble = $state.raw<Trouble | null>(null);
  /** Why the last thing the person did here could not be done. */
  refused = $state.raw<Trouble | null>(null);
  loadingEarlier = $state(false);
  /** Why earlier messages could not be loaded. They are asked for again when the person says so. */
  earlierTrouble = $state.raw<Trouble | null>(null);
  loadingLater = $state(false);
  /** Why later messages could not be loaded. */
  laterTrouble = $state.raw<Trouble | null>(null);
  /** What the person jumped to last; anew each time that they do. */
  revealed = $state.raw<Revealed | null>(null);
  /** What is marked in the messages, because the person looks for it. */
  marking = $state('');
  /** Long messages of the person, and work, that they have unfolded. */
  readonly unfolded = new SvelteSet<string>();
  /** What they are writing within messages and have not saved, by the message's id. */
  readonly unsaved = new SvelteMap<string, string>();
  /** They have scrolled up: what they read stays in memory as long as it can. */
  reading = false;

  /** The newest channel; what older ones still say is ignored. */
  channel = 0;
  /** How often the core has said how the conversation stands. */
  openings = 0;
  /** Opening and closing happen one after the other, in the order the person did them. */
  settled: Promise<void> = Promise.resolve();
  /** Something was sent, whether or not its events have arrived: there is a thread to keep. */
  sent = false;
  /** The open question that the person has been told of. */
  question: string | null = null;
  /** A starter is on its way. */
  starting = false;
  lastSeen = 0;

  /** `profile` is the one a new conversation begins with; stored ones know theirs. */
  constructor(readonly profile: string | null) {}

  /** What could not be sent stands before what was written since. */
  giveBack(draft: string) {
    this.draft = this.draft === '' ? draft : `${draft}\n${this.draft}`;
  }

  get begun(): boolean {
    return this.profile === null || (this.state !== null && hasBegun(this.state));
  }
}

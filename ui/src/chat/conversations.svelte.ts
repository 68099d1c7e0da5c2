// The conversations that are live in this window: the one in view, and those whose reply goes on in
// the background.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import {
  errorOf,
  type Backend,
  type Listener,
  type UnknownError,
  type Values,
} from '../bridge/backend';
import type { CommandError, Event, ThreadSummary } from '../bridge/bindings';
import {
  hasBegun,
  reduce,
  retryable,
  withEarlier,
  withoutFailure,
  type Conversation,
} from '../state/conversation';

export type Trouble = CommandError | UnknownError;

/** Conversations without a reply under way that stay in memory, so that going back is instant. */
const KEPT = 8;

export class LiveConversation {
  /** Unknown until the core has opened a new conversation. */
  id = $state<string | null>(null);
  state = $state.raw<Conversation | null>(null);
  /** What the person is writing. Kept in memory only: plain text never goes to the disk. */
  draft = $state('');
  /** Why it could not be opened. */
  trouble = $state.raw<Trouble | null>(null);
  /** Why the last thing the person did here could not be done. */
  refused = $state.raw<Trouble | null>(null);
  loadingEarlier = $state(false);
  /** Long messages of the person that they have unfolded. */
  readonly unfolded = new SvelteSet<string>();

  /** The newest channel; what older ones still say is ignored. */
  channel = 0;
  /** Opening and closing happen one after the other, in the order the person did them. */
  settled: Promise<void> = Promise.resolve();
  /** Something was sent, whether or not its events have arrived: there is a thread to keep. */
  sent = false;
  lastSeen = 0;

  /** `profile` is the one a new conversation begins with; stored ones know theirs. */
  constructor(readonly profile: string | null) {}

  get begun(): boolean {
    return this.profile === null || (this.state !== null && hasBegun(this.state));
  }
}

export interface Heard {
  /** A thread came into being, or its name or activity changed. */
  named(thread: ThreadSummary): void;
  /** Something happened in the conversation in view that is worth telling a screen reader. */
  announced(what: 'started' | 'finished' | 'failed', state: Conversation): void;
}

export class Conversations {
  current = $state.raw<LiveConversation | null>(null);
  readonly #backend: Backend;
  readonly #heard: Heard;
  readonly #known = new SvelteMap<string, LiveConversation>();
  /** Threads whose reply is being written. */
  readonly writing = new SvelteSet<string>();
  /** The text of a new conversation that was left before it was sent. */
  #unsent = '';
  #clock = 0;

  constructor(backend: Backend, heard: Heard) {
    this.#backend = backend;
    this.#heard = heard;
  }

  /** Begins a new conversation with `profile` and shows it. */
  begin(profile: string) {
    this.#keepUnsent();
    const live = new LiveConversation(profile);
    live.draft = this.#unsent;
    this.#unsent = '';
    this.#show(live);
    this.#openNew(live, profile);
  }

  /** Shows a stored thread. */
  open(thread: string) {
    if (this.current?.id === thread && this.current.trouble === null) return;
    this.#keepUnsent();
    const live = this.#known.get(thread) ?? new LiveConversation(null);
    live.id = thread;
    this.#known.set(thread, live);
    this.#show(live);
    this.#openStored(live, thread);
  }

  /** Tries again what could not be opened. */
  reopen(live: LiveConversation) {
    live.trouble = null;
    if (live.id !== null) this.#openStored(live, live.id);
    else if (live.profile !== null) this.#openNew(live, live.profile);
  }

  /** Sends what is in the draft, or `text` of a starter. On failure the text comes back. */
  async send(live: LiveConversation, text: string, command: string | null = null) {
    const fromDraft = live.draft === text;
    if (fromDraft) live.draft = '';
    live.refused = null;
    try {
      // Leaving waits for this, too: what is sent is neither forgotten nor lost on the way.
      const sending = live.settled.then(() => this.#sendOnce(live, text, command));
      live.settled = sending.then(
        () => {
          live.sent = true;
        },
        () => {},
      );
      await sending;
    } catch (thrown) {
      live.refused = errorOf(thrown);
      if (fromDraft) live.draft = live.draft === '' ? text : `${text}\n${live.draft}`;
    }
  }

  stop = (live: LiveConversation) => this.#attempt(live, (id) => this.#backend.stopReply(id));

  retry = (live: LiveConversation) => this.#attempt(live, (id) => this.#backend.retryReply(id));

  answerFiles = (live: LiveConversation, step: string) =>
    this.#attempt(live, (id) => this.#backend.answerFiles(id, step));

  declineAsk = (live: LiveConversation, step: string) =>
    this.#attempt(live, (id) => this.#backend.declineAsk(id, step));

  /** Rejects when a value is refused, so that the form can say so at its place. */
  async updateSettings(live: LiveConversation, values: Values) {
    if (live.id !== null) await this.#backend.updateSettings(live.id, values);
  }

  async loadEarlier(live: LiveConversation) {
    const before = live.state?.earlier ?? null;
    if (live.id === null || before === null || live.loadingEarlier) return;
    const channel = live.channel;
    live.loadingEarlier = true;
    try {
      const page = await this.#backend.earlierSteps(live.id, before);
      // Opened anew meanwhile, the page may not belong in front of what is there now.
      if (live.channel === channel && live.state?.earlier === before) {
        live.state = withEarlier(live.state, page);
      }
    } catch (thrown) {
      live.refused = errorOf(thrown);
    } finally {
      live.loadingEarlier = false;
    }
  }

  dismissFailure(live: LiveConversation) {
    if (live.state) live.state = withoutFailure(live.state);
    live.refused = null;
  }

  /** The name was changed in the list; the header shows it at once. */
  renamed(thread: ThreadSummary) {
    const live = this.#known.get(thread.id);
    if (live?.state) live.state = { ...live.state, thread };
  }

  /** The thread is gone. */
  forget(thread: string) {
    const live = this.#known.get(thread);
    if (live) live.channel += 1;
    this.#known.delete(thread);
    this.writing.delete(thread);
    if (this.current?.id === thread) this.current = null;
  }

  /** Nothing of anybody stays when they sign out. */
  end() {
    for (const live of this.#known.values()) live.channel += 1;
    if (this.current) this.current.channel += 1;
    this.#known.clear();
    this.writing.clear();
    this.current = null;
    this.#unsent = '';
  }

  #keepUnsent() {
    const { current } = this;
    if (current && !current.begun && current.draft !== '') this.#unsent = current.draft;
  }

  #show(live: LiveConversation) {
    const before = this.current;
    live.refused = null;
    live.lastSeen = this.#clock += 1;
    this.current = live;
    if (before && before !== live) this.#leave(before);
  }

  #leave(live: LiveConversation) {
    live.settled = live.settled.then(async () => {
      // The person came back before this was due.
      if (this.current === live || live.id === null) return;
      try {
        await this.#backend.closeChat(live.id);
      } catch {
        // It is closed already, or gone; either way nobody is looking at it.
      }
      if (!live.begun && !live.sent) {
        live.channel += 1;
        this.#known.delete(live.id);
      }
      this.#forgetOldest();
    });
  }

  #forgetOldest() {
    const idle = [...this.#known.values()]
      .filter((live) => live !== this.current && !live.state?.working && live.draft === '')
      .sort((a, b) => b.lastSeen - a.lastSeen);
    for (const live of idle.slice(KEPT)) if (live.id !== null) this.#known.delete(live.id);
  }

  #openNew(live: LiveConversation, profile: string) {
    const events = this.#listener(live);
    live.settled = live.settled.then(async () => {
      try {
        const id = await this.#backend.openChat(profile, events);
        live.id = id;
        this.#known.set(id, live);
      } catch (thrown) {
        live.trouble = errorOf(thrown);
      }
    });
  }

  #openStored(live: LiveConversation, thread: string) {
    live.trouble = null;
    live.settled = live.settled.then(async () => {
      if (this.current !== live) return;
      // Only now: until the old channel is replaced, what it says still counts.
      const events = this.#listener(live);
      try {
        await this.#backend.openThread(thread, events);
      } catch (thrown) {
        live.trouble = errorOf(thrown);
        live.state = null;
      }
    });
  }

  async #sendOnce(live: LiveConversation, text: string, command: string | null) {
    if (live.id === null) throw new Error('The conversation is not open.');
    try {
      await this.#backend.sendMessage(live.id, text, command);
    } catch (thrown) {
      if (errorOf(thrown).code !== 'conversationClosed') throw thrown;
      await this.#backend.openThread(live.id, this.#listener(live));
      await this.#backend.sendMessage(live.id, text, command);
    }
  }

  async #attempt(live: LiveConversation, act: (id: string) => Promise<unknown>) {
    if (live.id === null) return;
    live.refused = null;
    try {
      await act(live.id);
    } catch (thrown) {
      live.refused = errorOf(thrown);
    }
  }

  #listener(live: LiveConversation): Listener {
    const channel = (live.channel += 1);
    return (event) => {
      if (live.channel === channel) this.#receive(live, event);
    };
  }

  #receive(live: LiveConversation, event: Event) {
    const before = live.state;
    const after = reduce(before, event);
    live.state = after;
    if (!after) return;
    const id = after.thread.id;
    if (live.id === null) {
      live.id = id;
      this.#known.set(id, live);
    }
    if (after.working) this.writing.add(id);
    else this.writing.delete(id);
    if (event.type === 'named') this.#heard.named(event.thread);
    if (live !== this.current) return;
    if (event.type === 'failed') this.#heard.announced('failed', after);
    if (event.type !== 'working' || before === null || before.working === after.working) return;
    const badly = retryable(after)?.state === 'failed';
    this.#heard.announced(after.working ? 'started' : badly ? 'failed' : 'finished', after);
  }
}

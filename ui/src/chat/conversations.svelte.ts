// The conversations that are live in this window: the one in view, and those whose reply goes on in
// the background.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { BackendError, errorOf, type Backend, type Listener, type Values } from '../bridge/backend';
import type { Event, Starter, ThreadSummary } from '../bridge/bindings';
import {
  reduce,
  retryable,
  withEarlier,
  withoutFailure,
  type Conversation,
} from '../state/conversation';
import { Drafts } from './drafts';
import { LiveConversation } from './liveConversation.svelte';

/** Conversations without a reply under way that stay in memory, so that going back is instant. */
const KEPT = 8;

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
  readonly drafts: Drafts;
  readonly #known = new SvelteMap<string, LiveConversation>();
  /** Threads whose reply is being written. */
  readonly writing = new SvelteSet<string>();
  /** The new conversation that was left last before anything was sent; its draft goes on. */
  #unsent: LiveConversation | null = null;
  #clock = 0;

  constructor(backend: Backend, heard: Heard) {
    this.#backend = backend;
    this.#heard = heard;
    this.drafts = new Drafts(backend);
  }

  /** Begins a new conversation with `profile` and shows it. */
  begin(profile: string) {
    this.#keepUnsent();
    const live = new LiveConversation(profile);
    live.draft = this.#unsent?.draft ?? '';
    // A command means something to its own profile only.
    if (this.#unsent?.profile === profile) live.command = this.#unsent.command;
    this.#unsent = null;
    void this.drafts.load(live);
    this.#show(live);
    this.#openNew(live, profile);
  }

  /** Shows a stored thread. */
  open(thread: string) {
    if (this.current?.id === thread && this.current.trouble === null) return;
    this.#keepUnsent();
    const live = this.#known.get(thread) ?? new LiveConversation(null);
    live.id = thread;
    void this.drafts.load(live);
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

  /** Shows none. */
  leave() {
    this.#keepUnsent();
    const { current } = this;
    this.current = null;
    if (current) this.#leave(current);
  }

  /** Sends the draft. On failure it comes back. */
  async send(live: LiveConversation) {
    const { draft, command } = live;
    live.draft = '';
    live.command = null;
    if (await this.#send(live, draft, command)) return;
    live.draft = live.draft === '' ? draft : `${draft}\n${live.draft}`;
    live.command ??= command;
  }

  /** Sends a starter: once, however often it is pressed before the conversation has begun. */
  async sendStarter(live: LiveConversation, starter: Starter) {
    if (live.starting || live.sent) return;
    live.starting = true;
    await this.#send(live, starter.message, starter.command);
    live.starting = false;
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
    live.earlierTrouble = null;
    try {
      const page = await this.#backend.earlierSteps(live.id, before);
      // Opened anew meanwhile, the page may not belong in front of what is there now.
      if (live.channel === channel && live.state?.earlier === before) {
        live.state = withEarlier(live.state, page);
      }
    } catch (thrown) {
      if (live.channel === channel) live.earlierTrouble = errorOf(thrown);
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
    this.drafts.forget(thread);
    if (this.current?.id === thread) this.current = null;
  }

  /** Nothing of anybody stays when they sign out. */
  end() {
    for (const live of this.#known.values()) live.channel += 1;
    if (this.current) this.current.channel += 1;
    this.#known.clear();
    this.writing.clear();
    this.current = null;
    this.#unsent = null;
  }

  #keepUnsent() {
    const { current } = this;
    if (current && !current.begun && current.draft !== '') this.#unsent = current;
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
    live.earlierTrouble = null;
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

  /** Whether it was sent. */
  async #send(live: LiveConversation, text: string, command: string | null): Promise<boolean> {
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
      return true;
    } catch (thrown) {
      live.refused = errorOf(thrown);
      return false;
    }
  }

  async #sendOnce(live: LiveConversation, text: string, command: string | null) {
    if (live.id === null) throw new BackendError({ code: 'notOpen' });
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

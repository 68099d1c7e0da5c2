// The conversations that are live in this window: the one in view, and those whose reply goes on in
// the background.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { errorOf, type Backend, type Listener } from '../bridge/backend';
import type { Event, ThreadSummary, Toast } from '../bridge/bindings';
import { until } from '../kit/until';
import { bounded } from '../state/bounded';
import { openQuestion, reduce, retryable, type Conversation } from '../state/conversation';
import { Acts } from './acts';
import { Drafts } from './drafts';
import { LiveConversation } from './liveConversation.svelte';
import { Pace } from './pace';

/** Conversations without a reply under way that stay in memory, so that going back is instant. */
const KEPT = 8;

export interface Heard {
  /** A thread came into being, or its name or activity changed. */
  named(thread: ThreadSummary): void;
  /** A profile has something to tell in passing; `from` is its thread where that is not in view. */
  toasted(toast: Toast, from: ThreadSummary | null): void;
  /** Something happened in the conversation in view that is worth telling a screen reader. */
  announced(what: 'started' | 'finished' | 'failed' | 'asked', state: Conversation): void;
}

export class Conversations {
  current = $state.raw<LiveConversation | null>(null);
  readonly #backend: Backend;
  readonly #heard: Heard;
  readonly drafts: Drafts;
  readonly acts: Acts;
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
    this.acts = new Acts(backend, (live, id) => backend.openThread(id, this.#listener(live)));
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

  /** Shows a stored thread, and answers it once it is here; `null` when something else is shown by then. */
  async opened(thread: string): Promise<LiveConversation | null> {
    const known = this.#known.get(thread);
    const { current } = this;
    const isHere = current !== null && current === known && current.trouble === null;
    const before = isHere && current.state !== null ? -1 : (known?.openings ?? 0);
    this.open(thread);
    const live = this.current;
    const here = await until(
      () => live !== this.current || live?.trouble !== null || live.openings > before,
    );
    return here && live === this.current && live?.trouble === null ? live : null;
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

  /** Goes on with another profile as proposed. What cannot be sent stands in the composer. */
  async followHandover(live: LiveConversation) {
    const { handover } = live;
    live.handover = null;
    if (!handover) return;
    this.begin(handover.profile);
    const next = this.current;
    if (!next || handover.message === null) return;
    if (await this.acts.say(next, handover.message, null)) return;
    next.giveBack(handover.message);
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
    live.question = null;
    live.marking = '';
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
    live.laterTrouble = null;
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

  #listener(live: LiveConversation): Listener {
    const channel = (live.channel += 1);
    const pace = new Pace((events) => {
      if (live.channel === channel) this.#receive(live, events);
    });
    return (event) => pace.hear(event);
  }

  /** Only the last of `events` can be more than words: what is more is not kept waiting. */
  #receive(live: LiveConversation, events: readonly Event[]) {
    const event = events.at(-1);
    const before = live.state;
    const now = events.reduce(reduce, before);
    const after = now && bounded(now, !live.reading);
    live.state = after;
    if (events.some(({ type }) => type === 'opened')) live.openings += 1;
    if (!after || !event) return;
    const id = after.thread.id;
    if (live.id === null) {
      live.id = id;
      this.#known.set(id, live);
    }
    if (after.working) this.writing.add(id);
    else this.writing.delete(id);
    if (event.type === 'named') this.#heard.named(event.thread);
    if (event.type === 'handover') live.handover = event;
    const inView = live === this.current;
    if (event.type === 'toast') this.#heard.toasted(event.toast, inView ? null : after.thread);
    if (!inView) return;
    this.#announceQuestion(live, after);
    if (event.type === 'failed') this.#heard.announced('failed', after);
    if (event.type !== 'working' || before === null || before.working === after.working) return;
    const badly = retryable(after)?.state === 'failed';
    this.#heard.announced(after.working ? 'started' : badly ? 'failed' : 'finished', after);
  }

  /** Once each time that the conversation comes into view with it, or it with the conversation. */
  #announceQuestion(live: LiveConversation, state: Conversation) {
    const question = openQuestion(state)?.id ?? null;
    if (question === live.question) return;
    live.question = question;
    if (question !== null) this.#heard.announced('asked', state);
  }
}

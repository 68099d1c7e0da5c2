// What there is while somebody is signed in.

import { errorOf, type Backend, type Trouble } from './bridge/backend';
import type {
  Account,
  HistoryRepairs,
  ModelDraft,
  ModelSettings,
  ProfileCard,
  ThreadSummary,
  Toast,
} from './bridge/bindings';
import type { Acts } from './chat/acts';
import { askAnnouncement } from './chat/asks/askText';
import { Conversations } from './chat/conversations.svelte';
import { announcer } from './kit/announcer.svelte';
import { errorText, failureText } from './kit/errorText';
import { number } from './kit/language.svelte';
import { toasts } from './kit/toasts.svelte';
import { m } from './messages/generated/messages.js';
import { openQuestion, retryable, type Conversation } from './state/conversation';
import { neighbour } from './state/threads';
import { ThreadList } from './threads/threadList.svelte';

export type SettingsPage = 'model' | 'env' | 'appearance' | 'account' | 'about';

/** The two places where something can be done to a thread. */
type Place = 'list' | 'header';

function repairsToast({ lost }: HistoryRepairs): Toast {
  if (lost === 0) return { kind: 'info', text: m.history_repaired() };
  return { kind: 'warning', text: m.history_lost({ count: number(lost) }) };
}

export class Session {
  account = $state.raw<Account>() as Account;
  profiles = $state.raw<readonly ProfileCard[]>([]);
  model = $state.raw<ModelSettings | null>(null);
  /** Why it is not known which profiles there are. Stored threads open without them. */
  trouble = $state.raw<Trouble | null>(null);
  /** The page of the settings dialog that is open. */
  settings = $state<SettingsPage | null>(null);
  help = $state(false);
  chatSettings = $state(false);
  /** The thread that is to be deleted if the person confirms it, and where they asked for that. */
  deleting = $state.raw<{ thread: ThreadSummary; at: Place } | null>(null);
  /** The thread whose name is being edited, and where. */
  renaming = $state.raw<{ thread: string; at: Place } | null>(null);

  readonly threads: ThreadList;
  readonly conversations: Conversations;
  readonly acts: Acts;

  constructor(
    readonly backend: Backend,
    account: Account,
  ) {
    this.account = account;
    this.threads = new ThreadList(backend);
    this.conversations = new Conversations(backend, {
      named: (thread) => this.threads.put(thread),
      toasted: (toast, from) => toasts.show(toast, from && (from.name || m.unnamed())),
      announced: (what, state) => this.#announce(what, state),
    });
    this.acts = this.conversations.acts;
  }

  /** Loads what the main window shows, and begins a new conversation. */
  async start() {
    void this.threads.loadMore();
    void this.#loadModel();
    void this.#tellOfRepairs();
    await this.loadProfiles();
  }

  /** Learns which profiles there are, and begins a conversation unless one is being read. */
  async loadProfiles() {
    this.trouble = null;
    try {
      this.profiles = await this.backend.listProfiles();
    } catch (thrown) {
      this.trouble = errorOf(thrown);
      return;
    }
    if (this.conversations.current === null) this.newChat();
  }

  get name(): string {
    return this.account.displayName ?? this.account.identifier;
  }

  newChat(profile?: string) {
    const chosen =
      this.profiles.find((card) => card.name === profile) ??
      this.profiles.find((card) => card.default) ??
      this.profiles[0];
    this.chatSettings = false;
    this.renaming = null;
    if (!chosen) return this.#newChatLater();
    const current = this.conversations.current;
    // One untouched new conversation is as good as another.
    if (current && !current.begun && current.profile === chosen.name && !current.trouble) return;
    this.conversations.begin(chosen.name);
  }

  openThread(id: string) {
    this.chatSettings = false;
    this.renaming = null;
    this.conversations.open(id);
  }

  openNeighbour(step: -1 | 1) {
    const thread = neighbour(this.threads.threads, this.conversations.current?.id ?? null, step);
    if (thread) this.openThread(thread.id);
  }

  async rename(id: string, name: string) {
    const trimmed = name.trim();
    const before = this.threads.find(id) ?? this.conversations.current?.state?.thread;
    if (trimmed === '' || !before || before.name === trimmed) return;
    try {
      await this.threads.rename(id, trimmed);
      this.conversations.renamed({ ...before, name: trimmed });
    } catch (thrown) {
      this.#tell(thrown);
    }
  }

  /** Answers the thread beside it in the list, if there is one. Rejects when the thread stays. */
  async deleteThread(id: string): Promise<ThreadSummary | null> {
    const inView = this.conversations.current?.id === id;
    const next = neighbour(this.threads.threads, id, 1) ?? neighbour(this.threads.threads, id, -1);
    await this.threads.remove(id);
    this.conversations.forget(id);
    announcer.say(m.announce_deleted());
    if (inView && next) this.openThread(next.id);
    else if (inView) this.newChat();
    return next;
  }

  async saveModel(draft: ModelDraft) {
    this.model = await this.backend.saveModel(draft);
  }

  async forgetModel() {
    await this.backend.forgetModel();
    this.model = null;
  }

  async openLink(url: string) {
    try {
      await this.backend.openLink(url);
    } catch (thrown) {
      this.#tell(thrown);
    }
  }

  /** Who wants a conversation wants the profiles, too: where it would stand, stands why not. */
  #newChatLater() {
    if (this.trouble === null) return;
    this.conversations.leave();
    void this.loadProfiles();
  }

  /** Until the person signs out. */
  async #tellOfRepairs() {
    let told: HistoryRepairs | null = null;
    try {
      for (;;) {
        told = await this.backend.historyRepairs(told);
        toasts.show(repairsToast(told));
      }
    } catch {
      // There is nobody left to be told.
    }
  }

  async #loadModel() {
    try {
      this.model = await this.backend.getModel();
    } catch (thrown) {
      this.#tell(thrown);
    }
  }

  #tell(thrown: unknown) {
    const error = errorOf(thrown);
    const current = this.conversations.current;
    if (current) current.refused = error;
    announcer.alert(errorText(error));
  }

  #announce(what: 'started' | 'finished' | 'failed' | 'asked', state: Conversation) {
    if (what === 'started') announcer.say(m.announce_reply_started());
    else if (what === 'finished') announcer.say(m.announce_reply_finished());
    else if (what === 'asked') {
      const question = openQuestion(state);
      if (question?.ask) announcer.say(askAnnouncement(question.ask, question.output));
    } else {
      const failure = state.failure ?? retryable(state)?.failure;
      if (failure) announcer.alert(failureText(failure.code));
    }
  }
}

// What there is while somebody is signed in.

import { errorOf, type Backend, type Trouble } from './bridge/backend';
import type {
  Account,
  ExportDone,
  FoundMessage,
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
import { until } from './kit/until';
import { m } from './messages/generated/messages.js';
import { isOnPath, path } from './state/branches';
import { openQuestion, retryable, type Conversation } from './state/conversation';
import { heir, neighbour } from './state/threads';
import { focusComposer, focusThread } from './threads/focusThread';
import { ThreadList } from './threads/threadList.svelte';
import { Transfers } from './transfer/transfers.svelte';

export type SettingsPage = 'model' | 'env' | 'appearance' | 'data' | 'account' | 'about';

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
  binOpen = $state(false);
  /** The threads that the person wants as a file. */
  exporting = $state.raw<readonly ThreadSummary[] | null>(null);
  /** The palette is open. */
  searching = $state(false);
  /** How often the person asked to find something in the conversation; 0 once they are done. */
  finding = $state(0);
  /** The thread whose name is being edited, and where. */
  renaming = $state.raw<{ thread: string; at: Place } | null>(null);

  #over = false;
  /** What was put into the bin last, until that is undone. */
  #binned = $state.raw<readonly ThreadSummary[]>([]);

  readonly threads: ThreadList;
  readonly conversations: Conversations;
  readonly acts: Acts;
  readonly transfers: Transfers;

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
    this.transfers = new Transfers(backend);
  }

  /** Loads what the main window shows, and opens `thread`, or begins a new conversation. */
  async start(thread: string | null = null) {
    if (thread !== null) this.openThread(thread);
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

  /** Shows a message that was found, with what was looked for marked in it. */
  async showMessage({ thread, branch, sequence }: FoundMessage, looked: string) {
    this.chatSettings = false;
    this.renaming = null;
    this.finding = 0;
    const live = await this.conversations.opened(thread.id);
    if (!live?.state) return;
    try {
      if (!isOnPath({ branch, sequence }, path(live.state.branches, live.state.branch))) {
        await this.acts.showBranch(live, branch);
        await until(() => live.state?.branch === branch);
      }
      await this.acts.reveal(live, sequence, true);
      live.marking = looked;
    } catch (thrown) {
      this.#tell(thrown);
    }
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

  async pin(thread: ThreadSummary, pinned: boolean) {
    try {
      await this.threads.pin(thread, pinned);
      announcer.say(pinned ? m.announce_pinned() : m.announce_unpinned());
    } catch (thrown) {
      this.#tell(thrown);
    }
  }

  /** Puts threads into the bin, and says so with a way back. */
  async binThreads(threads: readonly ThreadSummary[], at: Place) {
    const [first] = threads;
    if (!first) return;
    const ids = new Set(threads.map(({ id }) => id));
    const current = this.conversations.current?.id ?? null;
    const inView = current !== null && ids.has(current);
    const next = heir(this.threads.threads, inView ? current : first.id, ids);
    try {
      await this.threads.bin([...ids]);
    } catch (thrown) {
      this.#tell(thrown);
      return;
    }
    for (const id of ids) this.conversations.forget(id);
    if (inView && next) this.openThread(next.id);
    else if (inView) this.newChat();
    if (at === 'list') focusThread(next?.id ?? null);
    // The header of a new conversation has nothing left that had the focus.
    else if (next === null) focusComposer();
    const count = threads.length;
    const text =
      count === 1
        ? m.binned_one({ name: first.name || m.unnamed() })
        : m.binned_many({ count: number(count) });
    this.#binned = threads;
    const undo = { label: m.undo(), run: () => void this.#undoBinning(threads) };
    toasts.show({ kind: 'info', text }, null, undo);
  }

  get canUndo(): boolean {
    return this.#binned.length > 0;
  }

  /** Takes out of the bin what was put there last. */
  async undo() {
    if (this.canUndo) await this.#undoBinning(this.#binned);
  }

  /** Rejects when they stay in the bin. */
  async restore(threads: readonly ThreadSummary[]) {
    await this.threads.restore(threads);
    if (threads.some((thread) => this.#binned.includes(thread))) this.#binned = [];
    announcer.say(m.announce_restored());
  }

  async #undoBinning(threads: readonly ThreadSummary[]) {
    if (this.#binned === threads) this.#binned = [];
    try {
      await this.restore(threads);
      focusThread(threads[0]?.id ?? null);
    } catch (thrown) {
      this.#tell(thrown);
    }
  }

  /** The person has signed out: nothing of theirs is told to who comes next. */
  end() {
    this.#over = true;
    this.conversations.end();
  }

  /** Says that something was exported. */
  exported({ name, threads, missing }: ExportDone) {
    if (this.#over) return;
    const text = m.export_done({ count: threads, shown: number(threads), name });
    if (missing === 0) return toasts.show({ kind: 'success', text });
    const left = m.export_missing({ count: missing, shown: number(missing) });
    toasts.show({ kind: 'warning', text: `${text} ${left}` });
  }

  /** Brings in what was looked into, and shows it in the list. */
  async import() {
    const imported = await this.transfers.import();
    if (imported !== null && imported.brought.threads > 0) await this.threads.reload();
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

// The whole contract in memory: for tests, and for looking at the interface in a browser. It keeps
// the promises of the core (order of events, who may do what, limits) and stores nothing. The
// installed app does not contain it.

import { MAX_MESSAGE_BYTES } from '../state/message';
import type { Backend } from './backend';
import type { CommandError, ThreadCursor, ThreadPage, ThreadSummary } from './bindings';
import { memoryAccounts, type Keyring } from './memory/accounts';
import type { MemoryOptions, StoredThread } from './memory/options';
import { placesIn, searchIn } from './memory/looking';
import { recorded, type Call } from './memory/recorded';
import { accept, refuse } from './memory/refuse';
import { MemoryThread } from './memory/thread';
import { memoryTransfers } from './memory/transfers';

const PAGE = 50;
/** The most of a file that is read at once. */
const PIECE = 1024 * 1024;

export interface MemoryBackend extends Backend {
  /** Makes the next call of `command` fail. */
  failNext(command: keyof Backend, error: CommandError): void;
  /** Every call, in order. */
  readonly calls: Call[];
  /** The person leaves the computer. */
  leave(): void;
  setKeyring(state: Keyring): void;
}

export function memoryBackend(options: MemoryOptions = {}): MemoryBackend {
  const threads = new Map<string, MemoryThread>();
  const profiles = options.profiles ?? [];
  const repairs = [...(options.repairs ?? [])];
  const drafts = new Map<string | null, string>(options.drafts);
  const failures = new Map<keyof Backend, CommandError[]>();
  const calls: Call[] = [];
  const env = new Map<string, boolean>((options.env ?? []).map((name) => [name, false]));
  let model = options.model ?? null;
  let lastId = 0;

  const newId = (kind: string) => `${kind}-${(lastId += 1)}`;
  const accounts = memoryAccounts(options, newId, {
    signedOut: () => threads.forEach((open) => open.close()),
    deleted: () => threads.clear(),
  });
  const { me } = accounts;
  const thread = (id: string): MemoryThread => {
    me();
    return threads.get(id) ?? refuse({ code: 'threadMissing' });
  };
  const live = (id: string): MemoryThread => {
    const found = thread(id);
    return found.open ? found : refuse({ code: 'conversationClosed' });
  };
  const visible = () =>
    profiles.filter((profile) => !profile.adminOnly || me().metadata['role'] === 'admin');

  const keep = (stored: StoredThread) => {
    const profile = profiles.find(({ card }) => card.name === stored.summary.profile) ?? null;
    threads.set(
      stored.summary.id,
      new MemoryThread(stored.summary, profile, stored, { newId, pace: options.pace ?? 0 }),
    );
  };
  options.threads?.forEach(keep);
  const transfers = memoryTransfers(options, {
    me,
    stored: () => [...threads.values()].filter((it) => it.stored && it.summary.binnedAt === null),
    has: (id) => threads.has(id),
    add: keep,
  });

  const page = (
    wanted: (thread: ThreadSummary) => boolean,
    place: (thread: ThreadSummary) => string,
    cursor: ThreadCursor | null,
  ): ThreadPage => {
    me();
    const all = [...threads.values()]
      .filter(({ stored, summary }) => stored && wanted(summary))
      .map(({ summary }) => summary)
      .sort((a, b) => place(b).localeCompare(place(a)) || b.id.localeCompare(a.id));
    const from = cursor === null ? 0 : all.findIndex(({ id }) => id === cursor.thread) + 1;
    const page = all.slice(from, from + PAGE);
    const last = page.at(-1);
    const more = last !== undefined && from + PAGE < all.length;
    const next = more && { shelf: 'recent' as const, at: last.lastActivity, thread: last.id };
    return { threads: page, next: next || null };
  };

  const backend: Backend = {
    ...transfers,

    async appInfo() {
      return {
        name: options.name ?? 'Confidant',
        version: '0.1.0',
        icon: options.icon ?? null,
        env: [...env.keys()],
        tellsLeaving: true,
      };
    },

    ...accounts.commands,

    async listProfiles() {
      return visible().map(({ card }) => card);
    },
    async openChat(name, events) {
      const profile =
        visible().find(({ card }) => card.name === name) ?? refuse({ code: 'profileMissing' });
      const at = new Date().toISOString();
      const summary = {
        id: newId('thread'),
        name: '',
        profile: name,
        createdAt: at,
        lastActivity: at,
        pinned: false,
        binnedAt: null,
      };
      const opened = new MemoryThread(summary, profile, null, { newId, pace: options.pace ?? 0 });
      threads.set(summary.id, opened);
      opened.listen(events);
      return summary.id;
    },
    async openThread(id, events) {
      thread(id).listen(events);
    },
    async sendMessage(id, text, command) {
      const to = live(id);
      // A command says enough by itself.
      if (text !== '' || command === null) checkText(text);
      if (to.profile === null) refuse({ code: 'profileMissing' });
      accept(to.receive(text, command));
    },
    async stopReply(id) {
      live(id).stop();
    },
    async retryReply(id) {
      accept(live(id).retry());
    },
    async editMessage(id, step, text) {
      checkText(text);
      accept(live(id).edit(step, text));
    },
    async continueReply(id, step) {
      accept(live(id).goOn(step));
    },
    async regenerateReply(id, step) {
      accept(live(id).regenerate(step));
    },
    async showBranch(id, branch) {
      accept(live(id).show(branch));
    },
    async answerText(id, step, text) {
      accept(live(id).answer(step, { kind: 'text', text }));
    },
    async answerChoice(id, step, name) {
      accept(live(id).answer(step, { kind: 'choice', name }));
    },
    async answerForm(id, step, values) {
      accept(live(id).answer(step, { kind: 'form', values }));
    },
    async answerFiles(id, step) {
      const files = options.chosenFiles
        ? options.chosenFiles()
        : [{ name: 'data.csv', size: 2048 }];
      if (files === null) return false;
      accept(live(id).answer(step, { kind: 'files', files }));
      return true;
    },
    async declineAsk(id, step) {
      accept(live(id).decline(step));
    },
    async runAction(id, step, action) {
      accept(live(id).run(step, action));
    },
    async giveFeedback(id, step, feedback) {
      accept(live(id).rate(step, feedback));
    },
    async readElement(id, step, element, offset) {
      if (!thread(id).element(step, element)) refuse({ code: 'elementMissing' });
      const bytes = options.files?.[element] ?? refuse({ code: 'elementMissing' });
      return bytes.slice(offset, offset + PIECE).buffer;
    },
    async saveElement(id, step, element) {
      if (!thread(id).element(step, element)) refuse({ code: 'elementMissing' });
      return options.saves ?? true;
    },
    async updateSettings(id, values) {
      accept(live(id).updateSettings(values));
    },
    async closeChat(id) {
      const left = thread(id);
      left.leave();
      if (!left.stored) threads.delete(id);
    },
    async earlierSteps(id, before) {
      return thread(id).earlier(before);
    },
    async laterSteps(id, from) {
      return thread(id).later(from);
    },
    async stepsAround(id, at) {
      return thread(id).around(at);
    },
    async search(search, skip) {
      me();
      return searchIn([...threads.values()], search, skip);
    },
    async findInThread(id, text) {
      return placesIn(thread(id), text);
    },
    async getSessionValue(id, key) {
      return thread(id).session.get(key) ?? null;
    },
    async setSessionValue(id, key, value) {
      if (['id', 'env', 'user', 'chat_profile', 'client_type'].includes(key)) {
        refuse({ code: 'reservedKey', key });
      }
      thread(id).session.set(key, value);
    },
    async removeSessionValue(id, key) {
      thread(id).session.delete(key);
    },
    async sessionKeys(id) {
      return [...thread(id).session.keys()];
    },

    async historyRepairs() {
      me();
      return repairs.shift() ?? new Promise<never>(() => {});
    },
    async listThreads(cursor) {
      const activity = ({ pinned, lastActivity }: ThreadSummary) =>
        `${Number(pinned)} ${lastActivity}`;
      return page(({ binnedAt }) => binnedAt === null, activity, cursor);
    },
    async listBinned(cursor) {
      return page(
        ({ binnedAt }) => binnedAt !== null,
        ({ binnedAt }) => binnedAt ?? '',
        cursor,
      );
    },
    async pinThread(id, pinned) {
      thread(id).put({ pinned });
    },
    async binThreads(ids) {
      for (const id of ids) {
        thread(id).close();
        thread(id).put({ binnedAt: new Date().toISOString() });
      }
    },
    async restoreThreads(ids) {
      for (const id of ids) thread(id).put({ binnedAt: null });
    },
    async renameThread(id, name) {
      const trimmed = name.trim();
      if (trimmed === '') refuse({ code: 'nameEmpty' });
      if ([...trimmed].length > 200) refuse({ code: 'nameTooLong', max: 200 });
      thread(id).rename(trimmed);
    },
    async deleteThread(id) {
      thread(id).close();
      threads.delete(id);
      drafts.delete(id);
    },
    async getDraft(id) {
      me();
      return drafts.get(id) ?? '';
    },
    async saveDraft(id, text) {
      me();
      if (id !== null) thread(id);
      drafts.set(id, text);
    },

    async getModel() {
      me();
      return model;
    },
    async saveModel(draft) {
      checkAddress(draft.baseUrl);
      const hasKey = draft.key === null ? (model?.hasKey ?? false) : draft.key !== '';
      model = { baseUrl: draft.baseUrl, model: draft.model, hasKey };
      return model;
    },
    async forgetModel() {
      model = null;
    },
    async testModel(draft) {
      checkAddress(draft.baseUrl);
      const error = options.testModel?.(draft);
      if (error) refuse(error);
    },

    async listEnv() {
      me();
      return [...env].map(([name, isSet]) => ({ name, isSet }));
    },
    async setEnv(name, value) {
      me();
      if (!env.has(name)) refuse({ code: 'envUnknown', name });
      env.set(name, value !== null);
    },

    async openLink(url) {
      if (!/^(https|mailto):/i.test(url)) refuse({ code: 'linkRefused' });
      options.openedLinks?.push(url);
    },
  };

  return Object.assign(recorded(backend, calls, failures), {
    calls,
    failNext(command: keyof Backend, error: CommandError) {
      failures.set(command, [...(failures.get(command) ?? []), error]);
    },
    leave: accounts.leave,
    setKeyring: accounts.setKeyring,
  });
}

function checkText(text: string) {
  if (text.trim() === '') refuse({ code: 'messageEmpty' });
  if (new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES) {
    refuse({ code: 'messageTooLong', max: MAX_MESSAGE_BYTES });
  }
}

function checkAddress(url: string) {
  if (!/^https?:\/\/\S+$/.test(url)) refuse({ code: 'addressInvalid' });
}

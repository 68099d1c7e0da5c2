// The whole contract in memory: for tests, and for looking at the interface in a browser. It keeps
// the promises of the core (order of events, who may do what, limits) and stores nothing. The
// installed app does not contain it.

import { BackendError, type Backend } from './backend';
import type {
  Account,
  CommandError,
  ModelDraft,
  ModelSettings,
  ProfileCard,
  Setting,
  Step,
  ThreadSummary,
} from './bindings';
import { MemoryThread, type Handler } from './memory/thread';

export interface MemoryProfile {
  card: ProfileCard;
  settings?: Setting[];
  greeting?: string;
  adminOnly?: boolean;
  handler?: Handler;
}

export interface MemoryAccount {
  account: Account;
  password: string | null;
}

export interface StoredThread {
  summary: ThreadSummary;
  steps: Step[];
}

export interface MemoryOptions {
  keyring?: 'open' | 'noKeyring' | 'keyringLocked' | 'keyringFailed';
  accounts?: MemoryAccount[];
  /** The identifier of the account that is signed in already. */
  signedIn?: string;
  profiles?: MemoryProfile[];
  threads?: StoredThread[];
  /** What was written and not sent, by thread; null is the new conversation. */
  drafts?: [string | null, string][];
  model?: ModelSettings | null;
  /** Milliseconds between two pieces of a streamed reply. */
  pace?: number;
  /** How a model answers a test. */
  testModel?: (draft: ModelDraft) => CommandError | null;
  /** What the file dialog gives; `null` is a cancelled dialog. */
  chosenFiles?: () => { name: string; size: number }[] | null;
  openedLinks?: string[];
}

const ATTEMPTS = 5;
const PAGE = 50;

export interface MemoryBackend extends Backend {
  /** Makes the next call of `command` fail. */
  failNext(command: keyof Backend, error: CommandError): void;
  /** Every call, in order. */
  readonly calls: { command: keyof Backend; args: unknown[] }[];
  setKeyring(state: NonNullable<MemoryOptions['keyring']>): void;
}

export function memoryBackend(options: MemoryOptions = {}): MemoryBackend {
  const accounts = [...(options.accounts ?? [])];
  const threads = new Map<string, MemoryThread>();
  const profiles = options.profiles ?? [];
  const drafts = new Map<string | null, string>(options.drafts);
  const attempts = new Map<string, { wrong: number; until: number }>();
  const failures = new Map<keyof Backend, CommandError[]>();
  const calls: { command: keyof Backend; args: unknown[] }[] = [];
  let keyring = options.keyring ?? 'open';
  let model = options.model ?? null;
  let current =
    accounts.find(({ account }) => account.identifier === options.signedIn)?.account ?? null;
  let lastId = 0;

  const newId = (kind: string) => `${kind}-${(lastId += 1)}`;
  const refuse = (error: CommandError): never => {
    throw new BackendError(error);
  };
  const needKeyring = () => {
    if (keyring === 'open') return;
    const detail = 'org.freedesktop.Secret.Error';
    refuse(keyring === 'keyringFailed' ? { code: keyring, detail } : { code: keyring });
  };
  const me = (): Account => current ?? refuse({ code: 'notSignedIn' });
  const mine = () => {
    const at = accounts.findIndex(({ account }) => account.id === me().id);
    return accounts[at] ?? refuse({ code: 'accountMissing' });
  };
  const change = (next: Partial<Account>) => {
    const entry = mine();
    entry.account = { ...entry.account, ...next };
    current = entry.account;
    return entry.account;
  };
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

  for (const stored of options.threads ?? []) {
    const profile = profiles.find(({ card }) => card.name === stored.summary.profile) ?? null;
    threads.set(
      stored.summary.id,
      new MemoryThread(stored.summary, profile, stored.steps, { newId, pace: options.pace ?? 0 }),
    );
  }

  const checkName = (name: string) => {
    const trimmed = name.trim();
    if (trimmed === '') refuse({ code: 'nameEmpty' });
    if ([...trimmed].length > 256) refuse({ code: 'nameTooLong', max: 256 });
    if (/\p{Cc}/u.test(trimmed)) refuse({ code: 'nameInvalid' });
    return trimmed;
  };

  const checkedAttempt = (identifier: string, right: boolean) => {
    const seen = attempts.get(identifier) ?? { wrong: 0, until: 0 };
    const wait = Math.ceil((seen.until - Date.now()) / 1000);
    if (wait > 0) refuse({ code: 'tooManyAttempts', retryIn: wait });
    if (right) {
      attempts.delete(identifier);
      return;
    }
    const wrong = seen.wrong + 1;
    attempts.set(identifier, { wrong, until: wrong >= ATTEMPTS ? Date.now() + 30_000 : 0 });
    refuse({ code: 'wrongPassword' });
  };

  const backend: Backend = {
    async listAccounts() {
      needKeyring();
      return accounts.map(({ account }) => account);
    },
    async createAccount(given) {
      needKeyring();
      const identifier = checkName(given.identifier.toLowerCase());
      const displayName = given.displayName.trim() === '' ? null : checkName(given.displayName);
      if (accounts.some(({ account }) => account.identifier === identifier)) {
        refuse({ code: 'identifierTaken' });
      }
      const account: Account = {
        id: newId('user'),
        createdAt: new Date().toISOString(),
        identifier,
        displayName,
        metadata: accounts.length === 0 ? { role: 'admin' } : {},
        hasPassword: given.password !== null,
        remembered: given.remember,
      };
      accounts.push({ account, password: given.password });
      current = account;
      return account;
    },
    async signIn(identifier, password, remember) {
      needKeyring();
      const entry =
        accounts.find(({ account }) => account.identifier === identifier) ??
        refuse({ code: 'accountMissing' });
      if (entry.password !== null) checkedAttempt(identifier, entry.password === password);
      entry.account = { ...entry.account, remembered: remember || !entry.account.hasPassword };
      current = entry.account;
      return current;
    },
    async signInRemembered(id) {
      needKeyring();
      const entry =
        accounts.find(({ account }) => account.id === id) ?? refuse({ code: 'accountMissing' });
      if (!entry.account.remembered) refuse({ code: 'notRemembered' });
      current = entry.account;
      return current;
    },
    async signOut() {
      for (const open of threads.values()) open.close();
      current = null;
    },
    async currentAccount() {
      needKeyring();
      return current;
    },
    async updateAccount(displayName) {
      return change({ displayName: displayName.trim() === '' ? null : checkName(displayName) });
    },
    async setRemembered(remember) {
      if (!remember && !me().hasPassword) refuse({ code: 'passwordRequired' });
      return change({ remembered: remember });
    },
    async deleteAccount() {
      const { account } = mine();
      const admins = accounts.filter((entry) => entry.account.metadata['role'] === 'admin');
      if (account.metadata['role'] === 'admin' && admins.length === 1 && accounts.length > 1) {
        refuse({ code: 'lastAdmin' });
      }
      accounts.splice(
        accounts.findIndex((entry) => entry.account === account),
        1,
      );
      threads.clear();
      current = null;
    },

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
      if (text.trim() === '') refuse({ code: 'messageEmpty' });
      const max = 1024 * 1024;
      if (new TextEncoder().encode(text).length > max) refuse({ code: 'messageTooLong', max });
      if (to.profile === null) refuse({ code: 'profileMissing' });
      to.receive(text, command);
    },
    async stopReply(id) {
      live(id).stop();
    },
    async retryReply(id) {
      if (!live(id).retry()) refuse({ code: 'nothingToRetry' });
    },
    async answerFiles(id, step) {
      const files = options.chosenFiles
        ? options.chosenFiles()
        : [{ name: 'data.csv', size: 2048 }];
      if (files === null) return false;
      const error = live(id).answer(step, files);
      if (error) refuse(error);
      return true;
    },
    async declineAsk(id, step) {
      if (!live(id).decline(step)) refuse({ code: 'askClosed' });
    },
    async updateSettings(id, values) {
      const error = live(id).updateSettings(values);
      if (error) refuse(error);
    },
    async closeChat(id) {
      const left = thread(id);
      left.leave();
      if (!left.stored) threads.delete(id);
    },
    async earlierSteps(id, before) {
      return thread(id).earlier(before);
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
    async sessionKeys(id) {
      return [...thread(id).session.keys()];
    },

    async listThreads(cursor) {
      me();
      const all = [...threads.values()]
        .filter((candidate) => candidate.stored)
        .map((candidate) => candidate.summary)
        .sort((a, b) => b.lastActivity.localeCompare(a.lastActivity) || b.id.localeCompare(a.id));
      const from = cursor === null ? 0 : all.findIndex(({ id }) => id === cursor.thread) + 1;
      const page = all.slice(from, from + PAGE);
      const last = page.at(-1);
      const more = last !== undefined && from + PAGE < all.length;
      return {
        threads: page,
        next: more ? { lastActivity: last.lastActivity, thread: last.id } : null,
      };
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
      checkAddress(draft.baseUrl, refuse);
      const hasKey = draft.key === null ? (model?.hasKey ?? false) : draft.key !== '';
      model = { baseUrl: draft.baseUrl, model: draft.model, hasKey };
      return model;
    },
    async forgetModel() {
      model = null;
    },
    async testModel(draft) {
      checkAddress(draft.baseUrl, refuse);
      const error = options.testModel?.(draft);
      if (error) refuse(error);
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
    setKeyring(state: NonNullable<MemoryOptions['keyring']>) {
      keyring = state;
    },
  });
}

function checkAddress(url: string, refuse: (error: CommandError) => never) {
  if (!/^https?:\/\/\S+$/.test(url)) refuse({ code: 'addressInvalid' });
}

/** Notes every call and fails the ones that a test wants to fail. */
function recorded(
  backend: Backend,
  calls: { command: keyof Backend; args: unknown[] }[],
  failures: Map<keyof Backend, CommandError[]>,
): Backend {
  const entries = Object.entries(backend).map(([name, act]) => {
    const command = name as keyof Backend;
    const call = async (...args: unknown[]) => {
      calls.push({ command, args });
      const failure = failures.get(command)?.shift();
      if (failure) throw new BackendError(failure);
      return (act as (...args: unknown[]) => Promise<unknown>)(...args);
    };
    return [name, call] as const;
  });
  return Object.fromEntries(entries) as unknown as Backend;
}

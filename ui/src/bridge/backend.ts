// Everything the interface asks of the app behind it. Two things implement this: the installed app
// (tauri.ts), and a conversation partner in memory (memory.ts) for tests and for looking at the
// interface in a browser.

import type {
  Account,
  AppInfo,
  CommandError,
  EnvVariable,
  Event,
  ExportDone,
  ExportFormat,
  Feedback,
  Findings,
  FoundPlaces,
  HistoryRepairs,
  ImportDone,
  ImportPreview,
  Keeper,
  Keeping,
  ModelDraft,
  ModelSettings,
  NewAccount,
  ProfileCard,
  Search,
  StepPage,
  ThreadCursor,
  ThreadPage,
  TransferProgress,
  Value as JsonValue,
} from './bindings';

export type Listener = (event: Event) => void;
/** Is told how far an export or import is. */
export type Tell = (progress: TransferProgress) => void;
export type Values = Record<string, JsonValue>;

/** Every method rejects with a {@link BackendError}. */
export interface Backend {
  appInfo(): Promise<AppInfo>;

  accountsKeeping(): Promise<Keeping>;
  /** Signs out. */
  chooseKeeper(keeper: Keeper): Promise<void>;
  listAccounts(): Promise<Account[]>;
  createAccount(account: NewAccount): Promise<Account>;
  signIn(identifier: string, password: string, remember: boolean): Promise<Account>;
  signInRemembered(account: string): Promise<Account>;
  /** With `lock`, the keyring alone does not open the account again. */
  signOut(lock: boolean): Promise<void>;
  /** `lock` is called when the person leaves the computer, for as long as it is `wanted`. */
  lockOnLeaving(wanted: boolean, lock: () => void): Promise<void>;
  currentAccount(): Promise<Account | null>;
  updateAccount(displayName: string): Promise<Account>;
  setPassword(current: string | null, password: string | null): Promise<Account>;
  newRecoveryCode(password: string | null): Promise<string>;
  recoverAccount(identifier: string, code: string, password: string): Promise<Account>;
  setRemembered(remember: boolean): Promise<Account>;
  deleteAccount(): Promise<void>;

  listProfiles(): Promise<ProfileCard[]>;
  openChat(profile: string, events: Listener): Promise<string>;
  openThread(thread: string, events: Listener): Promise<void>;
  sendMessage(thread: string, text: string, command: string | null): Promise<void>;
  stopReply(thread: string): Promise<void>;
  retryReply(thread: string): Promise<void>;
  editMessage(thread: string, step: string, text: string): Promise<void>;
  continueReply(thread: string, step: string): Promise<void>;
  regenerateReply(thread: string, step: string): Promise<void>;
  showBranch(thread: string, branch: number): Promise<void>;
  answerText(thread: string, step: string, text: string): Promise<void>;
  answerChoice(thread: string, step: string, name: string): Promise<void>;
  answerForm(thread: string, step: string, values: Values): Promise<void>;
  answerFiles(thread: string, step: string): Promise<boolean>;
  declineAsk(thread: string, step: string): Promise<void>;
  runAction(thread: string, step: string, action: string): Promise<void>;
  giveFeedback(thread: string, step: string, feedback: Feedback | null): Promise<void>;
  /** At most 1 MiB from `offset`; none at the end. */
  readElement(thread: string, step: string, element: string, offset: number): Promise<ArrayBuffer>;
  saveElement(thread: string, step: string, element: string): Promise<boolean>;
  updateSettings(thread: string, values: Values): Promise<void>;
  closeChat(thread: string): Promise<void>;
  earlierSteps(thread: string, before: number): Promise<StepPage>;
  laterSteps(thread: string, from: number): Promise<StepPage>;
  stepsAround(thread: string, at: number): Promise<StepPage>;
  search(search: Search, skip: number): Promise<Findings>;
  findInThread(thread: string, text: string): Promise<FoundPlaces>;
  getSessionValue(thread: string, key: string): Promise<JsonValue>;
  setSessionValue(thread: string, key: string, value: JsonValue): Promise<void>;
  removeSessionValue(thread: string, key: string): Promise<void>;
  sessionKeys(thread: string): Promise<string[]>;

  historyRepairs(told: HistoryRepairs | null): Promise<HistoryRepairs>;
  listThreads(cursor: ThreadCursor | null): Promise<ThreadPage>;
  listBinned(cursor: ThreadCursor | null): Promise<ThreadPage>;
  pinThread(thread: string, pinned: boolean): Promise<void>;
  binThreads(threads: string[]): Promise<void>;
  restoreThreads(threads: string[]): Promise<void>;
  renameThread(thread: string, name: string): Promise<void>;
  deleteThread(thread: string): Promise<void>;
  getDraft(thread: string | null): Promise<string>;
  saveDraft(thread: string | null, text: string): Promise<void>;

  /** Null when the person cancelled it. */
  exportThreads(
    threads: string[] | null,
    format: ExportFormat,
    tell: Tell,
  ): Promise<ExportDone | null>;
  /** Null when the person cancelled it. */
  chooseImport(tell: Tell): Promise<ImportPreview | null>;
  runImport(tell: Tell): Promise<ImportDone>;
  cancelTransfer(): Promise<void>;

  getModel(): Promise<ModelSettings | null>;
  saveModel(draft: ModelDraft): Promise<ModelSettings>;
  forgetModel(): Promise<void>;
  testModel(draft: ModelDraft): Promise<void>;

  listEnv(): Promise<EnvVariable[]>;
  setEnv(name: string, value: string | null): Promise<void>;

  openLink(url: string): Promise<void>;
}

/** What no code of the contract describes: a failure of the bridge, or of the interface itself. */
export type OwnError = { code: 'unknown'; detail: string } | { code: 'notOpen' };

/** Everything that can go wrong with what a person does. The words are chosen by `code`. */
export type Trouble = CommandError | OwnError;

/** What a command rejects with. */
export class BackendError extends Error {
  constructor(readonly error: Trouble) {
    super(error.code);
    this.name = 'BackendError';
  }
}

/** Whatever was thrown, as something the interface can put into words. */
export function errorOf(thrown: unknown): Trouble {
  if (thrown instanceof BackendError) return thrown.error;
  return { code: 'unknown', detail: thrown instanceof Error ? thrown.message : String(thrown) };
}

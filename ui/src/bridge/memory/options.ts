// What the core in memory begins with.

import type {
  Account,
  Branch,
  Brought,
  Command,
  CommandError,
  HistoryRepairs,
  ImportKind,
  ModelDraft,
  ModelSettings,
  ProfileCard,
  Setting,
  Step,
  ThreadSummary,
} from '../bindings';
import type { ActionHandler, Handler } from './chat';

export interface MemoryProfile {
  card: ProfileCard;
  settings?: Setting[];
  greeting?: string;
  adminOnly?: boolean;
  /** What a message can be sent with, from the beginning. */
  commands?: Command[];
  handler?: Handler;
  /** The pieces that it goes on with when a reply was broken off; without them it cannot. */
  goesOn?: string[];
  /** What happens when a button of one of its messages is pressed. */
  action?: ActionHandler;
}

export interface MemoryAccount {
  account: Account;
  password: string | null;
  recovery?: string | null;
}

export interface StoredThread {
  summary: ThreadSummary;
  steps: Step[];
  branches?: Branch[];
  /** The branch in view. */
  branch?: number;
}

export interface MemoryArchive {
  name: string;
  kind: ImportKind;
  threads: StoredThread[];
  /** What of it cannot come along. */
  left?: Partial<Brought>;
}

export interface MemoryOptions {
  /** Whether accounts are kept in a file, or at least could be read from one. */
  file?: 'used' | 'setAside';
  keyring?: 'open' | 'noKeyring' | 'keyringLocked' | 'keyringFailed';
  accounts?: MemoryAccount[];
  /** The identifier of the account that is signed in already. */
  signedIn?: string;
  profiles?: MemoryProfile[];
  threads?: StoredThread[];
  /** What was written and not sent, by thread; null is the new conversation. */
  drafts?: [string | null, string][];
  /** What is found damaged in the history, one after the other. */
  repairs?: HistoryRepairs[];
  model?: ModelSettings | null;
  /** Milliseconds between two pieces of a streamed reply. */
  pace?: number;
  /** How a model answers a test. */
  testModel?: (draft: ModelDraft) => CommandError | null;
  /** What the file dialog gives; `null` is a cancelled dialog. */
  chosenFiles?: () => { name: string; size: number }[] | null;
  openedLinks?: string[];
  /** The app's own name, when it is not the one in the messages. */
  name?: string;
  /** The app's own icon, as an address. */
  icon?: string;
  /** The variables that the app asks people for. */
  env?: string[];
  /** The bytes of stored files, by element. */
  files?: Readonly<Record<string, Uint8Array>>;
  /** Whether a save dialog is answered. */
  saves?: boolean;
  /** The file that is chosen for an import; without one the dialog is cancelled. */
  archive?: MemoryArchive;
  /** Milliseconds for each thread of an export or import. */
  transferPace?: number;
  /** How many files an export could not read. */
  missingFiles?: number;
}

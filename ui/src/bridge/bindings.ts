// This file is generated from the Rust types. Do not edit it by hand.

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key in string]: JsonValue };

export type StepId = string;
export type ThreadId = string;
export type UserId = string;

export type Account = {
  id: UserId;
  createdAt: string;
  identifier: string;
  displayName: string | null;
  metadata: { [key in string]: JsonValue };
  hasPassword: boolean;
  remembered: boolean;
};

export type NewAccount = {
  identifier: string;
  displayName: string;
  password: string | null;
  remember: boolean;
};

export type ModelSettings = { baseUrl: string; model: string; hasKey: boolean };
export type ModelDraft = { baseUrl: string; model: string; key: string | null };

export type Starter = {
  label: string;
  message: string;
  command: string | null;
  icon: string | null;
};

export type ProfileCard = {
  name: string;
  displayName: string;
  markdownDescription: string;
  icon: string | null;
  default: boolean;
  starters: Starter[];
};

export type ThreadSummary = {
  id: ThreadId;
  name: string;
  profile: string;
  createdAt: string;
  lastActivity: string;
};

export type ThreadCursor = { lastActivity: string; thread: ThreadId };
export type ThreadPage = { threads: ThreadSummary[]; next: ThreadCursor | null };
export type StepPage = { steps: Step[]; earlier: number | null };

export type FailureCode =
  | 'handlerFailed'
  | 'handlerPanicked'
  | 'modelUnauthorized'
  | 'modelRateLimited'
  | 'modelContextTooLong'
  | 'modelUnreachable'
  | 'modelNotFound'
  | 'modelRefused'
  | 'modelInterrupted'
  | 'storageFull'
  | 'storageFailed';

export type Failure = { code: FailureCode; detail: string; retryIn: number | null };

export type Want = { kind: 'files'; accept: string[]; maxSize: number; maxFiles: number };

export type AskState =
  | { state: 'open' }
  | { state: 'answered'; summary: string }
  | { state: 'timedOut' }
  | { state: 'cancelled' };

export type Ask = { want: Want; deadline: string; state: AskState };

export type StepKind = 'user' | 'assistant' | 'system' | 'tool';
export type StepState = 'writing' | 'done' | 'stopped' | 'interrupted' | 'failed';
export type Action = 'setUpModel';

export type Step = {
  id: StepId;
  sequence: number;
  parent: StepId | null;
  kind: StepKind;
  name: string;
  input: string;
  output: string;
  state: StepState;
  failure: Failure | null;
  ask: Ask | null;
  actions: Action[];
  command: string | null;
  createdAt: string;
  endedAt: string | null;
};

export type Choice = { value: string; label: string };

export type Widget =
  | { kind: 'switch'; initial: boolean }
  | { kind: 'select'; options: Choice[]; initial: string }
  | { kind: 'slider'; min: number; max: number; step: number; initial: number }
  | { kind: 'text'; initial: string; placeholder: string; maxLength: number; multiline: boolean };

export type Setting = { id: string; label: string; description: string | null; widget: Widget };

export type Snapshot = {
  thread: ThreadSummary;
  stored: boolean;
  profile: ProfileCard | null;
  steps: Step[];
  earlier: number | null;
  settings: Setting[];
  values: { [key in string]: JsonValue };
  working: boolean;
  queued: StepId[];
};

export type Event =
  | { type: 'opened'; snapshot: Snapshot }
  | { type: 'said'; step: Step }
  | { type: 'delta'; step: StepId; text: string }
  | { type: 'changed'; step: Step }
  | { type: 'removed'; step: StepId }
  | { type: 'settings'; values: { [key in string]: JsonValue } }
  | { type: 'working'; working: boolean; queued: StepId[] }
  | { type: 'named'; thread: ThreadSummary }
  | { type: 'failed'; failure: Failure };

export type CommandError =
  | { code: 'notSignedIn' }
  | { code: 'noKeyring' }
  | { code: 'keyringLocked' }
  | { code: 'keyringFailed'; detail: string }
  | { code: 'wrongPassword' }
  | { code: 'tooManyAttempts'; retryIn: number }
  | { code: 'identifierTaken' }
  | { code: 'nameEmpty' }
  | { code: 'nameTooLong' }
  | { code: 'nameInvalid' }
  | { code: 'passwordRequired' }
  | { code: 'notRemembered' }
  | { code: 'lastAdmin' }
  | { code: 'accountMissing' }
  | { code: 'threadMissing' }
  | { code: 'profileMissing' }
  | { code: 'profileForbidden' }
  | { code: 'conversationClosed' }
  | { code: 'messageEmpty' }
  | { code: 'messageTooLong'; max: number }
  | { code: 'reservedKey'; key: string }
  | { code: 'sessionFull' }
  | { code: 'settingInvalid'; id: string }
  | { code: 'settingUnknown'; id: string }
  | { code: 'askClosed' }
  | { code: 'fileTooLarge'; name: string; max: number }
  | { code: 'fileWrongType'; name: string }
  | { code: 'tooManyFiles'; max: number }
  | { code: 'nothingToRetry' }
  | { code: 'addressInvalid' }
  | { code: 'model'; failure: Failure }
  | { code: 'storageFull' }
  | { code: 'storageDamaged'; detail: string }
  | { code: 'storageNewer'; found: number; known: number }
  | { code: 'storageInUse' }
  | { code: 'storageFailed'; detail: string }
  | { code: 'linkRefused' };

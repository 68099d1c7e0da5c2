// Accounts in memory: who there is, who is signed in, and whether the keyring opens.

import type { Backend } from '../backend';
import type { Account, Keeper } from '../bindings';
import type { MemoryOptions } from './options';
import { refuse } from './refuse';

const ATTEMPTS = 5;

export type Keyring = NonNullable<MemoryOptions['keyring']>;

export type AccountCommands = Pick<
  Backend,
  | 'accountsKeeping'
  | 'chooseKeeper'
  | 'listAccounts'
  | 'createAccount'
  | 'signIn'
  | 'signInRemembered'
  | 'signOut'
  | 'lockOnLeaving'
  | 'currentAccount'
  | 'updateAccount'
  | 'setPassword'
  | 'newRecoveryCode'
  | 'recoverAccount'
  | 'setRemembered'
  | 'deleteAccount'
>;

/** What else goes when somebody signs out, or for good. */
interface Gone {
  signedOut(): void;
  deleted(): void;
}

export function memoryAccounts(
  options: MemoryOptions,
  newId: (kind: string) => string,
  gone: Gone,
) {
  const accounts = [...(options.accounts ?? [])];
  const attempts = new Map<string, { wrong: number; until: number }>();
  /** Those whom the keyring alone does not let in. */
  const locked = new Set<string>();
  let codes = 0;
  let lock: (() => void) | null = null;
  let keyring = options.keyring ?? 'open';
  let current =
    accounts.find(({ account }) => account.identifier === options.signedIn)?.account ?? null;

  let keeper: Keeper = options.file === 'used' ? 'file' : 'keyring';
  let hasFile = options.file !== undefined;
  /** Those of the keeper that was not chosen. */
  const elsewhere: typeof accounts = [];

  const needKeyring = () => {
    if (keyring === 'open' || keeper === 'file') return;
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

  const commands: AccountCommands = {
    async accountsKeeping() {
      return { keeper, hasFile };
    },
    async chooseKeeper(next) {
      if (keeper !== next) elsewhere.push(...accounts.splice(0, Infinity, ...elsewhere.splice(0)));
      keeper = next;
      hasFile ||= next === 'file';
      current = null;
    },
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
        hasRecovery: false,
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
      locked.delete(entry.account.id);
      entry.account = { ...entry.account, remembered: remember || !entry.account.hasPassword };
      current = entry.account;
      return current;
    },
    async signInRemembered(id) {
      needKeyring();
      const entry =
        accounts.find(({ account }) => account.id === id) ?? refuse({ code: 'accountMissing' });
      if (locked.has(id)) refuse({ code: 'passwordRequired' });
      if (!entry.account.remembered) refuse({ code: 'notRemembered' });
      current = entry.account;
      return current;
    },
    async signOut(lockIt) {
      if (lockIt && current?.hasPassword) locked.add(current.id);
      gone.signedOut();
      lock = null;
      current = null;
    },
    async lockOnLeaving(wanted, call) {
      me();
      lock = wanted ? call : null;
    },
    async currentAccount() {
      needKeyring();
      return current;
    },
    async updateAccount(displayName) {
      return change({ displayName: displayName.trim() === '' ? null : checkName(displayName) });
    },
    async setPassword(given, password) {
      const entry = mine();
      if (entry.password !== null) checkedAttempt(me().identifier, entry.password === given);
      if (password === '') refuse({ code: 'passwordRequired' });
      entry.password = password;
      if (password === null) entry.recovery = null;
      return change({ hasPassword: password !== null, hasRecovery: Boolean(entry.recovery) });
    },
    async newRecoveryCode(password) {
      const entry = mine();
      if (entry.password !== null) checkedAttempt(me().identifier, entry.password === password);
      codes += 1;
      entry.recovery = `AAAAA-BBBBB-CCCCC-DDDDD-${String(codes).padStart(5, '0')}`;
      change({ hasRecovery: true });
      return entry.recovery;
    },
    async recoverAccount(identifier, code, password) {
      needKeyring();
      const entry = accounts.find(({ account }) => account.identifier === identifier);
      checkedAttempt(identifier, entry?.recovery === code.trim().toUpperCase());
      if (!entry) return refuse({ code: 'wrongPassword' });
      if (password === '') refuse({ code: 'passwordRequired' });
      locked.delete(entry.account.id);
      entry.password = password;
      entry.account = { ...entry.account, hasPassword: true };
      current = entry.account;
      return current;
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
      gone.deleted();
      current = null;
    },
  };

  return {
    commands,
    /** Refuses where nobody is signed in. */
    me,
    /** The person leaves the computer. */
    leave() {
      lock?.();
    },
    setKeyring(state: Keyring) {
      keyring = state;
    },
  };
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') refuse({ code: 'nameEmpty' });
  if ([...trimmed].length > 256) refuse({ code: 'nameTooLong', max: 256 });
  if (/\p{Cc}/u.test(trimmed)) refuse({ code: 'nameInvalid' });
  return trimmed;
}

// Where the person is: before sign-in, signed in, or in front of a keyring that does not open.

import { getContext, setContext } from 'svelte';
import { errorOf, type Backend, type Trouble } from './bridge/backend';
import type { Account, AppInfo, Keeper, Keeping } from './bridge/bindings';
import { setIdentity } from './kit/identity.svelte';
import { chooseModel, keepCode, workspace } from './parts';
import type { Session } from './session.svelte';

export type Stage =
  | { at: 'starting' }
  | { at: 'trouble'; error: Trouble }
  | { at: 'signIn'; accounts: readonly Account[] }
  | { at: 'keepCode'; session: Session; code: string }
  | { at: 'chooseModel'; session: Session }
  | { at: 'signedIn'; session: Session };

export class App {
  stage = $state.raw<Stage>({ at: 'starting' });
  /** What keeps the accounts; before anything is known, what does as a rule. */
  keeping = $state.raw<Keeping>({ keeper: 'keyring', hasFile: false });
  /** Whether accounts are kept in a file: with a password each, and none remembered. */
  get inFile(): boolean {
    return this.keeping.keeper === 'file';
  }

  /** Unknown for a moment, or for as long as the core does not say. */
  info = $state.raw<AppInfo | null>(null);
  /** What went wrong with an account that is gone; the sign-in screen says it. */
  farewell = $state.raw<Trouble | null>(null);

  /** Who locked the app, until somebody is in again: their password is asked for, if there is one. */
  locked = $state.raw<Account | null>(null);
  /** Where they were. */
  #left: string | null = null;

  constructor(readonly backend: Backend) {}

  async start() {
    this.stage = { at: 'starting' };
    void this.#introduce();
    try {
      this.keeping = await this.backend.accountsKeeping();
      const account = await this.backend.currentAccount();
      if (account) await this.enter(account);
      else await this.showSignIn();
    } catch (thrown) {
      this.stage = { at: 'trouble', error: errorOf(thrown) };
    }
  }

  async showSignIn() {
    try {
      this.stage = { at: 'signIn', accounts: await this.backend.listAccounts() };
    } catch (thrown) {
      this.stage = { at: 'trouble', error: errorOf(thrown) };
    }
  }

  /** Rejects when they stay where they were. */
  async keepAccountsIn(keeper: Keeper) {
    await this.backend.chooseKeeper(keeper);
    [this.locked, this.#left] = [null, null];
    await this.start();
  }

  async enter(account: Account) {
    this.farewell = null;
    await this.proceed(await this.#session(account));
  }

  /** A new account with a password is first given a recovery code, and any is offered a model. */
  async welcome(account: Account, password: string | null) {
    this.farewell = null;
    const code = password === null ? null : await this.#recoveryCode(password);
    if (code === null) return this.offerModel(await this.#session(account));
    const known = { ...account, hasRecovery: true };
    const [session] = await Promise.all([this.#session(known), keepCode.fetch()]);
    this.stage = { at: 'keepCode', session, code };
  }

  async offerModel(session: Session) {
    // The screen before stays until the next one can be drawn whole.
    await chooseModel.fetch();
    this.stage = { at: 'chooseModel', session };
  }

  async proceed(session: Session) {
    await workspace.fetch();
    // Pressed twice while that took its time.
    if (this.stage.at === 'signedIn') return;
    const back = this.locked?.id === session.account.id ? this.#left : null;
    [this.locked, this.#left] = [null, null];
    void session.start(back);
    this.stage = { at: 'signedIn', session };
  }

  /** Signs out, and comes back to the same place when the same person signs in again. */
  async lock() {
    if (this.stage.at !== 'signedIn') return;
    const { account, conversations } = this.stage.session;
    const { current } = conversations;
    const left = current?.begun ? current.id : null;
    await this.#leave(account, left);
  }

  async signOut() {
    await this.#leave(null, null);
  }

  async #leave(locked: Account | null, left: string | null) {
    if (this.stage.at === 'signedIn') await this.stage.session.conversations.drafts.flush();
    this.#forgetSession();
    [this.locked, this.#left] = [locked, left];
    try {
      await this.backend.signOut(locked !== null);
    } catch {
      // Whatever went wrong, nothing of the person may stay on the screen.
    }
    await this.showSignIn();
  }

  /** Rejects when the account stays as it was. */
  async deleteAccount() {
    try {
      await this.backend.deleteAccount();
    } catch (thrown) {
      if (await this.#staysSignedIn()) throw thrown;
      this.farewell = errorOf(thrown);
    }
    await this.signOut();
  }

  /** Its code is for what comes after the first screen, and fetched beside what draws that. */
  async #session(account: Account): Promise<Session> {
    void workspace.fetch();
    const { Session } = await import('./session.svelte');
    return new Session(this.backend, account);
  }

  /** Without one, the account page offers to make it. */
  async #recoveryCode(password: string): Promise<string | null> {
    try {
      return await this.backend.newRecoveryCode(password);
    } catch {
      return null;
    }
  }

  async #introduce() {
    try {
      this.info = await this.backend.appInfo();
      setIdentity(this.info);
    } catch {
      // It goes by the name in the messages then.
    }
  }

  /** Whether the account is still there and signed in. What cannot be found out has not changed. */
  async #staysSignedIn(): Promise<boolean> {
    try {
      const account = await this.backend.currentAccount();
      if (account === null) return false;
      const accounts = await this.backend.listAccounts();
      return accounts.some(({ id }) => id === account.id);
    } catch {
      return true;
    }
  }

  /** That no account can be opened takes the whole screen; anything else stays where it was. */
  meet(error: Trouble): boolean {
    if (!isAccountsTrouble(error)) return false;
    this.stage = { at: 'trouble', error };
    return true;
  }

  #forgetSession() {
    if (this.stage.at === 'signedIn') this.stage.session.end();
    this.stage = { at: 'starting' };
  }
}

function isAccountsTrouble(error: Trouble): boolean {
  return ['noKeyring', 'keyringLocked', 'keyringFailed', 'accountsDamaged'].includes(error.code);
}

const APP = Symbol('app');
const SESSION = Symbol('session');

export const provideApp = (app: App) => setContext(APP, app);
export const useApp = () => getContext<App>(APP);
export const provideSession = (session: Session) => setContext(SESSION, session);
export const useSession = () => getContext<Session>(SESSION);

// Where the person is: before sign-in, signed in, or in front of a keyring that does not open.

import { getContext, setContext } from 'svelte';
import { errorOf, type Backend } from './bridge/backend';
import type { Account } from './bridge/bindings';
import type { Trouble } from './chat/conversations.svelte';
import { Session } from './session.svelte';

export type Stage =
  | { at: 'starting' }
  | { at: 'trouble'; error: Trouble }
  | { at: 'signIn'; accounts: readonly Account[] }
  | { at: 'chooseModel'; session: Session }
  | { at: 'signedIn'; session: Session };

export class App {
  stage = $state.raw<Stage>({ at: 'starting' });

  constructor(readonly backend: Backend) {}

  async start() {
    this.stage = { at: 'starting' };
    try {
      const account = await this.backend.currentAccount();
      if (account) this.enter(account);
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

  enter(account: Account) {
    const session = new Session(this.backend, account);
    void session.start();
    this.stage = { at: 'signedIn', session };
  }

  /** A new account is first offered a model. */
  welcome(account: Account) {
    this.stage = { at: 'chooseModel', session: new Session(this.backend, account) };
  }

  proceed(session: Session) {
    void session.start();
    this.stage = { at: 'signedIn', session };
  }

  async signOut() {
    this.#forgetSession();
    try {
      await this.backend.signOut();
    } catch {
      // Whatever went wrong, nothing of the person may stay on the screen.
    }
    await this.showSignIn();
  }

  /** Rejects when the account stays. */
  async deleteAccount() {
    await this.backend.deleteAccount();
    this.#forgetSession();
    await this.showSignIn();
  }

  /** Keyring trouble while signing in takes the whole screen; anything else stays where it was. */
  meet(error: Trouble): boolean {
    if (!isKeyringTrouble(error)) return false;
    this.stage = { at: 'trouble', error };
    return true;
  }

  #forgetSession() {
    if (this.stage.at === 'signedIn') this.stage.session.conversations.end();
    this.stage = { at: 'starting' };
  }
}

export function isKeyringTrouble(error: Trouble): boolean {
  return ['noKeyring', 'keyringLocked', 'keyringFailed'].includes(error.code);
}

const APP = Symbol('app');
const SESSION = Symbol('session');

export const provideApp = (app: App) => setContext(APP, app);
export const useApp = () => getContext<App>(APP);
export const provideSession = (session: Session) => setContext(SESSION, session);
export const useSession = () => getContext<Session>(SESSION);

// Where the focus goes when the messages become others because the person said so: to what they
// did it with, or to what came of it. Nobody is left with the focus on nothing.

import { getContext, setContext, tick } from 'svelte';
import type { Step } from '../bridge/bindings';
import type { Conversation } from '../state/conversation';

type Awaited =
  /** Another version, at the row after `before`. */
  | { what: 'version'; branch: number; before: string | undefined; way: 'previous' | 'next' }
  /** A message of the person, or a reply, on another branch than this. */
  | { what: 'user' | 'assistant'; left: number };

export class LogPlace {
  /** The log itself takes the focus of what is gone. */
  log: HTMLElement | undefined;
  #rows: readonly Step[] = [];
  #awaited: Awaited | null = null;

  expectVersion(step: string, branch: number, way: 'previous' | 'next') {
    const at = this.#rows.findIndex(({ id }) => id === step);
    this.#awaited = { what: 'version', branch, before: this.#rows[at - 1]?.id, way };
  }

  /** The person has edited a message while `branch` was in view. */
  expectOwn(branch: number) {
    this.#awaited = { what: 'user', left: branch };
  }

  /** The person wants another reply than the one on `branch`. */
  expectReply(branch: number) {
    this.#awaited = { what: 'assistant', left: branch };
  }

  expectNothing() {
    this.#awaited = null;
  }

  /** Another version is on its way or has just come: the person stays where they look. */
  get switching(): boolean {
    return this.#awaited?.what === 'version';
  }

  /** These rows are drawn now. Answers the step of the version that was awaited, once it is here. */
  drawn(rows: readonly Step[], conversation: Conversation): Step | null {
    this.#rows = rows;
    const awaited = this.#awaited;
    if (awaited === null) return null;
    if (awaited.what === 'version') {
      if (conversation.branch !== awaited.branch) return null;
      this.#awaited = null;
      const at = rows.findIndex(({ id }) => id === awaited.before);
      const step = rows[at + 1];
      const known = awaited.before === undefined || at !== -1;
      if (!step || !known) return null;
      void this.#focus(`[data-step="${CSS.escape(step.id)}"] [data-way="${awaited.way}"]`);
      return step;
    }
    const { branch } = conversation;
    const come = rows.findLast((step) => step.kind === awaited.what && step.branch === branch);
    if (branch === awaited.left || !come) return null;
    this.#awaited = null;
    // A reply takes the focus only from the one whose place it takes.
    if (awaited.what === 'user' || document.activeElement === this.log) this.focusMessage(come.id);
    return null;
  }

  focusMessage(step: string) {
    void this.#focus(`[data-step="${CSS.escape(step)}"]`);
  }

  /** What had the focus was in the log, and is gone. */
  focusLost() {
    this.log?.focus({ preventScroll: true });
  }

  async #focus(selector: string) {
    await tick();
    const find = () => this.log?.querySelector<HTMLElement>(selector);
    // The row may first have to be mounted.
    if (!find()) await new Promise((drawn) => requestAnimationFrame(drawn));
    find()?.focus({ preventScroll: true });
  }
}

const KEY = Symbol('log place');

export function provideLogPlace(): LogPlace {
  return setContext(KEY, new LogPlace());
}

export function useLogPlace(): LogPlace {
  return getContext(KEY);
}

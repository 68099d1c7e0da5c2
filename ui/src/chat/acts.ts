// What a person does in a conversation, put to the core.

import { BackendError, errorOf, type Backend, type Values } from '../bridge/backend';
import type { Feedback, Starter } from '../bridge/bindings';
import { editable, regenerable, withoutFailure } from '../state/conversation';
import { around, withEarlier, withLater } from '../state/stretch';
import type { LiveConversation } from './liveConversation.svelte';

/** Opens a stored thread anew, so that what the core says in it arrives here. */
type Reopen = (live: LiveConversation, thread: string) => Promise<unknown>;

export class Acts {
  readonly #backend: Backend;
  readonly #reopen: Reopen;

  constructor(backend: Backend, reopen: Reopen) {
    this.#backend = backend;
    this.#reopen = reopen;
  }

  /** Sends the draft. On failure it comes back. */
  async send(live: LiveConversation) {
    const { draft, command } = live;
    live.draft = '';
    live.command = null;
    if (await this.say(live, draft.trim() === '' ? '' : draft, command)) return;
    live.giveBack(draft);
    live.command ??= command;
  }

  /** Answers a question with the draft. On failure it comes back. */
  async answerWithDraft(live: LiveConversation, step: string) {
    const { draft } = live;
    if (draft.trim() === '') return;
    live.draft = '';
    live.refused = null;
    try {
      await this.answerText(live, step, draft);
    } catch (thrown) {
      live.giveBack(draft);
      live.refused = errorOf(thrown);
    }
  }

  /** Sends a starter: once, however often it is pressed before the conversation has begun. */
  async sendStarter(live: LiveConversation, starter: Starter) {
    if (live.starting || live.sent) return;
    live.starting = true;
    await this.say(live, starter.message, starter.command);
    live.starting = false;
  }

  stop = (live: LiveConversation) => this.#attempt(live, (id) => this.#backend.stopReply(id));

  retry = (live: LiveConversation) => this.#attempt(live, (id) => this.#backend.retryReply(id));

  regenerate = (live: LiveConversation, step: string) =>
    this.#attempt(live, (id) => this.#backend.regenerateReply(id, step));

  continueReply = (live: LiveConversation, step: string) =>
    this.#attempt(live, (id) => this.#backend.continueReply(id, step));

  async regenerateLast(live: LiveConversation) {
    const reply = live.state && regenerable(live.state);
    if (reply) await this.regenerate(live, reply.id);
  }

  /** Whether there is a message that the person can edit now. */
  editLast(live: LiveConversation): boolean {
    const last = live.state && editable(live.state);
    if (last) live.editing = last.id;
    return Boolean(last);
  }

  // What follows rejects, so that what went wrong is said where the person did it.

  editMessage = async (live: LiveConversation, step: string, text: string) =>
    this.#backend.editMessage(opened(live), step, text);

  showBranch = async (live: LiveConversation, branch: number) =>
    this.#backend.showBranch(opened(live), branch);

  runAction = async (live: LiveConversation, step: string, action: string) =>
    this.#backend.runAction(opened(live), step, action);

  answerText = async (live: LiveConversation, step: string, text: string) =>
    this.#backend.answerText(opened(live), step, text);

  answerChoice = async (live: LiveConversation, step: string, name: string) =>
    this.#backend.answerChoice(opened(live), step, name);

  answerForm = async (live: LiveConversation, step: string, values: Values) =>
    this.#backend.answerForm(opened(live), step, values);

  answerFiles = async (live: LiveConversation, step: string) =>
    this.#backend.answerFiles(opened(live), step);

  declineAsk = async (live: LiveConversation, step: string) =>
    this.#backend.declineAsk(opened(live), step);

  giveFeedback = async (live: LiveConversation, step: string, feedback: Feedback | null) =>
    this.#backend.giveFeedback(opened(live), step, feedback);

  /** `false` when the person cancelled the dialog. */
  saveElement = async (live: LiveConversation, step: string, element: string) =>
    this.#backend.saveElement(opened(live), step, element);

  updateSettings = async (live: LiveConversation, values: Values) =>
    this.#backend.updateSettings(opened(live), values);

  async loadEarlier(live: LiveConversation) {
    const before = live.state?.earlier ?? null;
    if (live.id === null || before === null || live.loadingEarlier) return;
    const channel = live.channel;
    live.loadingEarlier = true;
    live.earlierTrouble = null;
    try {
      const page = await this.#backend.earlierSteps(live.id, before);
      // Opened anew meanwhile, the page may not belong in front of what is there now.
      if (live.channel === channel && live.state?.earlier === before) {
        live.state = withEarlier(live.state, page);
      }
    } catch (thrown) {
      if (live.channel === channel) live.earlierTrouble = errorOf(thrown);
    } finally {
      live.loadingEarlier = false;
    }
  }

  async loadLater(live: LiveConversation) {
    const from = live.state?.later ?? null;
    if (live.id === null || from === null || live.loadingLater) return;
    const channel = live.channel;
    live.loadingLater = true;
    live.laterTrouble = null;
    try {
      const page = await this.#backend.laterSteps(live.id, from);
      if (live.channel !== channel || live.state?.later !== from) return;
      live.state = withLater(live.state, page);
      if (page.later === null) await this.showEnd(live);
    } catch (thrown) {
      if (live.channel === channel) live.laterTrouble = errorOf(thrown);
    } finally {
      live.loadingLater = false;
    }
  }

  /** Has the window hold the end of the thread, which grows. */
  async showEnd(live: LiveConversation) {
    if (live.id !== null && live.state !== null && live.state.later !== null) {
      await this.#reopen(live, live.id);
    }
  }

  /** Shows what stands at `sequence` of the branch in view. Rejects where it cannot be read. */
  async reveal(live: LiveConversation, sequence: number, focus: boolean) {
    const id = opened(live);
    if (!live.state?.steps.some((step) => step.sequence === sequence)) {
      const { channel } = live;
      const page = await this.#backend.stepsAround(id, sequence);
      if (live.channel !== channel || live.state === null) return;
      live.state = around(live.state, page);
    }
    live.revealed = { sequence, focus };
  }

  dismissFailure(live: LiveConversation) {
    if (live.state) live.state = withoutFailure(live.state);
    live.refused = null;
  }

  /** Says `text`. Answers whether it was sent; why not is told in the conversation. */
  async say(live: LiveConversation, text: string, command: string | null): Promise<boolean> {
    live.refused = null;
    live.marking = '';
    try {
      // Leaving waits for this, too: what is sent is neither forgotten nor lost on the way.
      const sending = live.settled.then(() => this.#sendOnce(live, text, command));
      live.settled = sending.then(
        () => {
          live.sent = true;
        },
        () => {},
      );
      await sending;
      return true;
    } catch (thrown) {
      live.refused = errorOf(thrown);
      return false;
    }
  }

  async #sendOnce(live: LiveConversation, text: string, command: string | null) {
    if (live.id === null) throw new BackendError({ code: 'notOpen' });
    // What is said is said at the end, and seen there.
    await this.showEnd(live);
    try {
      await this.#backend.sendMessage(live.id, text, command);
    } catch (thrown) {
      if (errorOf(thrown).code !== 'conversationClosed') throw thrown;
      await this.#reopen(live, live.id);
      await this.#backend.sendMessage(live.id, text, command);
    }
  }

  async #attempt(live: LiveConversation, act: (id: string) => Promise<unknown>) {
    if (live.id === null) return;
    live.refused = null;
    try {
      await act(live.id);
    } catch (thrown) {
      live.refused = errorOf(thrown);
    }
  }
}

/** The id of a conversation that the core has opened. Throws where it has not. */
function opened({ id }: LiveConversation): string {
  if (id === null) throw new BackendError({ code: 'notOpen' });
  return id;
}

// One conversation in memory: it queues what the person asks for, runs its profile's code one turn
// at a time and tells whoever listens.

import type { Listener, Values } from '../backend';
import type {
  Button,
  Command,
  CommandError,
  Feedback,
  Value as JsonValue,
  Step,
  StepPage,
  ThreadSummary,
} from '../bindings';
import type { MemoryProfile, StoredThread } from './options';
import { refusalOf, type Given } from './answers';
import { Failed, memoryChat, Stopped, type MemoryChat } from './chat';
import { Question } from './question';
import { ToldSteps } from './told';

/** A message to answer, a button to obey, or a reply to go on with. */
type Turn = { message: Step } | { button: Button; of: Step } | { goOn: Step };

export class MemoryThread {
  readonly session = new Map<string, JsonValue>();
  stored: boolean;
  open = false;
  readonly #steps: ToldSteps;
  readonly #question: Question;
  #values: Record<string, JsonValue>;
  #commands: Command[];
  #queue: Turn[] = [];
  #working = false;
  #turn = 0;

  constructor(
    public summary: ThreadSummary,
    readonly profile: MemoryProfile | null,
    stored: Omit<StoredThread, 'summary'> | null,
    readonly tools: { newId: (kind: string) => string; pace: number },
  ) {
    this.stored = stored !== null;
    const { steps = [], branches = [], branch = 0 } = stored ?? {};
    this.#steps = new ToldSteps(steps, tools.newId, branches, branch);
    this.#question = new Question(this.#steps);
    this.#commands = profile?.commands ?? [];
    this.#values = Object.fromEntries(
      (profile?.settings ?? []).map((setting) => [setting.id, setting.widget.initial]),
    );
    if (stored === null && profile?.greeting) this.#steps.add('assistant', profile.greeting);
  }

  listen(listener: Listener) {
    this.open = true;
    this.#steps.listener = listener;
    listener({
      type: 'opened',
      snapshot: {
        thread: this.summary,
        stored: this.stored,
        profile: this.profile?.card ?? null,
        ...this.#steps.newest(),
        branches: this.#steps.branches,
        branch: this.#steps.branch,
        commands: this.#commands,
        settings: this.profile?.settings ?? [],
        values: { ...this.#values },
        continues: this.profile?.goesOn !== undefined,
        working: this.#working,
        queued: this.#waiting,
      },
    });
  }

  receive(text: string, command: string | null): CommandError | null {
    if (command !== null && !this.#knows(command)) return { code: 'commandUnknown', name: command };
    const message = this.#steps.add('user', text, { command });
    const first = !this.stored;
    this.stored = true;
    const name = this.summary.name || (text.trim().split('\n')[0] ?? '').slice(0, 60);
    const lastActivity = new Date().toISOString();
    this.summary = { ...this.summary, name: first ? name : this.summary.name, lastActivity };
    this.#steps.tell({ type: 'named', thread: this.summary });
    this.#begin({ message });
    return null;
  }

  rename(name: string) {
    this.put({ name });
  }

  put(change: Partial<ThreadSummary>) {
    this.summary = { ...this.summary, ...change };
    this.#steps.tell({ type: 'named', thread: this.summary });
  }

  stop() {
    this.#turn += 1;
    this.#question.cancel();
    for (const step of this.#steps.inView) {
      if (step.state === 'writing') this.#steps.end(step.id, { state: 'stopped' });
    }
    this.#working = false;
    this.#tellWorking();
    if (this.#queue.length > 0) void this.#work();
  }

  /** Has the last message answered once more. */
  retry(): CommandError | null {
    const last = this.#steps.inView.findLast((step) => step.kind === 'user');
    if (!last) return { code: 'nothingToRetry' };
    return this.#answerAnew(last);
  }

  regenerate(id: string): CommandError | null {
    const reply = this.#find(id);
    if (reply?.kind !== 'assistant') return { code: 'messageMissing' };
    const message = this.#steps.inView.findLast(
      ({ kind, sequence }) => kind === 'user' && sequence < reply.sequence,
    );
    return message ? this.#answerAnew(message) : { code: 'nothingToRetry' };
  }

  goOn(id: string): CommandError | null {
    if (this.#working) return { code: 'busy' };
    const goOn = this.#find(id);
    if (!goOn || !this.profile?.goesOn) return { code: 'nothingToRetry' };
    this.#begin({ goOn });
    return null;
  }

  edit(id: string, text: string): CommandError | null {
    const before = this.#find(id);
    if (before?.kind !== 'user') return { code: 'messageMissing' };
    if (this.#working) return { code: 'busy' };
    this.#steps.leaveBefore(before);
    this.#begin({ message: this.#steps.add('user', text, { command: before.command }) });
    return null;
  }

  show(branch: number): CommandError | null {
    if (this.#working) return { code: 'busy' };
    const known = branch === 0 || this.#steps.branches.some(({ id }) => id === branch);
    if (!known) return { code: 'messageMissing' };
    this.#steps.show(branch);
    return null;
  }

  run(id: string, action: string): CommandError | null {
    const of = this.#find(id);
    const found = of?.actions.find((known) => known !== 'setUpModel' && known.call.name === action);
    if (!of || !found || found === 'setUpModel') return { code: 'messageMissing' };
    this.#begin({ button: found.call, of });
    return null;
  }

  rate(id: string, feedback: Feedback | null): CommandError | null {
    if (this.#find(id)?.kind !== 'assistant') return { code: 'messageMissing' };
    this.#steps.change(id, { feedback });
    return null;
  }

  answer(step: string, given: Given): CommandError | null {
    return this.#question.answer(step, given);
  }

  decline(step: string): CommandError | null {
    return this.#question.decline(step);
  }

  updateSettings(values: Values): CommandError | null {
    const error = refusalOf(this.profile?.settings ?? [], { ...this.#values, ...values });
    if (error) return error;
    this.#values = { ...this.#values, ...values };
    this.#steps.tell({ type: 'settings', values: { ...this.#values } });
    return null;
  }

  element(step: string, element: string) {
    return this.#find(step)?.elements.find(({ id }) => id === element) ?? null;
  }

  earlier(before: number): StepPage {
    return this.#steps.page(before);
  }

  later(from: number): StepPage {
    return this.#steps.pageFrom(from);
  }

  around(at: number): StepPage {
    return this.#steps.pageAround(at);
  }

  /** Of all branches. */
  get steps(): readonly Step[] {
    return this.#steps.all;
  }

  get inView(): readonly Step[] {
    return this.#steps.inView;
  }

  /** The person leaves; a reply under way goes on to its end. */
  leave() {
    if (!this.#working) this.open = false;
  }

  close() {
    this.#turn += 1;
    this.#question.cancel();
    this.open = false;
    this.#steps.listener = null;
  }

  /** A starter may name a command that is offered nowhere else. */
  #knows(command: string): boolean {
    const { starters = [], categories = [] } = this.profile?.card ?? {};
    const all = [...starters, ...categories.flatMap((category) => category.starters)];
    return (
      this.#commands.some(({ name }) => name === command) ||
      all.some((starter) => starter.command === command)
    );
  }

  #answerAnew(message: Step): CommandError | null {
    if (this.#working) return { code: 'busy' };
    const reply = this.#steps.inView.find(({ sequence }) => sequence > message.sequence);
    if (reply) this.#steps.leaveBefore(reply);
    this.#begin({ message });
    return null;
  }

  #begin(turn: Turn) {
    this.#queue.push(turn);
    if (this.#working) this.#tellWorking();
    else void this.#work();
  }

  async #work() {
    const next = this.#queue.shift();
    if (!next) return;
    const turn = (this.#turn += 1);
    this.#working = true;
    this.#tellWorking();
    try {
      const chat = this.#chatOf(turn);
      if ('message' in next) {
        const { output, command } = next.message;
        await this.profile?.handler?.(chat, output, command);
      } else if ('goOn' in next) await chat.goOn(next.goOn.id, this.profile?.goesOn ?? []);
      else await this.profile?.action?.(chat, next.button, next.of);
    } catch (thrown) {
      if (thrown instanceof Stopped) return;
      this.#fail(thrown);
    }
    if (this.#turn !== turn) return;
    this.#working = false;
    if (this.#queue.length > 0) void this.#work();
    else this.#tellWorking();
  }

  #fail(thrown: unknown) {
    const failure =
      thrown instanceof Failed
        ? thrown.failure
        : { code: 'handlerFailed' as const, detail: String(thrown), retryIn: null };
    const writing = this.#steps.inView.findLast((known) => known.state === 'writing');
    if (writing) this.#steps.end(writing.id, { state: 'failed', failure });
    else this.#steps.add('assistant', '', { state: 'failed', failure });
  }

  #chatOf(turn: number): MemoryChat {
    return memoryChat({
      alive: () => {
        if (this.#turn !== turn) throw new Stopped();
      },
      pace: this.tools.pace,
      steps: this.#steps,
      question: this.#question,
      values: this.#values,
      offer: (commands) => {
        this.#commands = commands;
        this.#steps.tell({ type: 'commands', commands });
      },
      set: (values) => void this.updateSettings(values),
    });
  }

  #find(id: string): Step | null {
    return this.#steps.inView.find((step) => step.id === id) ?? null;
  }

  get #waiting(): string[] {
    return this.#queue.flatMap((turn) => ('message' in turn ? [turn.message.id] : []));
  }

  #tellWorking() {
    this.#steps.tell({ type: 'working', working: this.#working, queued: this.#waiting });
  }
}

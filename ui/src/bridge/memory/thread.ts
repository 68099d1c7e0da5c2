// One conversation in memory: it queues messages, runs its profile's handler one message at a time
// and tells whoever listens.

import type { Listener, Values } from '../backend';
import type {
  CommandError,
  Event,
  Failure,
  Value as JsonValue,
  Step,
  StepKind,
  StepPage,
  ThreadSummary,
  Want,
} from '../bindings';
import type { MemoryProfile } from '../memory';

/** What a profile does with a message. Throwing a {@link Failed} fails the reply. */
export type Handler = (chat: MemoryChat, text: string) => Promise<void>;

export class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code);
  }
}

export interface MemoryChat {
  say(text: string, extra?: Partial<Step>): Step;
  /** Streams `pieces` into one message. */
  stream(pieces: Iterable<string> | AsyncIterable<string>, extra?: Partial<Step>): Promise<void>;
  /** Resolves with the files' names, or `null` when none were given. */
  askFiles(prompt: string, want: Want, seconds: number): Promise<string | null>;
  tool(name: string, input: string, work: () => Promise<string>): Promise<void>;
  readonly values: Readonly<Record<string, JsonValue>>;
}

const PAGE = 50;

class Stopped extends Error {}

interface Pending {
  step: string;
  answer: (summary: string | null) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class MemoryThread {
  readonly session = new Map<string, JsonValue>();
  stored: boolean;
  open = false;
  #listener: Listener | null = null;
  #steps: Step[];
  #values: Record<string, JsonValue>;
  #queue: Step[] = [];
  #working = false;
  #turn = 0;
  #ask: Pending | null = null;

  constructor(
    public summary: ThreadSummary,
    readonly profile: MemoryProfile | null,
    steps: Step[] | null,
    readonly tools: { newId: (kind: string) => string; pace: number },
  ) {
    this.stored = steps !== null;
    this.#steps = steps ?? [];
    this.#values = Object.fromEntries(
      (profile?.settings ?? []).map((setting) => [setting.id, setting.widget.initial]),
    );
    if (steps === null && profile?.greeting) this.#add('assistant', profile.greeting);
  }

  listen(listener: Listener) {
    this.open = true;
    this.#listener = listener;
    const steps = this.#steps.slice(-PAGE);
    listener({
      type: 'opened',
      snapshot: {
        thread: this.summary,
        stored: this.stored,
        profile: this.profile?.card ?? null,
        steps,
        earlier: this.#steps.length > PAGE ? (steps[0]?.sequence ?? null) : null,
        settings: this.profile?.settings ?? [],
        values: { ...this.#values },
        working: this.#working,
        queued: this.#queue.map((step) => step.id),
      },
    });
  }

  receive(text: string, command: string | null) {
    const step = this.#add('user', text, { command });
    const first = !this.stored;
    this.stored = true;
    const name = this.summary.name || (text.trim().split('\n')[0] ?? '').slice(0, 60);
    this.summary = { ...this.summary, name: first ? name : this.summary.name, lastActivity: now() };
    this.#tell({ type: 'named', thread: this.summary });
    this.#queue.push(step);
    if (this.#working) this.#tellWorking();
    else void this.#work();
  }

  rename(name: string) {
    this.summary = { ...this.summary, name };
    this.#tell({ type: 'named', thread: this.summary });
  }

  stop() {
    this.#turn += 1;
    this.#closeAsk({ state: 'cancelled' }, null);
    for (const step of this.#steps) {
      if (step.state === 'writing') this.#change(step.id, { state: 'stopped', endedAt: now() });
    }
    this.#working = false;
    this.#tellWorking();
    if (this.#queue.length > 0) void this.#work();
  }

  retry(): boolean {
    const last = this.#steps.findLast((step) => step.kind === 'user');
    if (!last || this.#working) return false;
    for (const step of this.#steps.filter((step) => step.sequence > last.sequence)) {
      this.#steps = this.#steps.filter((kept) => kept.id !== step.id);
      this.#tell({ type: 'removed', step: step.id });
    }
    this.#queue.push(last);
    void this.#work();
    return true;
  }

  answer(step: string, files: { name: string; size: number }[]): CommandError | null {
    const want = this.#steps.find((known) => known.id === step)?.ask?.want;
    if (!want || this.#ask?.step !== step) return { code: 'askClosed' };
    if (files.length > want.maxFiles) return { code: 'tooManyFiles', max: want.maxFiles };
    const large = files.find((file) => file.size > want.maxSize);
    if (large) return { code: 'fileTooLarge', name: large.name, max: want.maxSize };
    const summary = files.map((file) => `${file.name} (${file.size} bytes)`).join(', ');
    this.#closeAsk({ state: 'answered', summary }, summary);
    return null;
  }

  decline(step: string): boolean {
    if (this.#ask?.step !== step) return false;
    this.#closeAsk({ state: 'cancelled' }, null);
    return true;
  }

  updateSettings(values: Values): CommandError | null {
    for (const id of Object.keys(values)) {
      if (!(id in this.#values)) return { code: 'settingUnknown', id };
    }
    this.#values = { ...this.#values, ...values };
    this.#tell({ type: 'settings', values: { ...this.#values } });
    return null;
  }

  earlier(before: number): StepPage {
    const older = this.#steps.filter((step) => step.sequence < before);
    const steps = older.slice(-PAGE);
    return { steps, earlier: older.length > PAGE ? (steps[0]?.sequence ?? null) : null };
  }

  /** The person leaves; a reply under way goes on to its end. */
  leave() {
    if (!this.#working) this.open = false;
  }

  close() {
    this.#turn += 1;
    this.#closeAsk({ state: 'cancelled' }, null);
    this.open = false;
    this.#listener = null;
  }

  async #work() {
    const step = this.#queue.shift();
    if (!step) return;
    const turn = (this.#turn += 1);
    this.#working = true;
    this.#tellWorking();
    try {
      await this.profile?.handler?.(this.#chat(turn), step.output);
    } catch (thrown) {
      if (thrown instanceof Stopped) return;
      const failure =
        thrown instanceof Failed
          ? thrown.failure
          : { code: 'handlerFailed' as const, detail: String(thrown), retryIn: null };
      const writing = this.#steps.findLast((known) => known.state === 'writing');
      if (writing) this.#change(writing.id, { state: 'failed', failure, endedAt: now() });
      else this.#add('assistant', '', { state: 'failed', failure });
    }
    if (this.#turn !== turn) return;
    this.#working = false;
    if (this.#queue.length > 0) void this.#work();
    else this.#tellWorking();
  }

  #chat(turn: number): MemoryChat {
    const alive = () => {
      if (this.#turn !== turn) throw new Stopped();
    };
    return {
      values: this.#values,
      say: (text, extra) => {
        alive();
        return this.#add('assistant', text, extra);
      },
      stream: async (pieces, extra) => {
        alive();
        const { id } = this.#add('assistant', '', { ...extra, state: 'writing', endedAt: null });
        for await (const text of pieces) {
          await pause(this.tools.pace);
          alive();
          this.#append(id, text);
        }
        this.#change(id, { state: 'done', endedAt: now() });
      },
      askFiles: async (prompt, want, seconds) => {
        alive();
        const deadline = new Date(Date.now() + seconds * 1000).toISOString();
        const step = this.#add('assistant', prompt, {
          ask: { want, deadline, state: { state: 'open' } },
        });
        const given = await new Promise<string | null>((answer) => {
          const timer = setTimeout(
            () => this.#closeAsk({ state: 'timedOut' }, null),
            seconds * 1000,
          );
          this.#ask = { step: step.id, answer, timer };
        });
        alive();
        return given;
      },
      tool: async (name, input, work) => {
        alive();
        const { id } = this.#add('tool', '', { name, input, state: 'writing', endedAt: null });
        const output = await work();
        alive();
        this.#change(id, { output, state: 'done', endedAt: now() });
      },
    };
  }

  #closeAsk(state: NonNullable<Step['ask']>['state'], answer: string | null) {
    const pending = this.#ask;
    if (!pending) return;
    this.#ask = null;
    clearTimeout(pending.timer);
    const ask = this.#steps.find((step) => step.id === pending.step)?.ask;
    if (ask) this.#change(pending.step, { ask: { ...ask, state } });
    pending.answer(answer);
  }

  #add(kind: StepKind, output: string, extra: Partial<Step> = {}): Step {
    const step: Step = {
      id: this.tools.newId('step'),
      sequence: (this.#steps.at(-1)?.sequence ?? -1) + 1,
      parent: null,
      kind,
      name: '',
      input: '',
      output,
      state: 'done',
      failure: null,
      ask: null,
      actions: [],
      command: null,
      createdAt: now(),
      endedAt: now(),
      ...extra,
    };
    this.#steps = [...this.#steps, step];
    this.#tell({ type: 'said', step });
    return step;
  }

  #append(id: string, text: string) {
    this.#steps = this.#steps.map((step) =>
      step.id === id ? { ...step, output: step.output + text } : step,
    );
    this.#tell({ type: 'delta', step: id, text });
  }

  #change(id: string, change: Partial<Step>) {
    this.#steps = this.#steps.map((step) => (step.id === id ? { ...step, ...change } : step));
    const step = this.#steps.find((known) => known.id === id);
    if (step) this.#tell({ type: 'changed', step });
  }

  #tellWorking() {
    const queued = this.#queue.map((step) => step.id);
    this.#tell({ type: 'working', working: this.#working, queued });
  }

  #tell(event: Event) {
    this.#listener?.(event);
  }
}

const now = () => new Date().toISOString();
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

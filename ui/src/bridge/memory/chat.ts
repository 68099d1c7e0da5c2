// What a profile's code can do in memory while it answers.

import type { Button, Command, Value as JsonValue, Step, StepKind, Toast, Want } from '../bindings';
import type { Values } from '../backend';
import type { Question } from './question';
import type { ToldSteps } from './told';

/** What a profile does with a message. Throwing a {@link Failed} fails the reply. */
export type Handler = (chat: MemoryChat, text: string, command: string | null) => Promise<void>;

/** What a profile does when a button of its messages is pressed. */
export type ActionHandler = (chat: MemoryChat, button: Button, step: Step) => Promise<void>;

export class Failed extends Error {
  constructor(readonly failure: NonNullable<Step['failure']>) {
    super(failure.code);
  }
}

/** The person pressed Stop, or left. */
export class Stopped extends Error {}

export interface MemoryChat {
  say(text: string, extra?: Partial<Step>): Step;
  change(step: string, change: Partial<Step>): void;
  remove(step: string): void;
  /** Streams `pieces` into one message. */
  stream(pieces: Iterable<string> | AsyncIterable<string>, extra?: Partial<Step>): Promise<void>;
  /** Streams more into a message that was broken off. */
  goOn(step: string, pieces: Iterable<string>): Promise<void>;
  /** Resolves with what the person gave, or `null` when nothing came. */
  ask(prompt: string, want: Want, seconds: number): Promise<JsonValue>;
  /** Resolves with the files' names, or `null` when none were given. */
  askFiles(prompt: string, want: Want, seconds: number): Promise<string | null>;
  tool(name: string, input: string, work: () => Promise<string>): Promise<void>;
  /** Work in the conversation, or inside of other work; `work` gets its step. */
  work(
    kind: StepKind,
    name: string,
    extra: Partial<Step>,
    work: (step: Step) => Promise<string>,
  ): Promise<void>;
  wait(milliseconds: number): Promise<void>;
  toast(kind: Toast['kind'], text: string): void;
  handOver(profile: string, message: string | null): void;
  offer(commands: Command[]): void;
  set(values: Values): void;
  readonly values: Readonly<Record<string, JsonValue>>;
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** What there is to a conversation for one turn of its profile. */
interface Turn {
  /** Throws {@link Stopped} once the turn is over: nothing that it does counts any more. */
  alive: () => void;
  /** Milliseconds between two pieces of a streamed reply. */
  pace: number;
  steps: ToldSteps;
  question: Question;
  values: Readonly<Record<string, JsonValue>>;
  offer: (commands: Command[]) => void;
  set: (values: Values) => void;
}

export function memoryChat(turn: Turn): MemoryChat {
  const { alive, pace, steps, question, values, offer, set } = turn;
  const checked =
    <Args extends unknown[], Result>(act: (...args: Args) => Result) =>
    (...args: Args) => {
      alive();
      return act(...args);
    };
  const chat: MemoryChat = {
    values,
    say: checked((text, extra) => steps.add('assistant', text, extra)),
    change: checked((step, change) => steps.change(step, change)),
    remove: checked((step) => steps.remove(step)),
    stream: checked(async (pieces, extra) => {
      const { id } = steps.add('assistant', '', { ...extra, state: 'writing', endedAt: null });
      for await (const text of pieces) {
        await chat.wait(pace);
        steps.append(id, text);
      }
      steps.end(id, { state: 'done' });
    }),
    goOn: checked(async (step, pieces) => {
      steps.change(step, { state: 'writing', endedAt: null, failure: null });
      for (const text of pieces) {
        await chat.wait(pace);
        steps.append(step, text);
      }
      steps.end(step, { state: 'done' });
    }),
    ask: checked(async (prompt, want, seconds) => {
      const given = await question.ask(prompt, want, seconds);
      alive();
      return given;
    }),
    askFiles: async (prompt, want, seconds) => {
      const given = await chat.ask(prompt, want, seconds);
      return typeof given === 'string' ? given : null;
    },
    tool: (name, input, work) => chat.work('tool', name, { input }, work),
    work: checked(async (kind, name, extra, work) => {
      const step = steps.add(kind, '', { ...extra, name, state: 'writing', endedAt: null });
      const output = await work(step);
      alive();
      steps.end(step.id, { output, state: 'done' });
    }),
    wait: async (milliseconds) => {
      await pause(milliseconds);
      alive();
    },
    toast: checked((kind, text) => steps.tell({ type: 'toast', toast: { kind, text } })),
    handOver: checked((profile, message) => steps.tell({ type: 'handover', profile, message })),
    offer: checked(offer),
    set: checked(set),
  };
  return chat;
}

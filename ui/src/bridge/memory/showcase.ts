// What the example profile shows when a message begins with one of these words.

import type { Button, Command, Value } from '../bindings';
import type { ActionHandler, Handler, MemoryChat } from './chat';
import * as files from './exampleFiles';
import { settings } from './exampleSettings';

type Show = (chat: MemoryChat) => Promise<unknown>;

const button = (name: string, label: string, icon: string | null, payload: Value = {}): Button => ({
  name,
  label,
  tooltip: `Does: ${label}`,
  icon,
  payload,
});

export const commands: Command[] = [
  { name: 'show', description: 'Lists what can be shown', icon: 'lightbulb', button: false },
  { name: 'think', description: 'Works on it before answering', icon: 'activity', button: true },
  { name: 'code', description: 'Answers with code', icon: 'code', button: true },
];

const answered = (chat: MemoryChat, given: Value) =>
  chat.say(given === null ? 'Nothing, then.' : `Thank you: \`${JSON.stringify(given)}\``);

const shows: Readonly<Record<string, Show>> = {
  text: async (chat) => {
    const placeholder = 'A name, say';
    const want = { kind: 'text' as const, placeholder, maxLength: 40, multiline: false };
    answered(chat, await chat.ask('What shall it be **called**?', want, 60));
  },
  choice: async (chat) => {
    const options = [button('go', 'Go on', 'sparkles'), button('stop', 'Leave it', null)];
    answered(chat, await chat.ask('Shall I go on?', { kind: 'choice', options }, 60));
  },
  form: async (chat) => {
    const fields = settings.map((field) => ({ ...field, required: field.id !== 'brief' }));
    const want = { kind: 'form' as const, fields, submit: 'Book it' };
    answered(chat, await chat.ask('A few things first.', want, 300));
  },
  file: async (chat) => {
    const accept = ['text/csv'];
    const want = { kind: 'files' as const, accept, maxSize: 2_097_152, maxFiles: 3 };
    answered(chat, await chat.ask('Which files?', want, 90));
  },
  buttons: async (chat) =>
    chat.say('Press one of these.', {
      actions: [
        { call: button('more', 'Tell me more', 'message-circle') },
        { call: button('toast', 'Make a toast', null) },
        { call: button('gone', 'Remove this message', 'x') },
      ],
    }),
  elements: async (chat) =>
    chat.say('Everything that can be shown:', {
      elements: [
        files.picture,
        files.code,
        files.dataframe,
        files.chart,
        files.tasks,
        files.document,
        files.recording,
        files.attachment,
      ],
    }),
  work: async (chat) => {
    await chat.work('run', 'plan', { input: '{"depth": 2}', language: 'json' }, async (run) => {
      for (const kind of ['retrieval', 'rerank', 'embedding', 'llm'] as const) {
        await chat.work(kind, `${kind} step`, { parent: run.id }, async () => {
          await chat.wait(200);
          return `Done with ${kind}.`;
        });
      }
      return 'All four are done.';
    });
    chat.say('That was some work.');
  },
  toast: async (chat) => {
    for (const kind of ['info', 'success', 'warning', 'error'] as const) {
      chat.toast(kind, `This is a toast of the kind “${kind}”.`);
    }
    chat.say('Four of them.');
  },
  handover: async (chat) => {
    chat.say('This is for somebody else.');
    chat.handOver('analyst', 'Please look at my table.');
  },
  settings: async (chat) => {
    chat.set({ brief: true, heat: 1.2 });
    chat.say('The settings have changed.');
  },
  commands: async (chat) => {
    chat.offer([...commands, { name: 'new', description: 'Is new', icon: null, button: true }]);
    chat.say('There is a new command.');
  },
};

/** `null` when the message asks for nothing of this. */
function showFor(text: string, command: string | null): Show | null {
  if (command === 'show') {
    const words = Object.keys(shows).map((word) => `- \`${word}\``);
    return async (chat) => chat.say(`Begin a message with:\n\n${words.join('\n')}`);
  }
  return shows[text.trim().split(/\s/)[0]?.toLowerCase() ?? ''] ?? null;
}

export const pressed: ActionHandler = async (chat, { name, label }, step) => {
  if (name === 'toast') return chat.toast('success', 'Here it is.');
  if (name === 'gone') return chat.remove(step.id);
  chat.say(`You pressed **${label}**.`);
};

/** Answers `otherwise` where nothing is to be shown. */
export const showing =
  (otherwise: Handler): Handler =>
  async (chat, text, command) => {
    const show = showFor(text, command);
    if (show) await show(chat);
    else await otherwise(chat, text, command);
  };

// The profiles of the example worlds, and how they answer.

import type { MemoryProfile } from './options';
import { Failed, type Handler } from './chat';
import { settings } from './exampleSettings';
import { commands, pressed, showing } from './showcase';

export const LONG_REPLY = `The short answer: **nothing is acknowledged before it is on the disk**.

## In order

1. Your message is appended to the *journal* and flushed.
2. Only then the reply begins.
3. While it streams, what has arrived is saved every 250 ms.

\`\`\`rust
/// Writes the step durably; returns once it cannot be lost.
pub fn append(&self, step: &Step) -> Result<(), StoreError> {
    let sealed = self.key.seal(&step.encode())?;
    self.journal.insert(step.id.as_bytes(), sealed)?;
    self.journal.flush()?; // the one expensive line
    Ok(())
}
\`\`\`

| What | When | Cost |
|:--|:-:|--:|
| Message | at once | 1 flush |
| Reply, streaming | every 250 ms | 0 |
| Reply, finished | at the end | 1 flush |

> A promise that holds only while the power does is not a promise.

- [ ] Read the [design notes](https://example.org/notes)
- Try it: pull the plug while a reply is written

Images stay where they are: ![a diagram of the journal](https://example.org/journal.png)`;

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 7) yield text.slice(at, at + 7);
}

const assistant: Handler = async (chat, text) => {
  if (text.startsWith('fail')) {
    throw new Failed({ code: 'modelUnreachable', detail: 'connection refused', retryIn: null });
  }
  if (text.startsWith('break')) {
    await chat.stream(breaking(), {});
    return;
  }
  const reply = text.startsWith('short') ? 'A short answer.' : LONG_REPLY;
  await chat.stream(pieces(reply), { name: 'Built-in guide', actions: ['setUpModel'] });
};

function* breaking(): Generator<string> {
  yield* pieces('This much arrived before the connection');
  throw new Failed({ code: 'modelInterrupted', detail: 'unexpected end of stream', retryIn: 20 });
}

const analyst: Handler = async (chat) => {
  const want = {
    kind: 'files' as const,
    accept: ['text/csv', 'application/json'],
    maxSize: 2 * 1024 * 1024,
    maxFiles: 1,
  };
  const files = await chat.askFiles('Which **data file** shall I look at?', want, 90);
  if (files === null) {
    chat.say('No file, then.');
    return;
  }
  await chat.tool('read_table', JSON.stringify({ files }), async () => '3 columns, 120 rows');
  await chat.stream(pieces('The table has **120 rows** and 3 columns.'));
};

export function exampleProfiles(greeting: boolean): MemoryProfile[] {
  return [
    {
      card: {
        name: 'assistant',
        displayName: 'Assistant',
        markdownDescription: 'A general **AI** assistant for questions, drafts and ideas.',
        icon: 'message-circle',
        default: true,
        categories: [
          {
            label: 'Questions',
            icon: 'circle-help',
            starters: [starter('choice', 'lightbulb'), starter('form', 'pencil')],
          },
          {
            label: 'Things',
            icon: 'chart-pie',
            starters: [starter('elements', 'chart-column'), starter('work', 'activity')],
          },
        ],
        starters: [
          starter('Explain how the history is kept', 'lightbulb'),
          starter('Help me write a letter', 'pencil'),
          starter('short: what can you do?', 'help-circle'),
          starter('Show me some code', 'code'),
        ],
      },
      settings,
      ...(greeting
        ? { greeting: 'Hello! I have read your notes. **What shall we do today?**' }
        : {}),
      commands,
      handler: showing(assistant),
      action: pressed,
    },
    {
      card: {
        name: 'analyst',
        displayName: 'Data analyst',
        markdownDescription: 'Reads a **data file** and answers questions about it.',
        icon: 'bar-chart-3',
        default: false,
        categories: [],
        starters: [
          starter('Summarise a table', 'pie-chart'),
          starter('Find trends', 'trending-up'),
        ],
      },
      greeting: 'Hello, I work on data files. Tell me what you would like to know.',
      handler: analyst,
    },
    {
      card: {
        name: 'admin',
        displayName: 'Administration',
        markdownDescription: 'Shows the state of this installation.',
        icon: 'shield',
        default: false,
        categories: [],
        starters: [{ ...starter('System status', 'activity'), command: 'status' }],
      },
      adminOnly: true,
      handler: async (chat) => void chat.say('All is well.'),
    },
  ];
}

const starter = (label: string, icon: string) => ({ label, message: label, command: null, icon });

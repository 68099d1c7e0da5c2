import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { Failed, type Handler } from '../../src/bridge/memory/chat';
import { menuItem, messages, profile, signedIn } from '../support/app';
import { said, step, thread } from '../support/make';

const stored = (id: string, text: string, change = {}) => ({
  summary: thread(id, { lastActivity: new Date().toISOString(), ...change }),
  steps: [said('user', 0, `${text}?`), { ...said('assistant', 1, `${text}!`), id: `${id}-1` }],
});
const row = (name: string) => within(screen.getByRole('navigation')).findByRole('button', { name });

/** A profile whose replies stand still after their first word until the gate is opened. */
function gated() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const handler: Handler = async (chat, text) => {
    const pieces = async function* () {
      yield 'You';
      await opened;
      yield ` said: ${text}`;
    };
    await chat.stream(pieces());
  };
  return { open, profile: profile('assistant', { handler }) };
}

describe('a conversation', () => {
  it('begins with the first message, and the list shows it', async () => {
    const { user, composer, backend } = await signedIn();
    expect(document.activeElement).toBe(composer);
    await user.type(composer, 'Hello there{Enter}');
    await screen.findByText('You said: Hello there');
    expect(composer.value).toBe('');
    expect(screen.getByRole('log', { name: 'Messages' })).toBeTruthy();
    expect(await row('Hello there')).toBeTruthy();
    const sent = backend.calls.filter(({ command }) => command === 'sendMessage');
    expect(sent.map(({ args }) => args.slice(1))).toEqual([['Hello there', null]]);
  });

  it('streams its reply and announces begin and end', async () => {
    const { user, composer } = await signedIn({ pace: 30 });
    await user.type(composer, 'Hi{Enter}');
    const status = screen.getByRole('status');
    await waitFor(() => expect(status.textContent?.trim()).toBe('Reply started'));
    await screen.findByText('You said: Hi');
    await waitFor(() => expect(status.textContent?.trim()).toBe('Reply finished'));
  });

  it('names author, time, place and number of each message', async () => {
    const { user, composer } = await signedIn();
    await user.type(composer, 'Hi{Enter}');
    await screen.findByText('You said: Hi');
    const [first, second] = screen.getAllByRole('article');
    expect(first?.getAttribute('aria-label')).toMatch(/^You, /);
    expect(second?.getAttribute('aria-label')).toMatch(/^Assistant, /);
    expect(second?.getAttribute('aria-posinset')).toBe('2');
    expect(second?.getAttribute('aria-setsize')).toBe('2');
  });

  it('shows who speaks when it is not the profile itself', async () => {
    const guide = profile('assistant', {
      handler: async (chat) =>
        void chat.say('I am a guide.', { name: 'Built-in guide', actions: ['setUpModel'] }),
    });
    const { user, composer } = await signedIn({ profiles: [guide] });
    await user.type(composer, 'Hi{Enter}');
    expect(await screen.findByText('Built-in guide')).toBeTruthy();
    await user.click(await screen.findByRole('button', { name: 'Set up a model' }));
    const dialog = await screen.findByRole('dialog', { name: 'Settings' });
    expect(within(dialog).getByRole('tab', { name: 'Model' }).getAttribute('aria-selected')).toBe(
      'true',
    );
  });

  it('can be stopped, keeps what was said, and tries again', async () => {
    const slow = profile('assistant', {
      handler: async (chat) => chat.stream(Array.from({ length: 200 }, (_, i) => `w${i} `)),
    });
    const { user, composer, backend } = await signedIn({ profiles: [slow], pace: 10 });
    await user.type(composer, 'Go{Enter}');
    await screen.findByText(/w3/);
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText(/Stopped/)).toBeTruthy();
    expect(screen.getByText(/Saved \d+ characters/)).toBeTruthy();
    expect(document.activeElement).toBe(composer);
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(backend.calls.some(({ command }) => command === 'retryReply')).toBe(true);
    await waitFor(() => expect(screen.queryByText(/Stopped/)).toBeNull());
    await user.keyboard('{Control>}.{/Control}');
    expect(await screen.findByText(/Stopped/)).toBeTruthy();
  });

  it('shows messages sent meanwhile as waiting, and answers them in order', async () => {
    const gate = gated();
    const { user, composer } = await signedIn({ profiles: [gate.profile] });
    await user.type(composer, 'One{Enter}');
    await screen.findByRole('button', { name: 'Stop' });
    await user.type(composer, 'Two{Enter}');
    expect(await screen.findByText('Waiting')).toBeTruthy();
    gate.open();
    await screen.findByText('You said: Two', {}, { timeout: 3000 });
    expect(screen.queryByText('Waiting')).toBeNull();
    const order = messages().map((text) => text?.replace(/\d+:\d+.*$/, '').trim());
    expect(order).toEqual(['One', 'You said: One', 'Two', 'You said: Two']);
  });
});

describe('what goes wrong', () => {
  const failing = (failure: ConstructorParameters<typeof Failed>[0]) =>
    profile('assistant', {
      handler: async (chat) => {
        const pieces = function* () {
          yield 'Twelve chars';
          throw new Failed(failure);
        };
        await chat.stream(pieces());
      },
    });

  it('stands where it happened: what, what was kept, details, and the way on', async () => {
    const broken = failing({ code: 'modelInterrupted', detail: 'eof at 12', retryIn: null });
    const { user, composer, backend } = await signedIn({ profiles: [broken] });
    await user.type(composer, 'Hi{Enter}');
    const card = await screen.findByRole('group', { name: 'Problem' });
    expect(card.textContent).toContain('The connection to the model broke off.');
    expect(card.textContent).toContain('Saved 12 characters');
    expect(card.querySelector('details pre')?.textContent).toBe('eof at 12');
    expect(screen.getByText('Twelve chars')).toBeTruthy();
    expect(within(card).queryByRole('button', { name: 'Check the model' })).toBeNull();
    await user.click(within(card).getByRole('button', { name: 'Retry' }));
    expect(backend.calls.filter(({ command }) => command === 'retryReply')).toHaveLength(1);
  });

  it.each(['modelUnauthorized', 'modelNotFound', 'modelUnreachable'] as const)(
    '%s leads to the model settings',
    async (code) => {
      const broken = failing({ code, detail: '', retryIn: null });
      const { user, composer } = await signedIn({ profiles: [broken] });
      await user.type(composer, 'Hi{Enter}');
      await user.click(await screen.findByRole('button', { name: 'Check the model' }));
      expect(await screen.findByRole('dialog', { name: 'Settings' })).toBeTruthy();
    },
  );

  it('a rate limit counts down until trying again makes sense', async () => {
    const broken = failing({ code: 'modelRateLimited', detail: '', retryIn: 2 });
    const { user, composer } = await signedIn({ profiles: [broken] });
    await user.type(composer, 'Hi{Enter}');
    const button = await screen.findByRole<HTMLButtonElement>('button', { name: /Retry in/ });
    expect(button.disabled).toBe(true);
    await waitFor(() => expect(button.textContent?.trim()).toBe('Retry'), { timeout: 4000 });
    expect(button.disabled).toBe(false);
  });

  it('is said aloud', async () => {
    const broken = failing({ code: 'modelRefused', detail: '', retryIn: null });
    const { user, composer } = await signedIn({ profiles: [broken] });
    await user.type(composer, 'Hi{Enter}');
    await waitFor(() =>
      expect(document.querySelector('[aria-live=assertive]')?.textContent).toContain('declined'),
    );
  });

  it('a message that could not be sent comes back into the composer', async () => {
    const { user, composer, backend } = await signedIn();
    backend.failNext('sendMessage', { code: 'storageFull' });
    await user.type(composer, 'Precious words{Enter}');
    expect(await screen.findByText(/no room left/)).toBeTruthy();
    expect(composer.value).toBe('Precious words');
    await user.type(composer, '{Enter}');
    await screen.findByText('You said: Precious words');
    expect(screen.queryByText(/no room left/)).toBeNull();
  });

  it('a conversation that the core has closed is opened again for the message', async () => {
    const { user, composer, backend } = await signedIn();
    backend.failNext('sendMessage', { code: 'conversationClosed' });
    await user.type(composer, 'Hi{Enter}');
    expect(await screen.findByText('You said: Hi')).toBeTruthy();
  });

  it('a message over 1 MiB is refused at once and kept', async () => {
    const { composer, user, backend } = await signedIn();
    const text = 'ä'.repeat(600_000);
    await fireEvent.input(composer, { target: { value: text } });
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByText(/longer than 1 MB/)).toBeTruthy();
    expect(composer.value).toBe(text);
    expect(backend.calls.some(({ command }) => command === 'sendMessage')).toBe(false);
  });

  it('a thread that cannot be opened says so and can be tried again', async () => {
    const { user, backend } = await signedIn({ threads: [stored('old', 'Known')] });
    backend.failNext('openThread', { code: 'storageDamaged', detail: 'record 7' });
    await user.click(await row('old'));
    expect(await screen.findByText(/record 7/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Known!')).toBeTruthy();
  });
});

describe('several conversations', () => {
  const threads = [
    stored('first', 'Alpha', { lastActivity: '2025-05-02T00:00:00Z' }),
    stored('second', 'Beta', { lastActivity: '2025-05-01T00:00:00Z' }),
  ];

  it('never show one under the title of another', async () => {
    const { user } = await signedIn({ threads });
    await user.click(await row('first'));
    await screen.findByText('Alpha!');
    const opening = row('second').then((button) => user.click(button));
    await opening;
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('second');
    expect(screen.queryByText('Alpha!')).toBeNull();
    await screen.findByText('Beta!');
  });

  it('close the one that is left', async () => {
    const { user, backend } = await signedIn({ threads });
    await user.click(await row('first'));
    await screen.findByText('Alpha!');
    await user.click(await row('second'));
    await screen.findByText('Beta!');
    const closed = () =>
      backend.calls.filter(({ command, args }) => command === 'closeChat' && args[0] === 'first');
    await waitFor(() => expect(closed()).toHaveLength(1));
  });

  it('go on in the background, with a mark in the list, and are whole on return', async () => {
    const gate = gated();
    const { user, composer } = await signedIn({ threads, profiles: [gate.profile] });
    await user.type(composer, 'Long task{Enter}');
    await screen.findByText('You');
    await user.click(await row('first'));
    await screen.findByText('Alpha!');
    const busy = await screen.findByRole('button', { name: /Long task\s*reply in progress/ });
    expect(screen.queryByText('You')).toBeNull();
    gate.open();
    await waitFor(() => expect(busy.textContent).not.toContain('in progress'), { timeout: 3000 });
    await user.click(busy);
    expect(await screen.findByText('You said: Long task')).toBeTruthy();
    expect(screen.getAllByText('You said: Long task')).toHaveLength(1);
  });

  it('keep their drafts apart, and out of storage', async () => {
    const { user, composer } = await signedIn({ threads });
    await user.type(composer, 'for later');
    await user.click(await row('first'));
    const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
    await screen.findByText('Alpha!');
    expect(field().value).toBe('');
    await user.type(field(), 'for alpha');
    await user.click(await row('second'));
    await screen.findByText('Beta!');
    expect(field().value).toBe('');
    await user.click(await row('first'));
    await waitFor(() => expect(field().value).toBe('for alpha'));
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(field().value).toBe('for later'));
    expect(JSON.stringify({ ...localStorage })).not.toContain('for ');
  });

  it('are walked through with Alt and the arrows', async () => {
    const { user } = await signedIn({ threads });
    await row('first');
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await screen.findByText('Alpha!');
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await screen.findByText('Beta!');
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await screen.findByText('Alpha!');
  });

  it('are renamed in the list and in the header', async () => {
    const { user } = await signedIn({ threads });
    await user.click(await row('first'));
    await screen.findByText('Alpha!');
    (await row('first')).focus();
    const inList = within(screen.getByRole('navigation'));
    const button = inList.getByRole('button', { name: 'first' });
    button.focus();
    await user.keyboard('{F2}');
    const field = await screen.findByRole('textbox', { name: 'Name of the conversation' });
    await user.clear(field);
    await user.type(field, 'Renamed{Enter}');
    expect(await inList.findByRole('button', { name: 'Renamed' })).toBeTruthy();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Renamed');
    await user.click(within(screen.getByRole('heading', { level: 1 })).getByRole('button'));
    await user.keyboard('Other{Escape}');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Renamed');
  });

  it('are deleted from the header, and the next one is read', async () => {
    const { user, backend } = await signedIn({ threads });
    await user.click(await row('first'));
    await screen.findByText('Alpha!');
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(await menuItem('Delete'));
    await screen.findByText('Beta!');
    expect(
      within(screen.getByRole('navigation')).queryByRole('button', { name: 'first' }),
    ).toBeNull();
    expect(backend.calls.some(({ command }) => command === 'deleteThread')).toBe(false);
  });
});

describe('a new conversation', () => {
  const profiles = [
    profile('assistant', {
      card: {
        default: true,
        starters: [{ label: 'Ask', message: 'The question', command: 'ask', icon: 'code' }],
      },
    }),
    profile('analyst', { greeting: 'Give me data.' }),
  ];

  it('offers profiles as radios, and changing one opens another conversation', async () => {
    const { user, backend } = await signedIn({ profiles });
    expect(screen.getByRole('radio', { name: 'Assistant' }).getAttribute('aria-checked')).toBe(
      'true',
    );
    await user.type(screen.getByRole('textbox', { name: 'Message' }), 'kept');
    await user.click(screen.getByRole('radio', { name: 'Analyst' }));
    expect(await screen.findByText('Give me data.')).toBeTruthy();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value).toBe(
      'kept',
    );
    const opened = backend.calls.filter(({ command }) => command === 'openChat');
    expect(opened.map(({ args }) => args[0])).toEqual(['assistant', 'analyst']);
    await waitFor(() =>
      expect(backend.calls.filter(({ command }) => command === 'closeChat')).toHaveLength(1),
    );
  });

  it('a starter is sent by a click, with its command', async () => {
    const { user, backend } = await signedIn({ profiles });
    await user.click(screen.getByRole('button', { name: 'Ask' }));
    await screen.findByText('You said: The question');
    const sent = backend.calls.find(({ command }) => command === 'sendMessage');
    expect(sent?.args.slice(1)).toEqual(['The question', 'ask']);
  });

  it('a starter is only put into the composer by Alt+Enter', async () => {
    const { user, composer, backend } = await signedIn({ profiles });
    screen.getByRole('button', { name: 'Ask' }).focus();
    await user.keyboard('{Alt>}{Enter}{/Alt}');
    await waitFor(() => expect(composer.value).toBe('The question'));
    expect(document.activeElement).toBe(composer);
    expect(backend.calls.some(({ command }) => command === 'sendMessage')).toBe(false);
  });
});

it('a thread whose profile is gone reads, and offers a new conversation instead of the composer', async () => {
  const { user } = await signedIn({ threads: [stored('old', 'Known', { profile: 'translator' })] });
  await user.click(await row('old'));
  expect(await screen.findByText('Known!')).toBeTruthy();
  expect(screen.getByText(/The profile “translator” is no longer there/)).toBeTruthy();
  expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
});

describe('questions for files', () => {
  const want = { kind: 'files' as const, accept: ['text/csv'], maxSize: 1024, maxFiles: 1 };
  const asking = profile('assistant', {
    handler: async (chat) => {
      const given = await chat.askFiles('Which file?', want, 60);
      chat.say(given === null ? 'None, then.' : `Got ${given}`);
    },
  });

  async function asked(chosenFiles: () => { name: string; size: number }[] | null) {
    const started = await signedIn({ profiles: [asking], chosenFiles });
    await started.user.type(started.composer, 'Hi{Enter}');
    await screen.findByRole('group', { name: 'Request for a file' });
    return started;
  }

  it('say what is wanted and how long', async () => {
    await asked(() => null);
    const card = screen.getByRole('group', { name: 'Request for a file' });
    expect(card.textContent).toMatch(/1 min left|\d+ sec left/);
    expect(card.textContent).toContain('CSV · up to 1 kB');
  });

  it('are answered', async () => {
    const { user } = await asked(() => [{ name: 'a.csv', size: 10 }]);
    await user.click(screen.getByRole('button', { name: 'Choose file' }));
    expect(await screen.findByText('Got a.csv (10 bytes)')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Choose file' })).toBeNull();
  });

  it('stay open when the file does not fit, and say why', async () => {
    const { user } = await asked(() => [{ name: 'big.csv', size: 9999 }]);
    await user.click(screen.getByRole('button', { name: 'Choose file' }));
    expect(await screen.findByText('big.csv is larger than 1 kB.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Choose file' })).toBeTruthy();
  });

  it('are declined', async () => {
    const { user } = await asked(() => null);
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(await screen.findByText('None, then.')).toBeTruthy();
    expect(screen.getByText('No file was given')).toBeTruthy();
  });
});

it('older messages are loaded until there are none', async () => {
  const steps = Array.from({ length: 120 }, (_, index) =>
    step(`m${index}`, index, { kind: index % 2 ? 'assistant' : 'user', output: `Line ${index}` }),
  );
  const { user, backend } = await signedIn({ threads: [{ summary: thread('long'), steps }] });
  await user.click(await row('long'));
  await screen.findByText('Line 70');
  const log = screen.getByRole('log');
  Object.defineProperty(log, 'scrollHeight', { value: 6000, configurable: true });
  await fireEvent.scroll(log);
  await waitFor(() => {
    const pages = backend.calls.filter(({ command }) => command === 'earlierSteps');
    expect(pages[0]?.args).toEqual(['long', 70]);
  });
  await screen.findByText('Line 20');
});

// No screen may hold anything that axe finds wrong, in either theme. Colours are computed from the
// tokens themselves (test/kit/contrast.test.ts): jsdom lays nothing out.

import axe from 'axe-core';
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { settings } from '../src/bridge/memory/exampleSettings';
import { LONG_REPLY } from '../src/bridge/memory/profiles';
import { commands } from '../src/bridge/memory/showcase';
import type { Button, Step, Want } from '../src/bridge/bindings';
import type { MemoryOptions } from '../src/bridge/memory/options';
import { preferences } from '../src/kit/preferences.svelte';
import { menuItem, profile, signedIn, start, withPassword } from './support/app';
import { said, step, thread } from './support/make';

async function expectClean() {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false } },
  });
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`,
  );
  expect(found).toEqual([]);
}

const ask = (state: NonNullable<Step['ask']>['state']): Partial<Step> => ({
  ask: {
    want: { kind: 'files', accept: ['text/csv'], maxSize: 2048, maxFiles: 2 },
    deadline: new Date(Date.now() + 60_000).toISOString(),
    state,
  },
});

const button = (name: string): Button => ({
  name,
  label: `Do ${name}`,
  tooltip: null,
  icon: 'code',
  payload: null,
});
const deadline = new Date(Date.now() + 60_000).toISOString();

/** A question of each kind; a real conversation has at most one that is open. */
const questions: Step[] = [
  said('user', 0, 'Ask me'),
  ...(
    [
      { kind: 'text', placeholder: 'Words', maxLength: 9, multiline: true },
      { kind: 'text', placeholder: 'A word', maxLength: 9, multiline: false },
      { kind: 'choice', options: [button('this'), button('that')] },
      {
        kind: 'form',
        fields: settings.map((field) => ({ ...field, required: true })),
        submit: null,
      },
    ] satisfies Want[]
  ).map((want, at) =>
    said('assistant', at + 1, 'Tell me.', { ask: { want, deadline, state: { state: 'open' } } }),
  ),
];

const everything: Step[] = [
  said('user', 0, 'A question'),
  said('assistant', 1, LONG_REPLY, { name: 'Built-in guide', actions: ['setUpModel'] }),
  said('tool', 2, 'three rows', { name: 'read_table', input: '{}' }),
  said('system', 3, 'A remark'),
  said('assistant', 4, 'Which file?', ask({ state: 'open' })),
  said('assistant', 5, 'Which file?', ask({ state: 'answered', summary: 'a.csv' })),
  said('assistant', 6, 'Which file?', ask({ state: 'timedOut' })),
  said('user', 7, 'line\n'.repeat(40)),
  said('assistant', 8, 'Half a', { state: 'interrupted' }),
  said('user', 9, 'Again'),
  said('assistant', 10, 'Half', {
    state: 'failed',
    failure: { code: 'modelUnauthorized', detail: '401', retryIn: 30 },
  }),
];

const starter = { label: 'Ask', message: 'Ask', command: 'ask', icon: 'code' };

const world: MemoryOptions = {
  env: ['SEARCH_KEY'],
  profiles: [
    profile('assistant', {
      card: {
        default: true,
        starters: [starter],
      },
      settings,
      commands,
    }),
    profile('writer', {
      card: {
        categories: [{ label: 'Letters', icon: 'pencil', starters: [starter] }],
        starters: [{ ...starter, label: 'Plain' }],
      },
      handler: async (chat) => {
        chat.toast('success', 'Kept');
        chat.toast('error', 'Lost');
        chat.handOver('analyst', null);
      },
    }),
    profile('analyst', { greeting: 'Hello' }),
  ],
  threads: [
    { summary: thread('all'), steps: everything },
    { summary: thread('questions'), steps: questions },
    {
      summary: thread('long'),
      steps: Array.from({ length: 60 }, (_, at) => said('user', at, `Line ${at}`)),
    },
    {
      summary: thread('lost', { profile: 'gone' }),
      steps: [step('x', 0, { kind: 'user', output: 'Hi' })],
    },
  ],
};

const open = async (user: Awaited<ReturnType<typeof signedIn>>['user'], name: string) =>
  user.click(await within(screen.getByRole('navigation')).findByRole('button', { name }));

const screens: Record<string, () => Promise<unknown>> = {
  'first start': async () => {
    start({ profiles: world.profiles });
    await screen.findByRole('heading', { name: 'Welcome to Confidant' });
  },
  'first model': async () => {
    const { user } = start({ profiles: world.profiles });
    await user.type(await screen.findByLabelText('Identifier'), 'ada');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await screen.findByRole('heading', { name: 'Choose a model' });
  },
  accounts: async () => {
    start({ accounts: [withPassword('ada'), withPassword('grace')] });
    await screen.findByRole('button', { name: /grace/ });
  },
  'password with an error': async () => {
    const { user } = start({ accounts: [withPassword('ada')] });
    await user.click(await screen.findByRole('button', { name: /ada/ }));
    await user.type(screen.getByLabelText('Password'), 'no{Enter}');
    await screen.findByText(/not right/);
  },
  'no keyring': async () => {
    start({ keyring: 'noKeyring' });
    await screen.findByRole('heading', { name: /no keyring/ });
  },
  'a new conversation': () => signedIn(world),
  'a conversation with everything in it': async () => {
    const { user } = await signedIn(world);
    await open(user, 'all');
    await screen.findByRole('group', { name: 'Problem' });
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(everything.length));
  },
  'questions of every kind': async () => {
    const { user } = await signedIn(world);
    await open(user, 'questions');
    await screen.findByRole('group', { name: 'Form' });
    await user.click(await screen.findByRole('button', { name: 'Submit' }));
    await waitFor(() => expect(screen.getAllByText(/fill this in/).length).toBeGreaterThan(1));
  },
  'the list of commands': async () => {
    const { user, composer } = await signedIn(world);
    await user.type(composer, '/');
    await screen.findByRole('listbox', { name: 'Commands' });
  },
  'starters of several kinds': async () => {
    const { user } = await signedIn(world);
    await user.click(screen.getByRole('radio', { name: 'Writer' }));
    await user.click(await screen.findByRole('tab', { name: 'Letters' }));
  },
  'notices, and a proposal to go on with another profile': async () => {
    const { user } = await signedIn(world);
    await user.click(screen.getByRole('radio', { name: 'Writer' }));
    await user.type(screen.getByRole('textbox', { name: 'Message' }), 'Hi{Enter}');
    await screen.findByRole('alertdialog', { name: /Go on with/ });
    await waitFor(() => expect(document.querySelectorAll('.toast')).toHaveLength(2));
  },
  'a conversation without its profile': async () => {
    const { user } = await signedIn(world);
    await open(user, 'lost');
    await screen.findByText(/no longer there/);
  },
  'a message with a command': async () => {
    const { user } = await signedIn(world);
    screen.getByRole('button', { name: 'Ask' }).focus();
    await user.keyboard('{Alt>}{Enter}{/Alt}');
    await screen.findByRole('button', { name: 'Send without the command /ask' });
  },
  'earlier messages that could not be loaded': async () => {
    const { user, backend } = await signedIn(world);
    backend.failNext('earlierSteps', { code: 'storageDamaged', detail: 'record 7' });
    await open(user, 'long');
    await screen.findByText(/record 7/);
  },
  'the profile menu': async () => {
    const { user } = await signedIn(world);
    await open(user, 'all');
    await user.click(await screen.findByRole('button', { name: /profile menu/ }));
    await menuItem('Analyst');
  },
  'chat settings': async () => {
    const { user } = await signedIn(world);
    await user.click(await screen.findByRole('button', { name: 'Chat settings' }));
    await screen.findByRole('dialog', { name: 'Chat settings' });
  },
  'the palette, before and after something was found': async () => {
    const { user } = await signedIn(world);
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('combobox', { name: 'Search' });
    await expectClean();
    await user.type(field, 'ask');
    await screen.findByRole('group', { name: 'Messages' });
  },
  'the palette, where nothing was found': async () => {
    const { user } = await signedIn(world);
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: 'Search' }), 'zzz');
    await screen.findByText(/Nothing found/);
  },
  'exporting and importing': async () => {
    const { user } = await signedIn({
      ...world,
      archive: {
        name: 'chatgpt.zip',
        kind: 'chatGpt',
        threads: [{ summary: thread('new'), steps: [] }],
        left: { leftFiles: 2 },
      },
    });
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('tab', { name: 'Export and import' }));
    await expectClean();
    await user.click(screen.getByRole('button', { name: 'Choose a file…' }));
    await screen.findByRole('region', { name: 'chatgpt.zip' });
  },
  'exporting one conversation': async () => {
    const { user } = await signedIn(world);
    await user.click(await screen.findByRole('button', { name: 'Options for all' }));
    await user.click(await menuItem('Export…'));
    await screen.findByRole('dialog', { name: 'Export “all”' });
  },
  'finding in a conversation': async () => {
    const { user } = await signedIn(world);
    await open(user, 'questions');
    await user.keyboard('{Control>}f{/Control}');
    await user.type(await screen.findByRole('textbox', { name: 'Find in conversation' }), 'tell');
    await waitFor(() => expect(screen.getByText(/ of /)).toBeTruthy());
  },
  'the bin, after a conversation was deleted': async () => {
    const { user } = await signedIn(world);
    await user.click(await screen.findByRole('button', { name: 'Options for all' }));
    await user.click(await menuItem('Delete'));
    await screen.findByRole('button', { name: 'Undo' });
    await user.click(screen.getByRole('button', { name: /account menu/ }));
    await user.click(await menuItem('Bin'));
    await screen.findByRole('button', { name: 'Restore all' });
  },
  'selected conversations': async () => {
    const { user } = await signedIn(world);
    await user.click(await screen.findByRole('button', { name: 'Options for all' }));
    await user.click(await menuItem('Select'));
    await screen.findByText('1 selected');
  },
  'the account menu': async () => {
    const { user } = await signedIn(world);
    await user.click(screen.getByRole('button', { name: /account menu/ }));
    await menuItem('Sign out');
  },
  help: async () => {
    const { user, composer } = await signedIn(world);
    composer.blur();
    await user.keyboard('?');
    await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
  },
};
for (const page of ['Model', 'Keys and variables', 'Appearance', 'Account', 'About']) {
  screens[`settings, ${page}`] = async () => {
    const { user } = await signedIn(world);
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('tab', { name: page }));
  };
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(Object.entries(screens))('%s', async (_, show) => {
    preferences.theme = theme;
    await show();
    expect(document.documentElement.dataset['theme']).toBe(theme);
    await expectClean();
    preferences.theme = 'system';
  });
});

import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { announcer } from '../../src/kit/announcer.svelte';
import type { Want } from '../../src/bridge/bindings';
import { profile, signedIn } from '../support/app';
import { setting } from '../support/make';

/** A profile that asks, and says what it got. */
async function asked(want: Want, seconds = 60) {
  const started = await signedIn({
    profiles: [
      profile('assistant', {
        handler: async (chat) => {
          const given = await chat.ask('Tell me.', want, seconds);
          chat.say(`Got ${JSON.stringify(given)}`);
        },
      }),
    ],
  });
  await started.user.type(started.composer, 'Hi{Enter}');
  await screen.findByText('Tell me.');
  return started;
}

const card = (name: string) => within(screen.getByRole('group', { name }));
const words: Want = { kind: 'text', placeholder: 'A name', maxLength: 5, multiline: false };
const button = (name: string, label: string) => ({
  name,
  label,
  tooltip: `What ${name} does`,
  icon: 'code',
  payload: null,
});

describe('a question for words', () => {
  it('is answered in its card, and shows what was answered', async () => {
    const { user } = await asked(words);
    const field = card('Question').getByRole<HTMLInputElement>('textbox', { name: 'Your answer' });
    expect(field.placeholder).toBe('A name');
    await user.type(field, 'abcdef{Enter}');
    expect(card('Question').getByText('At most 5 characters; this has 6.')).toBeTruthy();
    await user.type(field, '{Backspace}{Enter}');
    expect(await screen.findByText('Got "abcde"')).toBeTruthy();
    expect(card('Question').getByText('abcde')).toBeTruthy();
    expect(card('Question').queryByRole('textbox')).toBeNull();
  });

  it('is answered from the composer, too, and Stop stays in reach', async () => {
    const { user, composer, backend } = await asked(words);
    await waitFor(() => expect(composer.placeholder).toBe('Write your answer'));
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy();
    await user.type(composer, 'abc');
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Got "abc"')).toBeTruthy();
    expect(backend.calls.filter(({ command }) => command === 'sendMessage')).toHaveLength(1);
    expect(composer.placeholder).toBe('Write a message');
  });

  it('keeps in the composer what was refused, with why', async () => {
    const { user, composer } = await asked(words);
    await user.type(composer, 'abcdefg{Enter}');
    expect(await screen.findByText('The answer is longer than 5 characters.')).toBeTruthy();
    expect(composer.value).toBe('abcdefg');
  });

  it('keeps in its field what was refused, with why', async () => {
    const { user, backend } = await asked(words);
    backend.failNext('answerText', { code: 'answerInvalid' });
    const field = card('Question').getByRole<HTMLInputElement>('textbox');
    await user.type(field, 'abc{Enter}');
    expect(await card('Question').findByText('This answer cannot be used.')).toBeTruthy();
    expect(field.value).toBe('abc');
  });

  it('can be declined', async () => {
    const { user } = await asked(words);
    await user.click(card('Question').getByRole('button', { name: 'Decline' }));
    expect(await screen.findByText('Got null')).toBeTruthy();
    expect(card('Question').getByText('This was not answered')).toBeTruthy();
  });

  it('says that its time ran out', async () => {
    await asked(words, 0.3);
    expect(await screen.findByText('Got null')).toBeTruthy();
    expect(card('Question').getByText('The time for an answer ran out')).toBeTruthy();
  });

  it('is no longer open after Stop', async () => {
    const { user, composer } = await asked(words);
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await card('Question').findByText('This was not answered')).toBeTruthy();
    await waitFor(() => expect(composer.placeholder).toBe('Write a message'));
  });
});

describe('an open question', () => {
  const spoken = () =>
    screen.getAllByRole('status').map((status) => status.textContent?.trim() ?? '');

  it('is heard with its kind, its time and its words', async () => {
    await asked(words, 90);
    await waitFor(() =>
      expect(spoken()).toContainEqual(
        expect.stringMatching(/^Question, 1 min \d+ sec to answer: Tell me\.$/),
      ),
    );
  });

  it('is heard again by whoever comes back to it', async () => {
    const { user } = await asked({ kind: 'choice', options: [button('go', 'Go on')] });
    const heard = expect.stringMatching(/^Choice, .* to answer: Tell me\.$/);
    await waitFor(() => expect(spoken()).toContainEqual(heard));
    announcer.say('');
    await user.keyboard('{Control>}n{/Control}');
    const list = within(screen.getByRole('navigation'));
    await user.click(await list.findByRole('button', { name: /^Hi/ }));
    await waitFor(() => expect(spoken()).toContainEqual(heard));
  });
});

describe('a choice', () => {
  const want: Want = { kind: 'choice', options: [button('go', 'Go on'), button('no', 'Leave')] };

  it('is made by a button, which stays to be read', async () => {
    const { user, composer } = await asked(want);
    expect(composer.placeholder).toBe('Write the next message');
    const go = card('Choice').getByRole('button', { name: 'Go on' });
    expect(go.title).toBe('What go does');
    expect(go.querySelector('svg')).toBeTruthy();
    await user.click(go);
    expect(await screen.findByText('Got "go"')).toBeTruthy();
    expect(card('Choice').getByText('Go on')).toBeTruthy();
    expect(card('Choice').queryByRole('button')).toBeNull();
  });

  it('says in its card why it was refused', async () => {
    const { user, backend } = await asked(want);
    backend.failNext('answerChoice', { code: 'askClosed' });
    await user.click(card('Choice').getByRole('button', { name: 'Go on' }));
    expect(await card('Choice').findByText('This question is no longer open.')).toBeTruthy();
  });
});

describe('a form', () => {
  const fields = [
    setting(
      'name',
      { kind: 'text', initial: '', placeholder: '', maxLength: 9, multiline: false },
      { required: true },
    ),
    setting('seats', { kind: 'number', initial: null, min: 1, max: null, step: 1 }),
  ];
  const want: Want = { kind: 'form', fields, submit: 'Book it' };

  it('says what is missing before anything is sent, and sums up what was sent', async () => {
    const { user, backend } = await asked(want);
    await user.type(card('Form').getByRole('textbox', { name: 'Seats' }), '0');
    expect(card('Form').getByText('Choose 1 or more.')).toBeTruthy();
    await user.click(card('Form').getByRole('button', { name: 'Book it' }));
    const name = card('Form').getByRole('textbox', { name: 'Name' });
    expect(document.activeElement).toBe(name);
    expect(card('Form').getByText('Please fill this in.')).toBeTruthy();
    expect(backend.calls.some(({ command }) => command === 'answerForm')).toBe(false);
    await user.type(name, 'Ada');
    await user.type(card('Form').getByRole('textbox', { name: 'Seats' }), '{Backspace}2{Enter}');
    expect(await screen.findByText('Got {"name":"Ada","seats":2}')).toBeTruthy();
    expect(card('Form').getByText(/Name: Ada\s+Seats: 2/)).toBeTruthy();
  });

  it('keeps what was written when it is refused, and says so at the field', async () => {
    const { user, backend } = await asked(want);
    backend.failNext('answerForm', { code: 'settingInvalid', id: 'name' });
    const name = card('Form').getByRole<HTMLInputElement>('textbox', { name: 'Name' });
    await user.type(name, 'Ada{Enter}');
    expect(await card('Form').findByText('This value cannot be used.')).toBeTruthy();
    expect(name.value).toBe('Ada');
    expect(document.activeElement).toBe(name);
  });

  it('can be declined', async () => {
    const { user } = await asked(want);
    await user.click(card('Form').getByRole('button', { name: 'Decline' }));
    expect(await screen.findByText('Got null')).toBeTruthy();
  });
});

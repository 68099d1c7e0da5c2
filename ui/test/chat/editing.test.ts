import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { said } from '../support/make';
import { article, expectNoAxeViolations, openedThread } from '../support/thread';

const steps = [
  said('user', 0, 'First question'),
  said('assistant', 1, 'First answer'),
  said('user', 2, 'Second question'),
  said('assistant', 3, 'Second answer'),
];

const field = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Edit message' });

async function editing(text: string) {
  const started = await openedThread({ steps });
  const row = await article(text);
  await started.user.click(within(row).getByRole('button', { name: 'Edit message' }));
  return { ...started, field: await field() };
}

const edits = ({ backend }: Awaited<ReturnType<typeof openedThread>>) =>
  backend.calls.filter(({ command }) => command === 'editMessage').map(({ args }) => args);

describe('editing a message', () => {
  it('makes the bubble a field with its words, and Enter says them anew', async () => {
    const started = await editing('Second question');
    expect(started.field.value).toBe('Second question');
    expect(document.activeElement).toBe(started.field);
    await started.user.type(started.field, ' again{Enter}');
    expect(await screen.findByText('You said: Second question again')).toBeTruthy();
    expect(edits(started)).toEqual([['stored', 's2', 'Second question again']]);
    expect(screen.queryByText('Second answer')).toBeNull();
    expect(screen.getByText('First answer')).toBeTruthy();
    const row = await article('Second question again');
    expect(within(row).getByRole('group', { name: 'Version 2 of 2' })).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(row));
  });

  it('Shift+Enter makes a line, and Save says it', async () => {
    const started = await editing('First question');
    await started.user.type(started.field, '{Shift>}{Enter}{/Shift}more');
    expect(started.field.value).toBe('First question\nmore');
    await started.user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText(/You said: First question/);
    expect(screen.queryByText('Second question')).toBeNull();
  });

  it('Escape and Cancel leave everything as it was, with the focus on the message', async () => {
    const started = await editing('First question');
    await started.user.type(started.field, ' changed{Escape}');
    expect(screen.queryByRole('textbox', { name: 'Edit message' })).toBeNull();
    await waitFor(async () => expect(document.activeElement).toBe(await article('First question')));
    await started.user.click(screen.getAllByRole('button', { name: 'Edit message' })[0]!);
    expect((await field()).value).toBe('First question');
    await started.user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(edits(started)).toEqual([]);
  });

  it.each([
    ['composing', { isComposing: true }],
    ['key code 229', { keyCode: 229 }],
  ])('its keys belong to an input method that composes: %s', async (_, state) => {
    const started = await editing('First question');
    await started.user.type(started.field, '語');
    await fireEvent.keyDown(started.field, { key: 'Enter', ...state });
    await fireEvent.keyDown(started.field, { key: 'Escape', ...state });
    expect((await field()).value).toBe('First question語');
    expect(edits(started)).toEqual([]);
  });

  it('what the core refuses is kept, and the field says why', async () => {
    const started = await editing('Second question');
    started.backend.failNext('editMessage', { code: 'storageFull' });
    await started.user.type(started.field, '!{Enter}');
    const told = await within(started.log).findByText(/no room left/);
    expect(told.closest('[role=alert]')).not.toBeNull();
    expect(started.field.value).toBe('Second question!');
    expect(started.field.getAttribute('aria-invalid')).toBe('true');
    await started.user.type(started.field, '{Enter}');
    expect(await screen.findByText('You said: Second question!')).toBeTruthy();
  });

  it('nothing is said when nothing was changed, and nothing empty can be', async () => {
    const started = await editing('Second question');
    await started.user.clear(started.field);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
    await started.user.type(started.field, 'Second question{Enter}');
    expect(screen.queryByRole('textbox', { name: 'Edit message' })).toBeNull();
    expect(edits(started)).toEqual([]);
  });

  it('holds nothing that axe finds wrong', async () => {
    await editing('First question');
    await expectNoAxeViolations();
  });
});

describe('the keys for editing the last message', () => {
  it.each([
    ['Ctrl+Shift+E', '{Control>}{Shift>}e{/Shift}{/Control}'],
    ['Up in the empty composer', '{ArrowUp}'],
  ])('%s', async (_, keys) => {
    const { user, composer } = await openedThread({ steps });
    composer.focus();
    await user.keyboard(keys);
    expect((await field()).value).toBe('Second question');
    expect(document.activeElement).toBe(await field());
  });
});

it('a message whose profile is gone cannot be edited', async () => {
  const { log } = await openedThread({ steps, profile: 'gone' });
  expect(within(log).queryByRole('button', { name: 'Edit message' })).toBeNull();
  expect(within(log).queryByRole('button', { name: 'Regenerate' })).toBeNull();
});

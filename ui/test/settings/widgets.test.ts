import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Setting, Value } from '../../src/bridge/bindings';
import { profile, signedIn } from '../support/app';
import { setting } from '../support/make';

const options = ['red', 'green', 'blue'].map((value) => ({ value, label: value.toUpperCase() }));

async function opened(...settings: Setting[]) {
  const started = await signedIn({ profiles: [profile('assistant', { settings })] });
  await started.user.click(await screen.findByRole('button', { name: 'Chat settings' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Chat settings' }));
  const save = () => started.user.click(dialog.getByRole('button', { name: 'Save' }));
  const saved = () =>
    started.backend.calls
      .filter(({ command }) => command === 'updateSettings')
      .map(({ args }) => args[1] as Record<string, Value>);
  return { ...started, dialog, save, saved };
}

describe('a widget', () => {
  it('for a yes is a checkbox', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('terms', { kind: 'checkbox', initial: false }),
    );
    await user.click(dialog.getByRole('checkbox', { name: 'Terms' }));
    await save();
    await waitFor(() => expect(saved()).toEqual([{ terms: true }]));
  });

  it('for one of several in view is chosen with the arrows', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('colour', { kind: 'radio', options, initial: 'red' }),
    );
    const group = within(dialog.getByRole('radiogroup', { name: 'Colour' }));
    expect(group.getByRole<HTMLInputElement>('radio', { name: 'RED' }).checked).toBe(true);
    group.getByRole('radio', { name: 'RED' }).focus();
    await user.keyboard('{ArrowDown}');
    await save();
    await waitFor(() => expect(saved()).toEqual([{ colour: 'green' }]));
  });

  it('for any of several answers in the order of the options', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('colours', { kind: 'multiselect', options, initial: [] }),
    );
    const group = within(dialog.getByRole('group', { name: 'Colours' }));
    await user.click(group.getByRole('checkbox', { name: 'BLUE' }));
    await user.click(group.getByRole('checkbox', { name: 'RED' }));
    await save();
    await waitFor(() => expect(saved()).toEqual([{ colours: ['red', 'blue'] }]));
  });

  it('for a number reads what is typed, steps with the arrows, and can be empty', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('seed', { kind: 'number', initial: 7, min: 0, max: 10, step: 0.5 }),
    );
    const field = dialog.getByRole<HTMLInputElement>('textbox', { name: 'Seed' });
    expect(field.value).toBe('7');
    await user.clear(field);
    await user.type(field, '2.x');
    expect(dialog.getByText('This is not a number.')).toBeTruthy();
    await user.type(field, '{Backspace}5{ArrowUp}');
    expect(field.value).toBe('3');
    await user.type(field, '0');
    expect(dialog.getByText('Choose a value from 0 to 10.')).toBeTruthy();
    await user.clear(field);
    await save();
    await waitFor(() => expect(saved()).toEqual([{ seed: null }]));
  });

  it('for words collects them, each once, and gives them back one by one', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('words', { kind: 'tags', initial: ['very'], maxTags: 3, maxLength: 5 }),
    );
    const field = dialog.getByRole<HTMLInputElement>('textbox', { name: 'Words' });
    await user.type(field, 'so,very{Enter}quite');
    expect(saved()).toEqual([]);
    await user.tab();
    const tags = within(dialog.getByRole('list', { name: 'Words' }));
    expect(tags.getAllByRole('listitem').map((tag) => tag.textContent?.trim())).toEqual([
      'very',
      'so',
      'quite',
    ]);
    await user.click(tags.getByRole('button', { name: 'Remove very' }));
    expect(document.activeElement).toBe(field);
    await user.keyboard('{Backspace}');
    await save();
    await waitFor(() => expect(saved()).toEqual([{ words: ['so'] }]));
  });

  it('for words takes several at once from what is pasted', async () => {
    const { user, dialog } = await opened(
      setting('words', { kind: 'tags', initial: [], maxTags: 2, maxLength: 9 }),
    );
    await user.click(dialog.getByRole('textbox', { name: 'Words' }));
    await user.paste('a, b\nc');
    expect(dialog.getAllByRole('listitem')).toHaveLength(3);
    expect(dialog.getByText('At most 2.')).toBeTruthy();
  });

  it('for a day is written part by part, and can be emptied', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('since', { kind: 'date', initial: null, min: '2025-01-01', max: null }),
    );
    const part = (name: RegExp) => dialog.getByRole('spinbutton', { name });
    await user.click(part(/month/));
    await user.keyboard('03');
    await user.keyboard('14');
    await user.keyboard('2024');
    expect(await dialog.findByText('Choose Jan 1, 2025 or a later day.')).toBeTruthy();
    part(/year/).focus();
    await user.keyboard('{ArrowUp}');
    await waitFor(() => expect(dialog.queryByText(/or a later day/)).toBeNull());
    await save();
    await waitFor(() => expect(saved()).toEqual([{ since: '2025-03-14' }]));
  });

  it('for a day that is set has a way to leave it empty', async () => {
    const { user, dialog, save, saved } = await opened(
      setting('since', { kind: 'date', initial: '2025-03-14', min: null, max: null }),
    );
    await user.click(dialog.getByRole('button', { name: 'Clear: Since' }));
    await save();
    await waitFor(() => expect(saved()).toEqual([{ since: null }]));
  });

  it('for some days wants both', async () => {
    const initial = { start: '2025-03-14', end: '2025-03-20' };
    const { user, dialog, save, saved } = await opened(
      setting('holidays', { kind: 'dateRange', initial, min: null, max: null }),
    );
    const group = within(dialog.getByRole('group', { name: 'Holidays' }));
    await user.click(group.getByRole('button', { name: 'Clear: From' }));
    expect(group.getByText('Please give both days.')).toBeTruthy();
    await save();
    expect(saved()).toEqual([]);
    await user.click(group.getByRole('button', { name: 'Clear: To' }));
    await save();
    await waitFor(() => expect(saved()).toEqual([{ holidays: null }]));
  });
});

describe('required settings', () => {
  const words = (id: string, change: Partial<Setting> = {}) =>
    setting(
      id,
      { kind: 'text', initial: '', placeholder: '', maxLength: 9, multiline: false },
      { required: true, ...change },
    );

  it('are marked, and said to be missing only once that is clear', async () => {
    const { user, dialog, save, saved } = await opened(words('name'), words('place'));
    expect(dialog.getByLabelText('Name').getAttribute('aria-required')).toBe('true');
    expect(dialog.queryByText('Please fill this in.')).toBeNull();
    await user.type(dialog.getByLabelText('Place'), 'x');
    await save();
    expect(dialog.getAllByText('Please fill this in.')).toHaveLength(1);
    expect(document.activeElement).toBe(dialog.getByLabelText('Name'));
    expect(saved()).toEqual([]);
  });

  it('on another tab are brought into view', async () => {
    const { user, dialog, save } = await opened(
      words('name', { tab: 'One', required: false }),
      words('place', { tab: 'Two' }),
    );
    await user.type(dialog.getByLabelText('Name'), 'x');
    await save();
    const tab = await dialog.findByRole('tab', { name: /Two/, selected: true });
    expect(tab.querySelector('svg')).toBeTruthy();
    expect(document.activeElement).toBe(dialog.getByLabelText('Place'));
  });

  it('that the core misses are named at their place', async () => {
    const { user, dialog, save, backend } = await opened(words('name', { required: false }));
    backend.failNext('updateSettings', { code: 'settingRequired', id: 'name' });
    await user.type(dialog.getByLabelText('Name'), 'x');
    await save();
    expect(await dialog.findByText('Please fill this in.')).toBeTruthy();
  });
});

it('tabs are gone through with the arrows, and keep what was changed', async () => {
  const on = (id: string, tab: string | null) =>
    setting(id, { kind: 'switch', initial: false }, { tab });
  const { user, dialog, save, saved } = await opened(on('a', 'One'), on('b', 'Two'), on('c', null));
  await user.click(dialog.getByRole('switch', { name: 'A' }));
  dialog.getByRole('tab', { name: 'One' }).focus();
  await user.keyboard('{ArrowRight}{ArrowRight}');
  await dialog.findByRole('tab', { name: 'General', selected: true });
  await user.click(dialog.getByRole('switch', { name: 'C' }));
  await save();
  await waitFor(() => expect(saved()).toEqual([{ a: true, c: true }]));
});

it('values that code has changed are shown', async () => {
  const settings = [setting('brief', { kind: 'switch', initial: false })];
  const { user, composer } = await signedIn({
    profiles: [
      profile('assistant', { settings, handler: async (chat) => chat.set({ brief: true }) }),
    ],
  });
  await user.type(composer, 'Hi{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Chat settings' }));
  await waitFor(() =>
    expect(screen.getByRole('switch', { name: 'Brief' }).getAttribute('aria-checked')).toBe('true'),
  );
  await fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
});

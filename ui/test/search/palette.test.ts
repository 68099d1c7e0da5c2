import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { profile, signedIn } from '../support/app';
import { step, thread } from '../support/make';

const chats = [
  {
    summary: thread('cats', { name: 'About cats', lastActivity: '2026-02-01T00:00:00Z' }),
    steps: [
      step('q', 0, {
        kind: 'user',
        output: 'What is a Café cat?',
        createdAt: '2026-01-01T00:00:00Z',
      }),
      step('a', 1, { output: 'A cat in a café.', createdAt: '2026-01-02T00:00:00Z' }),
    ],
  },
  {
    summary: thread('dogs', { name: 'About dogs', profile: 'analyst' }),
    steps: [step('d', 0, { output: 'No cat here.', createdAt: '2026-01-03T00:00:00Z' })],
  },
];

async function opened() {
  const started = await signedIn({
    threads: chats,
    profiles: [profile('assistant'), profile('analyst')],
  });
  await started.user.keyboard('{Control>}k{/Control}');
  const field = await screen.findByRole('combobox', { name: 'Search' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  // There is no list while there is nothing in it.
  const results = () =>
    within(screen.queryByRole('listbox', { name: 'Results' }) ?? document.createElement('div'));
  const dialog = within(screen.getByRole('dialog'));
  const texts = () =>
    results()
      .queryAllByRole('option')
      .map((option) => option.textContent?.replace(/\s+/g, ' ').trim());
  const selected = () => results().queryByRole('option', { selected: true })?.textContent?.trim();
  return { ...started, field, dialog, texts, selected };
}

describe('the palette', () => {
  it('shows what was read last and what can be done before anything is typed', async () => {
    const { dialog, field } = await opened();
    expect(document.activeElement).toBe(field);
    expect(dialog.getByRole('group', { name: 'Recent conversations' })).toBeTruthy();
    expect(dialog.getByRole('option', { name: /About cats/ })).toBeTruthy();
    expect(dialog.getByRole('option', { name: /New chat with Analyst/ })).toBeTruthy();
  });

  it('finds names and messages as one types, without accents', async () => {
    const { user, dialog, texts, field } = await opened();
    await user.keyboard('cafe');
    await waitFor(() => expect(texts().length).toBe(2));
    expect(texts()[0]).toMatch(/^A cat in a café\. Assistant in About cats/);
    expect([...document.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual([
      'café',
      'Café',
    ]);
    expect(dialog.getByRole('status').textContent).toBe('2 results');
    await user.clear(field);
    await user.type(field, 'about');
    expect(await dialog.findByRole('group', { name: 'Conversations' })).toBeTruthy();
    expect(texts()).toEqual(['About cats Assistant', 'About dogs Analyst']);
  });

  it('narrows what is found', async () => {
    const { user, dialog, texts } = await opened();
    await user.keyboard('cat');
    await waitFor(() => expect(texts().length).toBe(4));
    const choose = (name: string, option: string) =>
      user.selectOptions(dialog.getByRole('combobox', { name }), option);
    await choose('Who said it', 'From me');
    await waitFor(() => expect(texts()[0]).toMatch(/^What is a Café cat\? You in/));
    await choose('Who said it', 'From anybody');
    await choose('Profile', 'Analyst');
    await waitFor(() => expect(texts().length).toBe(1));
    await choose('When', 'Past day');
    expect(await dialog.findByText('Nothing found for “cat”')).toBeTruthy();
  });

  it('goes by the keyboard, and opens the message that was chosen', async () => {
    const { user, texts, selected } = await opened();
    await user.keyboard('cat');
    await waitFor(() => expect(texts().length).toBe(4));
    expect(selected()).toMatch(/^About cats/);
    await user.keyboard('{ArrowDown}');
    expect(selected()).toMatch(/^No cat here/);
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(selected()).toMatch(/^What is a Café cat/);
    await user.keyboard('{ArrowUp}{Enter}');
    expect(screen.queryByRole('dialog')).toBeNull();
    const message = await screen.findByText('A cat in a café.');
    await waitFor(() => expect(document.activeElement).toBe(message.closest('article')));
  });

  it('does what is asked, and goes with Escape', async () => {
    const { user, texts } = await opened();
    await user.keyboard('keyb sho');
    await waitFor(() => expect(texts()).toEqual(['Keyboard shortcuts ?']));
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeTruthy();
    await user.keyboard('{Escape}{Control>}k{/Control}');
    await screen.findByRole('combobox', { name: 'Search' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says what went wrong', async () => {
    const { user, dialog, backend } = await opened();
    backend.failNext('search', { code: 'storageDamaged', detail: 'record 7' });
    await user.keyboard('cat');
    expect(await dialog.findByText(/record 7/)).toBeTruthy();
  });

  it('shows more as one goes on', async () => {
    const many = Array.from({ length: 70 }, (_, at) =>
      step(`m${at}`, at, { output: `word ${at}` }),
    );
    const { user } = await signedIn({ threads: [{ summary: thread('long'), steps: many }] });
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('combobox', { name: 'Search' });
    await user.type(field, 'word');
    const count = () =>
      within(screen.getByRole('listbox', { name: 'Results' })).queryAllByRole('option').length;
    await waitFor(() => expect(count()).toBe(30));
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(() => expect(count()).toBe(60));
    await user.type(field, '{ArrowUp}');
    await waitFor(() => expect(count()).toBe(70));
  });
});

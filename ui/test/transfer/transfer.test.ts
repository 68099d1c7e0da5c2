import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { MemoryOptions } from '../../src/bridge/memory/options';
import { toasts } from '../../src/kit/toasts.svelte';
import { menuItem, profile, signedIn } from '../support/app';
import { step, thread } from '../support/make';

const stored = [
  { summary: thread('t-1', { name: 'About cats' }), steps: [step('a', 0), step('b', 1)] },
  { summary: thread('t-2', { name: 'About dogs' }), steps: [step('c', 0)] },
];

const archive = {
  name: 'chatgpt.zip',
  kind: 'chatGpt' as const,
  threads: [
    { summary: thread('t-1', { name: 'About cats' }), steps: [] },
    { summary: thread('t-3', { name: 'About birds' }), steps: [step('d', 0), step('e', 1)] },
  ],
  left: { leftFiles: 2, leftThreads: 1 },
};

async function opened(options: Partial<MemoryOptions> = {}) {
  const started = await signedIn({ threads: stored, profiles: [profile('assistant')], ...options });
  await started.user.keyboard('{Control>},{/Control}');
  const dialog = within(await screen.findByRole('dialog', { name: 'Settings' }));
  await started.user.click(dialog.getByRole('tab', { name: 'Export and import' }));
  return { ...started, dialog };
}

describe('exporting', () => {
  it('saves everything as an archive, or to be read', async () => {
    const { user, dialog, backend } = await opened();
    await user.click(dialog.getByRole('button', { name: 'Export all…' }));
    expect(await screen.findByText('Exported 2 conversations to “Confidant.zip”.')).toBeTruthy();
    await user.click(dialog.getByRole('radio', { name: 'Markdown' }));
    expect(dialog.getByText(/not encrypted/)).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Export all…' }));
    await waitFor(() => expect(screen.getAllByText(/^Exported 2 conversations/)).toHaveLength(2));
    const asked = backend.calls.filter(({ command }) => command === 'exportThreads');
    expect(asked.map(({ args }) => args.slice(0, 2))).toEqual([
      [null, 'json'],
      [null, 'markdown'],
    ]);
  });

  it('tells how far it is, and ends when that is asked for', async () => {
    const { user, dialog } = await opened({ transferPace: 5000 });
    await user.click(dialog.getByRole('button', { name: 'Export all…' }));
    const bar = await dialog.findByRole('progressbar', { name: 'Exporting…' });
    await waitFor(() => expect(bar).toHaveProperty('max', 2));
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(await dialog.findByRole('button', { name: 'Export all…' })).toBeTruthy();
    expect(screen.queryByText(/^Exported/)).toBeNull();
  });

  it('tells nobody else what ended after the person has signed out', async () => {
    const { user, dialog } = await opened({ transferPace: 300 });
    await user.click(dialog.getByRole('button', { name: 'Export all…' }));
    await dialog.findByRole('progressbar', { name: 'Exporting…' });
    await user.keyboard('{Control>}l{/Control}');
    await waitFor(() => expect(screen.queryByRole('navigation')).toBeNull());
    await new Promise((later) => setTimeout(later, 800));
    expect(toasts.shown).toEqual([]);
  });

  it('says where it went wrong', async () => {
    const { user, dialog, backend } = await opened();
    backend.failNext('exportThreads', { code: 'exportNoRoom' });
    await user.click(dialog.getByRole('button', { name: 'Export all…' }));
    expect(await dialog.findByText(/disk that is exported to is full/)).toBeTruthy();
  });

  it('saves one conversation from its menu', async () => {
    const { user, backend } = await signedIn({
      threads: stored,
      profiles: [profile('assistant')],
      missingFiles: 1,
    });
    await user.click(await screen.findByRole('button', { name: 'Options for About dogs' }));
    await user.click(await menuItem('Export…'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Export “About dogs”' }));
    await user.click(dialog.getByRole('button', { name: 'Export…' }));
    expect(await screen.findByText(/“About dogs.json”. 1 file could not be read/)).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const asked = backend.calls.find(({ command }) => command === 'exportThreads');
    expect(asked?.args[0]).toEqual(['t-2']);
  });
});

describe('importing', () => {
  it('says what will come along and what not, and then brings it in', async () => {
    const { user, dialog } = await opened({ archive });
    await user.click(dialog.getByRole('button', { name: 'Choose a file…' }));
    const file = within(await dialog.findByRole('region', { name: 'chatgpt.zip' }));
    expect(file.getByText('ChatGPT data export')).toBeTruthy();
    expect(file.getByRole('status').textContent).toBe('Will be added: 1 conversation, 2 messages.');
    expect(file.getByText('1 conversation is here already and stays as it is.')).toBeTruthy();
    expect(file.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      '1 conversation that is empty or damaged',
      '2 attachments whose content is not in the file',
    ]);
    expect(screen.queryByText('About birds')).toBeNull();

    await user.click(dialog.getByRole('button', { name: 'Import 1 conversation' }));
    const done = within(await dialog.findByRole('region', { name: 'What was imported' }));
    expect(done.getByRole('status').textContent).toBe('Added: 1 conversation, 2 messages.');
    expect(await screen.findByText('About birds')).toBeTruthy();

    await user.click(dialog.getByRole('button', { name: 'Choose another file…' }));
    expect(await dialog.findByText('Nothing in this file is new.')).toBeTruthy();
    expect(dialog.queryByRole('button', { name: /^Import/ })).toBeNull();
  });

  it('can be left before anything is added, and ended in the midst of it', async () => {
    const many = Array.from({ length: 20 }, (_, at) => ({
      summary: thread(`m-${at}`, { name: `Many ${at}` }),
      steps: [step(`s-${at}`, 0)],
    }));
    const { user, dialog } = await opened({
      archive: { ...archive, threads: many },
      transferPace: 100,
    });
    await user.click(dialog.getByRole('button', { name: 'Choose a file…' }));
    await dialog.findByRole('region', { name: 'chatgpt.zip' });
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await user.click(await dialog.findByRole('button', { name: 'Choose a file…' }));
    await user.click(await dialog.findByRole('button', { name: 'Import 20 conversations' }));
    await dialog.findByRole('progressbar', { name: 'Importing…' });
    await waitFor(() => expect(screen.queryByText('Many 0')).toBeNull());
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(await dialog.findByText(/^Ended before its end\. Added: \d+ conversation/)).toBeTruthy();
  });

  it('says what the file is when it is none', async () => {
    const { user, dialog, backend } = await opened({ archive });
    backend.failNext('chooseImport', { code: 'importUnknown', name: 'holiday.zip' });
    await user.click(dialog.getByRole('button', { name: 'Choose a file…' }));
    expect(
      await dialog.findByText('“holiday.zip” is no archive of conversations that is known here.'),
    ).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Choose a file…' }));
    await dialog.findByRole('region', { name: 'chatgpt.zip' });
    expect(dialog.queryByText(/holiday/)).toBeNull();
  });
});

import { render, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/bridge/bindings';
import TaskList from '../../src/elements/TaskList.svelte';
import { announcer } from '../../src/kit/announcer.svelte';
import { element, expectClean, shown, tasks } from './made';

const four: Task[] = [
  { title: 'Read', state: 'done' },
  { title: 'Check', state: 'failed' },
  { title: 'Write', state: 'running' },
  { title: 'Tell', state: 'ready' },
];

describe('a list of tasks', () => {
  it('says how far it is, and of each task how it stands', async () => {
    await shown([element('Import', tasks(...four))]);
    const list = await screen.findByRole('region', { name: 'Import' });
    expect(within(list).getByText('1 of 4')).toBeTruthy();
    expect(within(list).getByText('Importing')).toBeTruthy();
    const items = within(list).getAllByRole('listitem');
    expect(items.map((item) => item.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
      'Read Done',
      'Check Failed',
      'Write Running',
      'Tell Waiting',
    ]);
    await expectClean();
  });

  it('tells a screen reader how it goes on, not how it stood at first', async () => {
    announcer.say('');
    const task: Task = { title: 'Write', state: 'running' };
    const given = { status: 'Importing', tasks: [task], name: 'Import' };
    const { rerender } = render(TaskList, given);
    expect(announcer.polite.trim()).toBe('');
    await rerender({ ...given, tasks: [{ ...task, state: 'done' }] });
    expect(announcer.polite).toBe('Importing: 1 of 1');
  });
});

describe('text', () => {
  it('is Markdown without a language, and code with one', async () => {
    await shown([
      element('Notes', { kind: 'text', text: 'Some **bold** words', language: null }),
      element('main.rs', { kind: 'text', text: 'fn main() {}', language: 'rust' }),
    ]);
    const notes = await screen.findByRole('region', { name: 'Notes' });
    expect(within(notes).getByText('bold').tagName).toBe('STRONG');
    const code = screen.getByRole('region', { name: 'main.rs' });
    expect(within(code).getByRole('figure', { name: 'Code in rust' })).toBeTruthy();
    await expectClean();
  });

  it('never becomes markup', async () => {
    await shown([
      element('<img src=x>', { kind: 'text', text: '<script>alert(1)</script>', language: null }),
    ]);
    await screen.findByText('<script>alert(1)</script>');
    expect(document.querySelector('.elements script, .elements img')).toBeNull();
  });
});

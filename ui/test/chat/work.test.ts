import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Step, StepKind } from '../../src/bridge/bindings';
import { messages, profile } from '../support/app';
import { said, step } from '../support/make';
import { article, expectNoAxeViolations, openedThread } from '../support/thread';

const work = (id: string, sequence: number, change: Partial<Step> = {}) =>
  step(id, sequence, { kind: 'tool', name: id, ...change });

const nested = [
  said('user', 0, 'Hi'),
  work('plan', 1, { kind: 'run', input: 'the question', output: 'the plan' }),
  work('look', 2, { kind: 'retrieval', parent: 'plan' }),
  work('vectors', 3, { kind: 'embedding', parent: 'look', state: 'failed' }),
  said('assistant', 4, 'Said meanwhile', { parent: 'plan' }),
  work('tidy', 5, { parent: 'plan' }),
  said('assistant', 6, 'Done'),
];

const summaryOf = async (name: string) => {
  const found = (await screen.findAllByText(name)).map((text) => text.closest('summary'));
  const summary = found.find((candidate) => candidate !== null);
  if (!summary) throw new Error(`no row of work ${name}`);
  return summary;
};

describe('work', () => {
  it.each<[StepKind, string]>([
    ['run', 'Run'],
    ['tool', 'Tool'],
    ['llm', 'Language model'],
    ['embedding', 'Embedding'],
    ['retrieval', 'Retrieval'],
    ['rerank', 'Reranking'],
  ])('of kind %s is called %s where it has no name of its own', async (kind, name) => {
    await openedThread({ steps: [said('user', 0, 'Hi'), step('w', 1, { kind, name: '' })] });
    const row = await summaryOf(name);
    expect(row.textContent).toContain('Done');
    expect(row.closest('article')?.getAttribute('aria-label')).toMatch(new RegExp(`^${name}, `));
  });

  it('that is part of other work stands within it, at any depth', async () => {
    const { user } = await openedThread({ steps: nested });
    expect(screen.getAllByRole('article')).toHaveLength(4);
    expect(screen.queryByText('look')).toBeNull();
    await user.click(await summaryOf('plan'));
    expect(within(await article('plan')).getByText('look')).toBeTruthy();
    await user.click(await summaryOf('look'));
    const row = await article('vectors');
    expect(row).toBe(await article('plan'));
    expect(within(row).getByText('tidy')).toBeTruthy();
    expect(within(row).getAllByRole('list', { name: 'Steps of the work' })).toHaveLength(2);
  });

  it('says while closed how much is within, and what of it failed', async () => {
    await openedThread({ steps: nested });
    const plan = await summaryOf('plan');
    expect(plan.textContent).toContain('3 steps');
    expect(plan.textContent).toContain('1 failed');
  });

  it('leaves messages said within it where they were said, numbered without gaps', async () => {
    await openedThread({ steps: nested });
    const places = screen
      .getAllByRole('article')
      .map((row) => [row.getAttribute('aria-posinset'), row.getAttribute('aria-setsize')]);
    expect(places).toEqual([
      ['1', '4'],
      ['2', '4'],
      ['3', '4'],
      ['4', '4'],
    ]);
    expect(messages()[2]).toContain('Said meanwhile');
  });

  it('under a message stands in that message', async () => {
    await openedThread({
      steps: [
        said('user', 0, 'Hi'),
        said('assistant', 1, 'Yes'),
        work('under', 2, { parent: 's1' }),
      ],
    });
    expect(screen.getAllByRole('article')).toHaveLength(2);
    expect(within(await article('Yes')).getByText('under')).toBeTruthy();
  });

  it('shows what went in and came out as it is, to be copied', async () => {
    const output = '# not a heading\n<b>not bold</b>';
    const steps = [said('user', 0, 'Hi'), work('raw', 1, { input: '{"a": 1}', output })];
    const { user } = await openedThread({ steps });
    await user.click(await summaryOf('raw'));
    const row = within(await article('raw'));
    expect(row.getByRole('group', { name: 'Output' }).textContent).toBe(output);
    expect(row.queryByRole('heading')).toBeNull();
    await user.click(row.getByRole('button', { name: 'Copy: Input' }));
    expect(await navigator.clipboard.readText()).toBe('{"a": 1}');
  });

  it('shows code as code', async () => {
    const steps = [said('user', 0, 'Hi'), work('sql', 1, { output: 'SELECT 1', language: 'sql' })];
    const { user } = await openedThread({ steps });
    await user.click(await summaryOf('sql'));
    expect(screen.getByRole('figure', { name: 'Code in sql' }).textContent).toContain('SELECT 1');
  });

  it('folds what is very long', async () => {
    const steps = [said('user', 0, 'Hi'), work('long', 1, { output: 'x'.repeat(50_000) })];
    const { user } = await openedThread({ steps });
    await user.click(await summaryOf('long'));
    const output = screen.getByRole('group', { name: 'Output' });
    expect(output.textContent).toHaveLength(20_000);
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    expect(output.textContent).toHaveLength(50_000);
  });

  it('draws the newest of very many, and earlier ones when asked', async () => {
    const parts = Array.from({ length: 150 }, (_, at) => work(`p${at}`, at + 2, { parent: 'all' }));
    // Pages are of 50: the rest is held only when it was said while the window was open.
    const flood = profile('assistant', {
      handler: async (chat) =>
        chat.work('run', 'all', {}, async ({ id }) => {
          for (const { name } of parts)
            await chat.work('tool', name, { parent: id }, async () => '');
          return '';
        }),
    });
    const { user, composer } = await openedThread(
      { steps: [said('user', 0, 'Hi')] },
      { profiles: [flood] },
    );
    await user.type(composer, 'Go{Enter}');
    await waitFor(async () => expect((await summaryOf('all')).textContent).toContain('150 steps'));
    await user.click(await summaryOf('all'));
    expect(screen.queryByText('p49')).toBeNull();
    expect(screen.getByText('p50')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show 50 earlier steps' }));
    expect(screen.getByText('p0')).toBeTruthy();
  });

  it('shows its attachments', async () => {
    const steps = [
      said('user', 0, 'Hi'),
      work('draw', 1, {
        elements: [
          {
            id: 'e',
            name: 'notes',
            display: 'inline',
            content: { kind: 'text', text: 'Found it', language: null },
          },
        ],
      }),
    ];
    const { user } = await openedThread({ steps });
    await user.click(await summaryOf('draw'));
    expect(await screen.findByText('Found it')).toBeTruthy();
  });

  it('stays open when it is drawn anew', async () => {
    const { user, log } = await openedThread({ steps: nested });
    await user.click(await summaryOf('plan'));
    await fireEvent.scroll(log);
    expect((await summaryOf('plan')).closest('details')?.open).toBe(true);
  });

  it('holds nothing that axe finds wrong', async () => {
    const { user } = await openedThread({ steps: nested });
    await user.click(await summaryOf('plan'));
    await user.click(await summaryOf('look'));
    await expectNoAxeViolations();
  });
});

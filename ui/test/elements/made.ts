// Elements, and a conversation that has them, made with as few words as a test needs.

import { screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect } from 'vitest';
import type { Chart, Content, Element, Task } from '../../src/bridge/bindings';
import type { MemoryOptions } from '../../src/bridge/memory/options';
import { signedIn } from '../support/app';
import { said, thread } from '../support/make';

export function element(id: string, content: Content, change: Partial<Element> = {}): Element {
  return { id, name: id, display: 'inline', content, ...change };
}

export function file(
  id: string,
  kind: 'image' | 'pdf' | 'audio' | 'video' | 'file',
  mime: string,
  size = 3,
  change: Partial<Element> = {},
): Element {
  return element(id, { kind, file: { mime, size } }, change);
}

export function chart(kind: Chart['kind'], change: Partial<Chart> = {}): Content {
  return {
    kind: 'chart',
    chart: {
      kind,
      labels: ['Jan', 'Feb', 'Mar'],
      series: [
        { name: 'Sales', values: [3, null, 5] },
        { name: 'Costs', values: [1, 2, -4] },
      ],
      xTitle: 'Month',
      yTitle: null,
      ...change,
    },
  };
}

export const table = (columns: string[], rows: Extract<Content, { kind: 'dataframe' }>['rows']) =>
  ({ kind: 'dataframe', columns, rows }) satisfies Content;

export const tasks = (...list: Task[]): Content => ({
  kind: 'tasks',
  status: 'Importing',
  tasks: list,
});

/** A conversation whose reply carries these elements stands open. */
export async function shown(elements: Element[], options: MemoryOptions = {}) {
  const reply = said('assistant', 1, 'Here it is', { elements });
  const started = await signedIn({
    threads: [{ summary: thread('kept'), steps: [said('user', 0, 'Show me'), reply] }],
    ...options,
  });
  const list = within(screen.getByRole('navigation'));
  await started.user.click(await list.findByRole('button', { name: 'kept' }));
  // The first of a file also waits for what it is the first to use.
  await screen.findByRole('group', { name: 'Attached' }, { timeout: 10_000 });
  return { ...started, reply };
}

export async function expectClean() {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false } },
  });
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`,
  );
  expect(found).toEqual([]);
}

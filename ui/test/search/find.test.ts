import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messages, signedIn } from '../support/app';
import { step, thread } from '../support/make';

const steps = Array.from({ length: 300 }, (_, at) =>
  step(`m${at}`, at, { output: at % 100 === 7 ? `needle ${at}` : `Line ${at}` }),
);

// Nothing is laid out here, so which of the rows are drawn says nothing. The log must say that it is
// filled, or it would ask for ever more.
beforeEach(() => {
  vi.spyOn(Element.prototype, 'scrollHeight', 'get').mockReturnValue(700);
});
afterEach(() => void vi.restoreAllMocks());

/** Waits until messages are drawn, and only such between these. */
const drawn = (from: number, to: number) =>
  waitFor(() => {
    const numbers = messages().map((text) => Number(/(?:Line|needle) (\d+)/.exec(text ?? '')?.[1]));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter((number) => number < from || number > to)).toEqual([]);
  });

async function finding() {
  const started = await signedIn({ threads: [{ summary: thread('long'), steps }] });
  const list = within(screen.getByRole('navigation'));
  await started.user.click(await list.findByRole('button', { name: 'long' }));
  await drawn(250, 299);
  await started.user.keyboard('{Control>}f{/Control}');
  const field = await screen.findByRole('textbox', { name: 'Find in conversation' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  const bar = within(screen.getByRole('search'));
  const told = () => bar.getByRole('status').textContent;
  return { ...started, bar, told, field };
}

describe('finding in a conversation', () => {
  it('goes from place to place, also to what was not loaded', async () => {
    const { user, told, field } = await finding();
    await user.keyboard('needle');
    await waitFor(() => expect(told()).toBe('3 of 3'));
    await drawn(182, 231);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(told()).toBe('2 of 3'));
    await drawn(82, 131);
    await user.keyboard('{Shift>}{Enter}{Enter}{/Shift}');
    await waitFor(() => expect(told()).toBe('1 of 3'));
    await drawn(0, 31);
    expect(document.activeElement, 'to go on from').toBe(field);
  });

  it('comes back to the end', async () => {
    const { user, told } = await finding();
    await user.keyboard('needle');
    await waitFor(() => expect(told()).toBe('3 of 3'));
    await drawn(182, 231);
    await user.click(screen.getByRole('button', { name: 'Jump to latest' }));
    await drawn(250, 299);
  });

  it('has what is said next appear at the end', async () => {
    const { user, told, composer, backend } = await finding();
    await user.keyboard('needle');
    await waitFor(() => expect(told()).toBe('3 of 3'));
    await drawn(182, 231);
    await user.type(composer, 'hello{Enter}');
    await waitFor(() => expect(backend.calls.at(-1)?.command).toBe('sendMessage'));
    const calls = backend.calls.map(({ command }) => command);
    const [opened, sent] = [calls.lastIndexOf('openThread'), calls.lastIndexOf('sendMessage')];
    expect(opened, 'before it is said').toBeLessThan(sent);
    expect(opened).toBeGreaterThan(calls.lastIndexOf('stepsAround'));
  });

  it('says when there is nothing, and goes with Escape', async () => {
    const { user, told, composer } = await finding();
    await user.keyboard('nowhere');
    await waitFor(() => expect(told()).toBe('No matches'));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('search')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(composer));
  });

  it('says what went wrong', async () => {
    const { user, told, backend } = await finding();
    backend.failNext('findInThread', { code: 'storageDamaged', detail: 'record 7' });
    await user.keyboard('needle');
    await waitFor(() => expect(told()).toMatch(/record 7/));
  });
});

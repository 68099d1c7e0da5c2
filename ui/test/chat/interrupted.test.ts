import { screen, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { signedIn } from '../support/app';
import { said, thread } from '../support/make';

it.each([
  ['interrupted', 'Interrupted', true],
  ['stopped', 'Stopped', false],
] as const)('a reply that was %s says so, with or without a mark', async (state, words, marked) => {
  const steps = [said('user', 0, 'Hi'), said('assistant', 1, 'Half a', { state })];
  const { user } = await signedIn({ threads: [{ summary: thread('old'), steps }] });
  const list = within(screen.getByRole('navigation'));
  await user.click(await list.findByRole('button', { name: 'old' }));
  const note = await screen.findByText(new RegExp(`${words} · Saved 6 characters`));
  const mark = note.previousElementSibling;
  // The words are what a screen reader says; the mark is for the eye alone.
  expect(mark?.matches('.dot[aria-hidden=true]') ?? false).toBe(marked);
});

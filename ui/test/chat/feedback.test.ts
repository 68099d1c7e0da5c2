import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { said } from '../support/make';
import { article, expectNoAxeViolations, openedThread } from '../support/thread';

const steps = [
  said('user', 0, 'Hi'),
  said('assistant', 1, 'Rated before', { feedback: { rating: 'down', comment: 'Too short' } }),
  said('user', 2, 'Again'),
  said('assistant', 3, 'The reply'),
];

async function rating() {
  const started = await openedThread({ steps });
  const row = within(await article('The reply'));
  return {
    ...started,
    row,
    up: row.getByRole('button', { name: 'Good reply' }),
    down: row.getByRole('button', { name: 'Bad reply' }),
    given: () =>
      started.backend.calls
        .filter(({ command }) => command === 'giveFeedback')
        .map(({ args }) => args.slice(1)),
  };
}

const pressed = (button: HTMLElement) => button.getAttribute('aria-pressed');

describe('feedback', () => {
  it('is given, changed and taken back by pressing', async () => {
    const { user, up, down, given } = await rating();
    await user.click(up);
    await waitFor(() => expect(pressed(up)).toBe('true'));
    await user.click(down);
    await waitFor(() => expect(pressed(down)).toBe('true'));
    expect(pressed(up)).toBe('false');
    await user.click(down);
    await waitFor(() => expect(pressed(down)).toBe('false'));
    expect(given()).toEqual([
      ['s3', { rating: 'up', comment: null }],
      ['s3', { rating: 'down', comment: null }],
      ['s3', null],
    ]);
  });

  it('takes a few words, by keyboard alone', async () => {
    const { user, row, up, given } = await rating();
    expect(row.queryByRole('button', { name: 'Add a comment' })).toBeNull();
    up.focus();
    await user.keyboard(' ');
    (await row.findByRole('button', { name: 'Add a comment' })).focus();
    await user.keyboard('{Enter}');
    const field = row.getByRole('textbox', { name: 'Your comment' });
    expect(document.activeElement).toBe(field);
    await user.keyboard('Well put{Enter}');
    expect(await row.findByText('Well put')).toBeTruthy();
    expect(given().at(-1)).toEqual(['s3', { rating: 'up', comment: 'Well put' }]);
    const edit = row.getByRole('button', { name: 'Edit the comment' });
    await waitFor(() => expect(document.activeElement).toBe(edit));
  });

  it('Escape closes the field and changes nothing', async () => {
    const { user, row, up, given } = await rating();
    await user.click(up);
    await user.click(await row.findByRole('button', { name: 'Add a comment' }));
    await user.keyboard('never mind{Escape}');
    expect(row.queryByRole('textbox')).toBeNull();
    expect(given()).toHaveLength(1);
    const add = row.getByRole('button', { name: 'Add a comment' });
    await waitFor(() => expect(document.activeElement).toBe(add));
  });

  it('is shown again when the thread is opened again', async () => {
    await openedThread({ steps });
    const before = within(await article('Rated before'));
    expect(pressed(before.getByRole('button', { name: 'Bad reply' }))).toBe('true');
    expect(before.getByText('Too short')).toBeTruthy();
  });

  it('that could not be kept is told where it was given, and the words stay', async () => {
    const { user, row, up, backend } = await rating();
    backend.failNext('giveFeedback', { code: 'storageFull' });
    await user.click(up);
    expect(await row.findByText(/no room left/)).toBeTruthy();
    expect(pressed(up)).toBe('false');
    await user.click(up);
    await user.click(await row.findByRole('button', { name: 'Add a comment' }));
    backend.failNext('giveFeedback', { code: 'storageFull' });
    await user.keyboard('Precious{Enter}');
    expect(await row.findByText(/no room left/)).toBeTruthy();
    expect(row.getByRole<HTMLTextAreaElement>('textbox').value).toBe('Precious');
  });

  it('is for replies only', async () => {
    await openedThread({ steps });
    const own = within(await article('Again'));
    expect(own.queryByRole('button', { name: 'Good reply' })).toBeNull();
  });

  it('holds nothing that axe finds wrong', async () => {
    const { user, row, up } = await rating();
    await user.click(up);
    await user.click(await row.findByRole('button', { name: 'Add a comment' }));
    expect(screen.getByRole('textbox', { name: 'Your comment' })).toBeTruthy();
    await expectNoAxeViolations();
  });
});

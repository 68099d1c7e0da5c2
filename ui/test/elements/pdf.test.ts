// What stands around the pages. The pages themselves are drawn by pdf.js, which needs a canvas and a
// worker; here a book of blank pages stands in for it.

import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Book } from '../../src/elements/pdf/reader';
import { expectClean, file, shown } from './made';

const opening = vi.hoisted(() => ({ answer: (): unknown => null }));

vi.mock('../../src/elements/pdf/reader', () => {
  class Locked extends Error {}
  return { Locked, openBook: async () => opening.answer() };
});

const drawn: number[] = [];
const close = vi.fn();

const blank = (pages: number): Book => ({
  pages,
  size: async () => ({ width: 600, height: 800 }),
  draw(page, _scale, { text }) {
    drawn.push(page);
    text.textContent = `Words of page ${page}`;
    return { done: Promise.resolve(), stop: () => {} };
  },
  close,
});

const opened = () =>
  shown([file('Paper', 'pdf', 'application/pdf')], { files: { Paper: new Uint8Array(3) } });

beforeEach(() => {
  drawn.length = 0;
  close.mockClear();
  vi.stubGlobal(
    'URL',
    Object.assign(URL, { createObjectURL: () => 'blob:1', revokeObjectURL: () => {} }),
  );
});

describe('a PDF', () => {
  it('shows its pages, with their text for whoever selects or listens', async () => {
    opening.answer = () => blank(3);
    await opened();
    await screen.findByText('Words of page 3');
    expect(screen.getByRole('group', { name: 'Page 2' })).toBeTruthy();
    expect(screen.getByText('of 3')).toBeTruthy();
    await expectClean();
  });

  it('goes to the page that is asked for, and no further than it has', async () => {
    opening.answer = () => blank(3);
    const { user } = await opened();
    const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Page' });
    await user.clear(field);
    await user.type(field, '9{Enter}');
    await fireEvent.change(field);
    await waitFor(() => expect(field.value).toBe('3'));
    await user.clear(field);
    await user.type(field, 'x');
    await fireEvent.change(field);
    expect(field.value).toBe('3');
  });

  it('is drawn anew when it is made larger', async () => {
    opening.answer = () => blank(1);
    const { user } = await opened();
    await user.click(await screen.findByRole('button', { name: 'Zoom in' }));
    await waitFor(() => expect(drawn).toEqual([1, 1]));
  });

  it('gives back what it took when the conversation is left', async () => {
    opening.answer = () => blank(1);
    const { user } = await opened();
    await screen.findByText('Words of page 1');
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  });

  it.each([
    ['damaged', /This PDF cannot be read/],
    ['locked', /protected by a password/],
  ])('that is %s says so, and can still be saved', async (what, words) => {
    const { Locked } = await import('../../src/elements/pdf/reader');
    opening.answer = () => {
      throw what === 'locked' ? new Locked() : new Error('Invalid PDF structure.');
    };
    await opened();
    await screen.findByText(words);
    expect(screen.getByRole('button', { name: 'Save Paper' })).toBeTruthy();
    await expectClean();
  });
});

import { fireEvent, screen, within } from '@testing-library/svelte';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv, isNumeric, nextOrder, ordered } from '../../src/elements/table/cells';
import { windowOf } from '../../src/kit/windowed';
import { element, expectClean, shown, table } from './made';

describe('the cells of a table', () => {
  it('are put in order as numbers, with what is empty last either way', () => {
    const rows = [[10], [null], [9], [-1]];
    const up = ordered(rows, { column: 0, direction: 'ascending' }, 'en');
    const down = ordered(rows, { column: 0, direction: 'descending' }, 'en');
    expect(up.map(([value]) => value)).toEqual([-1, 9, 10, null]);
    expect(down.map(([value]) => value)).toEqual([10, 9, -1, null]);
    expect(ordered(rows, null, 'en')).toBe(rows);
  });

  it('become CSV that quotes what needs it and fills short rows', () => {
    expect(csv(['a', 'b "c"'], [['1,2', null], ['x']], 2)).toBe('a,"b ""c"""\r\n"1,2",\r\nx,');
  });

  it('are numbers only when all of them are', () => {
    expect(isNumeric([[1], [null], []], 0)).toBe(true);
    expect(isNumeric([[1], ['1']], 0)).toBe(false);
    expect(isNumeric([[null]], 0)).toBe(false);
  });

  it('go around three orders', () => {
    const once = nextOrder(null, 2);
    const twice = nextOrder(once, 2);
    expect([once?.direction, twice?.direction]).toEqual(['ascending', 'descending']);
    expect(nextOrder(twice, 2)).toBeNull();
    expect(nextOrder(twice, 1)).toEqual({ column: 1, direction: 'ascending' });
  });
});

describe('the rows on the screen', () => {
  it('and the room of the others always make up the whole', () => {
    const any = fc.record({
      total: fc.integer({ min: 0, max: 100_000 }),
      scrolled: fc.integer({ min: -50, max: 5_000_000 }),
      height: fc.integer({ min: 0, max: 2000 }),
    });
    fc.assert(
      fc.property(any, ({ total, scrolled, height }) => {
        const part = windowOf(total, 28, scrolled, height);
        expect(part.above + part.below + (part.end - part.first) * 28).toBe(total * 28);
        expect(part.first).toBeLessThanOrEqual(part.end);
      }),
    );
  });

  it('hold what is scrolled to', () => {
    const part = windowOf(5000, 28, 28 * 1000, 280);
    expect(part.first).toBeLessThanOrEqual(1000);
    expect(part.end).toBeGreaterThanOrEqual(1010);
    expect(part.end - part.first).toBeLessThan(100);
  });
});

describe('a table', () => {
  const people = table(
    ['Name', 'Age'],
    [
      ['Grace', 85],
      ['Ada', 36],
      ['Alan', null],
    ],
  );

  it('names itself, its columns and its size, and tells nothing from empty text', async () => {
    await shown([element('People', people)]);
    const found = await screen.findByRole('table', { name: 'People' }, { timeout: 10_000 });
    expect(screen.getByText('3 rows, 2 columns')).toBeTruthy();
    const heads = within(found).getAllByRole('columnheader');
    expect(heads.map((head) => head.textContent?.trim())).toEqual(['Name', 'Age']);
    expect(within(found).getByText('empty')).toBeTruthy();
    await expectClean();
  });

  it('is sorted by its heads, and says so', async () => {
    const { user } = await shown([element('People', people)]);
    const found = await screen.findByRole('table', { name: 'People' });
    const first = () => within(found).getAllByRole('cell')[0]?.textContent?.trim();
    expect(first()).toBe('Grace');
    await user.click(within(found).getByRole('button', { name: 'Age' }));
    expect(first()).toBe('Ada');
    const head = within(found).getByRole('columnheader', { name: 'Age' });
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    await user.keyboard('{Enter}');
    expect(first()).toBe('Grace');
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });

  it('is copied as CSV in the order it is shown', async () => {
    const { user } = await shown([element('People', people)]);
    await user.click(await screen.findByRole('button', { name: 'Name' }));
    await user.click(screen.getByRole('button', { name: 'Copy as CSV' }));
    const copied = await navigator.clipboard.readText();
    expect(copied).toBe('Name,Age\r\nAda,36\r\nAlan,\r\nGrace,85');
  });

  it('mounts only what is near of very many rows, and says how many there are', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => [at, `row ${at}`]);
    await shown([element('Many', table(['a', 'b'], rows))]);
    const found = await screen.findByRole('table', { name: 'Many' });
    expect(found.querySelectorAll('tbody tr').length).toBeLessThan(120);
    expect(found.getAttribute('aria-rowcount')).toBe('20001');
    const box = screen.getByRole('region', { name: 'Cells of Many' });
    Object.defineProperty(box, 'scrollTop', { value: 500_000, writable: true });
    await fireEvent.scroll(box);
    expect(Number(found.querySelector('tr[aria-rowindex="2"]') === null)).toBe(1);
    expect(found.querySelectorAll('tbody tr').length).toBeLessThan(120);
  });

  it('draws rows of any length, and nothing at all', async () => {
    await shown([
      element('Ragged', table(['only'], [[1, 2, 3], [], [{ deep: [null] }]])),
      element('Nothing', table([], [])),
    ]);
    const found = await screen.findByRole('table', { name: 'Ragged' });
    expect(within(found).getAllByRole('columnheader')).toHaveLength(3);
    expect(within(found).getByText('{"deep":[null]}')).toBeTruthy();
    expect(screen.getByText('0 rows, 0 columns')).toBeTruthy();
    await expectClean();
  });
});

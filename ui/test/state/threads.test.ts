import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupOf, merged, neighbour, rows, without } from '../../src/state/threads';
import { thread } from '../support/make';

const now = new Date(2025, 4, 20, 12, 0, 0);
const at = (...parts: [number, number, number, number?, number?, number?]) => new Date(...parts);

describe('groups follow the calendar of the person', () => {
  it.each([
    ['a minute ago', at(2025, 4, 20, 11, 59), 'today'],
    ['just after midnight', at(2025, 4, 20, 0, 0, 1), 'today'],
    ['a clock that is ahead', at(2025, 4, 21, 9), 'today'],
    ['a second before midnight', at(2025, 4, 19, 23, 59, 59), 'yesterday'],
    ['the day before yesterday', at(2025, 4, 18, 12), 'week'],
    ['seven days ago', at(2025, 4, 13, 1), 'week'],
    ['eight days ago', at(2025, 4, 12, 23), 'days30'],
    ['thirty days ago', at(2025, 3, 20, 12), 'days30'],
    ['thirty-one days ago', at(2025, 3, 19, 12), 'month'],
  ])('%s', (_, date, kind) => {
    expect(groupOf(date, now).kind).toBe(kind);
  });

  it('months are named with their year', () => {
    expect(groupOf(at(2023, 11, 31), now)).toEqual({ kind: 'month', year: 2023, month: 11 });
  });
});

describe('rows', () => {
  const stamp = (date: Date) => date.toISOString();
  const threads = [
    thread('a', { lastActivity: stamp(at(2025, 4, 20, 11)) }),
    thread('b', { lastActivity: stamp(at(2025, 4, 20, 9)) }),
    thread('c', { lastActivity: stamp(at(2024, 1, 3)) }),
    thread('d', { lastActivity: stamp(at(2024, 0, 3)) }),
  ];

  it('have one header before each group', () => {
    expect(
      rows(threads, now).map((row) => (row.row === 'header' ? row.group.kind : row.key)),
    ).toEqual(['today', 'a', 'b', 'month', 'c', 'month', 'd']);
  });

  it('have keys of their own', () => {
    const keys = rows(threads, now).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('merging', () => {
  it('the newest version of a thread wins and moves to its place', () => {
    const known = [
      thread('a', { lastActivity: '2025-05-02T00:00:00Z' }),
      thread('b', { lastActivity: '2025-05-01T00:00:00Z' }),
    ];
    const b = thread('b', { name: 'renamed', lastActivity: '2025-05-03T00:00:00Z' });
    expect(merged(known, [b]).map(({ name }) => name)).toEqual(['renamed', 'a']);
  });

  const anyThread = fc
    .record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), hour: fc.integer({ min: 0, max: 23 }) })
    .map(({ id, hour }) =>
      thread(id, { lastActivity: new Date(Date.UTC(2025, 0, 1, hour)).toISOString() }),
    );
  const anyThreads = fc.uniqueArray(anyThread, { selector: ({ id }) => id });

  it('any pages and events give each thread once, newest first', () => {
    fc.assert(
      fc.property(fc.array(anyThreads), (pages) => {
        const all = pages.reduce<ReturnType<typeof merged>>(merged, []);
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        const times = all.map(({ lastActivity }) => lastActivity);
        expect(times).toEqual([...times].sort().reverse());
      }),
    );
  });
});

it('neighbours are the rows above and below, and nothing beyond the ends', () => {
  const list = [thread('a'), thread('b'), thread('c')];
  expect(neighbour(list, 'b', -1)?.id).toBe('a');
  expect(neighbour(list, 'b', 1)?.id).toBe('c');
  expect(neighbour(list, 'a', -1)).toBeNull();
  expect(neighbour(list, 'c', 1)).toBeNull();
  expect(neighbour(list, null, 1)?.id).toBe('a');
  expect(neighbour([], null, 1)).toBeNull();
});

it('a deleted thread leaves the others', () => {
  expect(without([thread('a'), thread('b')], new Set(['a'])).map(({ id }) => id)).toEqual(['b']);
});

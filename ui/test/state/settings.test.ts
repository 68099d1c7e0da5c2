import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value, Widget } from '../../src/bridge/bindings';
import { refusalOf } from '../../src/state/message';
import { changes, isSame, problemOf, tabsOf, valueOf } from '../../src/state/settings';
import { setting as made } from '../support/make';

const setting = (widget: Widget, id = 'x') => made(id, widget);
const toggle = setting({ kind: 'switch', initial: false });
const tone = setting({
  kind: 'select',
  options: [{ value: 'plain', label: 'Plain' }],
  initial: 'plain',
});
const heat = setting({ kind: 'slider', min: 0, max: 2, step: 0.1, initial: 0.7 });
const text = (multiline: boolean) =>
  setting({ kind: 'text', initial: '', placeholder: '', maxLength: 5, multiline });

describe('what a setting refuses', () => {
  it.each([
    ['a switch that is text', toggle, 'yes', 'wrongType'],
    ['a choice that is not offered', tone, 'cold', 'notAChoice'],
    ['a number above', heat, 2.1, 'outOfBounds'],
    ['a number below', heat, -0.1, 'outOfBounds'],
    ['a number as text', heat, '1', 'wrongType'],
    ['nothing', heat, undefined, 'wrongType'],
    ['six characters where five fit', text(false), 'abcdef', 'tooLong'],
    ['a line break in one line', text(false), 'a\nb', 'lineBreak'],
  ])('%s', (_, given, value, kind) => {
    expect(problemOf(given, value)?.kind).toBe(kind);
  });

  it.each([
    ['a switch', toggle, true],
    ['an offered choice', tone, 'plain'],
    ['both bounds', heat, 2],
    ['five characters that are ten units', text(false), '😀😀😀😀😀'],
    ['a line break in several lines', text(true), 'a\nb'],
  ])('not %s', (_, given, value) => {
    expect(problemOf(given, value)).toBeNull();
  });
});

it('only what differs is sent, and a missing value is the initial one', () => {
  const settings = [setting(toggle.widget, 'a'), setting(heat.widget, 'b')];
  expect(valueOf(settings[1]!, {})).toBe(0.7);
  expect(changes(settings, { a: false }, { a: true, b: 0.7 })).toEqual({ a: true });
});

const options = ['a', 'b', 'c'].map((value) => ({ value, label: value.toUpperCase() }));
const check = setting({ kind: 'checkbox', initial: false });
const radio = setting({ kind: 'radio', options, initial: 'a' });
const several = setting({ kind: 'multiselect', options, initial: [] });
const count = setting({ kind: 'number', initial: null, min: 0, max: null, step: 1 });
const tags = setting({ kind: 'tags', initial: [], maxTags: 2, maxLength: 3 });
const day = setting({ kind: 'date', initial: null, min: '2025-01-01', max: '2025-12-31' });
const days = setting({ kind: 'dateRange', initial: null, min: null, max: '2025-12-31' });
const span = (start: string, end: string) => ({ start, end });

describe('what the other widgets refuse', () => {
  it.each<[string, ReturnType<typeof made>, Value, string]>([
    ['a checkbox that is text', check, 'on', 'wrongType'],
    ['a radio that is not offered', radio, 'd', 'notAChoice'],
    ['several with one that is not offered', several, ['a', 'd'], 'notAChoice'],
    ['several twice', several, ['a', 'a'], 'wrongType'],
    ['several out of order', several, ['b', 'a'], 'wrongType'],
    ['several that is one', several, 'a', 'wrongType'],
    ['a number below', count, -1, 'outOfBounds'],
    ['a number that is text', count, '1x', 'notANumber'],
    ['three tags where two fit', tags, ['a', 'b', 'c'], 'tooMany'],
    ['a long tag', tags, ['abcd'], 'tooLong'],
    ['the same tag twice', tags, ['a', 'a'], 'wrongType'],
    ['a tag with space around it', tags, [' a'], 'wrongType'],
    ['an empty tag', tags, [''], 'wrongType'],
    ['a day that is none', day, '2025-02-30', 'wrongType'],
    ['a day before', day, '2024-12-31', 'outOfDays'],
    ['a day after', day, '2026-01-01', 'outOfDays'],
    ['half a span', days, span('2025-01-01', ''), 'halfGiven'],
    ['a span the wrong way round', days, span('2025-02-01', '2025-01-01'), 'endsBeforeItBegins'],
    ['a span that ends too late', days, span('2025-02-01', '2026-01-01'), 'outOfDays'],
    ['a span of nothing', days, span('', ''), 'wrongType'],
  ])('%s', (_, given, value, kind) => {
    expect(problemOf(given, value)?.kind).toBe(kind);
  });

  it.each<[string, ReturnType<typeof made>, Value]>([
    ['an open bound', count, 1e9],
    ['no number', count, null],
    ['none of several', several, []],
    ['several in order', several, ['a', 'c']],
    ['two tags', tags, ['ab', '😀😀😀']],
    ['no day', day, null],
    ['the first day', day, '2025-01-01'],
    ['no span', days, null],
    ['a span of one day', days, span('2025-01-01', '2025-01-01')],
  ])('not %s', (_, given, value) => {
    expect(problemOf(given, value)).toBeNull();
  });
});

it.each<[string, Widget, Value, Value]>([
  ['words', text(true).widget, ' \n', 'a'],
  ['a number', count.widget, null, 0],
  ['a day', day.widget, null, '2025-05-01'],
  ['a span', days.widget, null, span('2025-05-01', '2025-05-02')],
  ['a list', several.widget, [], ['a']],
  ['tags', tags.widget, [], ['a']],
  ['a checkbox', check.widget, false, true],
  ['a switch', toggle.widget, false, true],
])('%s can be required', (_, widget, missing, given) => {
  const required = made('x', widget, { required: true });
  expect(problemOf(required, missing)).toEqual({ kind: 'missing' });
  expect(problemOf(required, given)).toBeNull();
  expect(problemOf(made('x', widget), missing)).toBeNull();
});

it('values are compared by what is in them', () => {
  const value = fc.jsonValue() as fc.Arbitrary<Value>;
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(isSame(a, structuredClone(a))).toBe(true);
      // -0 and 0 are the same number, and JSON writes them alike.
      const sorted = (one: Value) => JSON.stringify(one, keysInOrder);
      expect(isSame(a, b)).toBe(sorted(a) === sorted(b));
    }),
  );
  const list = [made('l', several.widget)];
  expect(changes(list, { l: ['a'] }, { l: ['a'] })).toEqual({});
  expect(changes(list, { l: ['a'] }, { l: ['a', 'b'] })).toEqual({ l: ['a', 'b'] });
});

function keysInOrder(_: string, value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

it('no value is one that the field itself would give and yet has a problem of its type', () => {
  // Whatever is chosen of several, in whatever order, the field hands on in the order of options.
  fc.assert(
    fc.property(fc.subarray(options), (chosen) => {
      expect(
        problemOf(
          several,
          chosen.map(({ value }) => value),
        ),
      ).toBeNull();
    }),
  );
});

it('settings of a tab stand together, in the order in which the tabs first appear', () => {
  const of = (id: string, tab: string | null) => made(id, toggle.widget, { tab });
  const settings = [of('a', 'One'), of('b', null), of('c', 'Two'), of('d', 'One')];
  const shown = tabsOf(settings).map((tab) => [tab.name, tab.settings.map(({ id }) => id)]);
  expect(shown).toEqual([
    ['One', ['a', 'd']],
    [null, ['b']],
    ['Two', ['c']],
  ]);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('One', 'Two', null)), (names) => {
      const all = names.map((tab, at) => of(`${at}`, tab));
      expect(tabsOf(all).flatMap((tab) => tab.settings)).toHaveLength(all.length);
    }),
  );
});

describe('messages', () => {
  it('are refused when nothing is in them, or more than 1 MiB', () => {
    expect(refusalOf(' \n\t')).toBe('empty');
    expect(refusalOf('a'.repeat(1024 * 1024))).toBeNull();
    expect(refusalOf('a'.repeat(1024 * 1024 + 1))).toBe('tooLong');
  });

  it('may be empty where a command says enough', () => {
    expect(refusalOf('', 'status')).toBeNull();
    expect(refusalOf(' ', 'status')).toBeNull();
  });

  it('are measured in bytes, not in characters', () => {
    expect(refusalOf('ä'.repeat(512 * 1024))).toBeNull();
    expect(refusalOf('ä'.repeat(512 * 1024 + 1))).toBe('tooLong');
    expect(refusalOf('語'.repeat(349_526))).toBe('tooLong');
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberOf, numberText, stepped } from '../../src/state/numbers';
import { withTags } from '../../src/state/tags';

it.each([
  ['1.5', 'en', 1.5],
  ['1,5', 'de', 1.5],
  ['1.5', 'de', 1.5],
  [' -3 ', 'en', -3],
  ['−3', 'en', -3],
  ['+3', 'en', 3],
  ['.5', 'en', 0.5],
  ['1.', 'en', 1],
  ['', 'en', null],
  ['  ', 'en', null],
  ['1,5', 'en', '1,5'],
  ['1e3', 'en', '1e3'],
  ['abc', 'en', 'abc'],
])('"%s" in %s is %s', (text, locale, value) => expect(numberOf(text, locale)).toBe(value));

it('what is shown of a number means the same number', () => {
  const plain = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 1000);
  fc.assert(
    fc.property(plain, fc.constantFrom('en', 'de'), (value, locale) => {
      expect(numberOf(numberText(value, locale), locale)).toBeCloseTo(value, 9);
    }),
  );
});

it('steps stay within the bounds and add no noise', () => {
  expect(stepped(0.1, 1, { min: 0, max: 1, step: 0.2 })).toBe(0.3);
  expect(stepped(1, 1, { min: 0, max: 1, step: 0.2 })).toBe(1);
  expect(stepped(0, -1, { min: null, max: null, step: null })).toBe(-1);
  expect(stepped(null, 1, { min: 5, max: null, step: 1 })).toBe(5);
});

it('words are trimmed, not empty, and each there once', () => {
  expect(withTags(['a'], ' b ,, a\nc ')).toEqual(['a', 'b', 'c']);
});

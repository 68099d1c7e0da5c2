import fc from 'fast-check';
import { expect, it } from 'vitest';
import { marksIn } from '../../src/search/marks';

const marked = (text: string, typed: string) =>
  marksIn(text, typed).map(([start, end]) => text.slice(start, end));

it.each([
  ['A RED cat', 'cat re', ['RED', 'cat']],
  ['A RED cat', 'cat red', ['RED', 'cat']],
  ['A RED cat', 're', ['RED']],
  ['A RED cat', 're ', []],
  ['Im Café, cafe\u0301s', 'cafe', ['Café', 'cafe\u0301s']],
  ['Straße', 'strasse', ['Straße']],
  ['Łódź', 'lodz', ['Łódź']],
  ['東京都', '京', ['京']],
  ['東京都', '京都', ['京都']],
  ['학교에서', '학교', ['학교']],
  ['snake_case', 'snake_ca', ['snake', 'case']],
  ['concatenate', 'cat', []],
  ['anything', ' " ', []],
])('in %j, %j marks %j', (text, typed, expected) => {
  expect(marked(text, typed)).toEqual(expected);
});

it('marks parts of the text, in order and without overlaps', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, typed) => {
      let last = 0;
      for (const [start, end] of marksIn(text, typed)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
  );
});

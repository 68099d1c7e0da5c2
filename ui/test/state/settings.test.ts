import { describe, expect, it } from 'vitest';
import type { Setting, Widget } from '../../src/bridge/bindings';
import { refusalOf } from '../../src/state/message';
import { changes, problemOf, valueOf } from '../../src/state/settings';

const setting = (widget: Widget, id = 'x'): Setting => ({
  id,
  label: id,
  description: null,
  widget,
});
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

describe('messages', () => {
  it('are refused when nothing is in them, or more than 1 MiB', () => {
    expect(refusalOf(' \n\t')).toBe('empty');
    expect(refusalOf('a'.repeat(1024 * 1024))).toBeNull();
    expect(refusalOf('a'.repeat(1024 * 1024 + 1))).toBe('tooLong');
  });

  it('are measured in bytes, not in characters', () => {
    expect(refusalOf('ä'.repeat(512 * 1024))).toBeNull();
    expect(refusalOf('ä'.repeat(512 * 1024 + 1))).toBe('tooLong');
    expect(refusalOf('語'.repeat(349_526))).toBe('tooLong');
  });
});

// The contrast that the tokens promise, computed from the tokens.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/kit/tokens.css', 'utf8');

function theme(selector: string): Record<string, string> {
  const body = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const READ: [string, string][] = [
  ...['bg', 'sidebar', 'surface-2', 'hover', 'bubble', 'danger-soft', 'warn-soft'].flatMap(
    (on): [string, string][] => [
      ['text', on],
      ['text-2', on],
    ],
  ),
  ['text', 'mark'],
  ['text-3', 'bg'],
  ['text-3', 'sidebar'],
  ['accent', 'bg'],
  ['accent', 'accent-soft'],
  ['accent', 'bubble'],
  ['accent-ink', 'accent'],
  ['accent-ink', 'accent-hover'],
  ['danger', 'bg'],
  ['danger-ink', 'danger'],
  ['warn', 'bg'],
  ['ok', 'bg'],
  ...['comment', 'keyword', 'string', 'number', 'title', 'type', 'attr', 'deleted'].map(
    (kind): [string, string] => [`syntax-${kind}`, 'code'],
  ),
];

describe.each([
  ['light', theme(':root')],
  ['dark', theme(":root[data-theme='dark']")],
])('%s', (_, tokens) => {
  it.each(READ)('%s on %s can be read', (ink, ground) => {
    expect(tokens[ink], ink).toBeDefined();
    expect(contrast(tokens[ink]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  it('the borders of controls can be seen', () => {
    expect(contrast(tokens['border-strong']!, tokens['bg']!)).toBeGreaterThanOrEqual(3);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('series %i of a chart can be seen', (series) => {
    expect(contrast(tokens[`chart-${series}`]!, tokens['bg']!)).toBeGreaterThanOrEqual(3);
  });
});

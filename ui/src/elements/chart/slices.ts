// The slices of a pie. Only what is more than nothing has one; many small ones become one. Pure.

import { COLOURS, type Model } from './model';

export interface Slice {
  label: string;
  value: number;
  /** Of the whole, from 0 to 1. */
  share: number;
  colour: number;
}

/** More cannot be told apart. */
const MOST = COLOURS;

export function slices({ labels, lines }: Model, rest: string): Slice[] {
  const parts = (lines[0]?.values ?? [])
    .map((value, at) => ({ label: labels[at] ?? '', value: value ?? 0 }))
    .filter(({ value }) => value > 0);
  // Shares of the largest first: the sum of very large ones may overflow.
  const largest = parts.reduce((most, { value }) => Math.max(most, value), 0);
  const shown = parts.length > MOST ? largestOf(parts, MOST - 1) : parts;
  const others = parts.filter((part) => !shown.includes(part));
  const whole = sum(parts.map(({ value }) => value / largest));
  const entries = [...shown];
  if (others.length > 0) {
    entries.push({ label: rest, value: sum(others.map(({ value }) => value)) });
  }
  return entries.map(({ label, value }, index) => ({
    label,
    value,
    share: value / largest / whole,
    colour: (index % COLOURS) + 1,
  }));
}

function largestOf<T extends { value: number }>(parts: readonly T[], count: number): T[] {
  const largest = new Set(parts.toSorted((a, b) => b.value - a.value).slice(0, count));
  return parts.filter((part) => largest.has(part));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

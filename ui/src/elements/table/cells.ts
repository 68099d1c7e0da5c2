// What stands in the cells of a table: as text, in order, and as CSV. Pure.

import type { Value } from '../../bridge/bindings';
import { shortened } from '../names';

export type Row = readonly Value[];

/** A cell shows no more than this; the copy has it all. */
const LONGEST = 400;

/** The whole text of a value; empty for nothing. */
export function cellText(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const shownText = (value: Value | undefined) => shortened(cellText(value), LONGEST);

/** How many columns there are: rows may be longer than the head, and the head than the rows. */
export function widthOf(columns: readonly string[], rows: readonly Row[]): number {
  return rows.reduce((most, row) => Math.max(most, row.length), columns.length);
}

/** Whether a column holds numbers, as far as it holds anything. */
export function isNumeric(rows: readonly Row[], column: number): boolean {
  let found = false;
  for (const row of rows) {
    const value = row[column];
    if (value === null || value === undefined) continue;
    if (typeof value !== 'number') return false;
    found = true;
  }
  return found;
}

export type Direction = 'ascending' | 'descending';
export interface Order {
  column: number;
  direction: Direction;
}

/** What the next press on the head of `column` makes of `order`. */
export function nextOrder(order: Order | null, column: number): Order | null {
  if (order?.column !== column) return { column, direction: 'ascending' };
  return order.direction === 'ascending' ? { column, direction: 'descending' } : null;
}

/** Numbers by size, the rest by its text; what is empty comes last either way. */
export function ordered(rows: readonly Row[], order: Order | null, locale: string): readonly Row[] {
  if (order === null) return rows;
  const { column, direction } = order;
  const sign = direction === 'ascending' ? 1 : -1;
  const words = new Intl.Collator(locale, { numeric: true });
  const keys = new Map(rows.map((row) => [row, keyOf(row[column])]));
  return rows.toSorted((a, b) => {
    const left = keys.get(a) ?? null;
    const right = keys.get(b) ?? null;
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * words.compare(String(left), String(right));
  });
}

function keyOf(value: Value | undefined): number | string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : cellText(value);
}

/** As RFC 4180 has it. */
export function csv(columns: readonly string[], rows: readonly Row[], width: number): string {
  const head = Array.from({ length: width }, (_, at) => columns[at] ?? '');
  const lines = [head, ...rows.map((row) => head.map((_, at) => cellText(row[at])))];
  return lines.map((line) => line.map(quoted).join(',')).join('\r\n');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// How wide a column is: as its longest cell among the first ones, within reason. Fixed from the
// start, or columns would move while the table is scrolled.

import { shortened } from '../names';
import { cellText, type Row } from './cells';

const LOOKED_AT = 100;
const NARROWEST = 7;
const WIDEST = 42;

export function columnWidth(title: string, rows: readonly Row[], column: number): string {
  let longest = Math.min(title.length + 3, 24);
  for (const row of rows.slice(0, LOOKED_AT)) {
    longest = Math.max(longest, shortened(cellText(row[column]), WIDEST).length + 2);
  }
  return `${Math.min(WIDEST, Math.max(NARROWEST, longest))}ch`;
}

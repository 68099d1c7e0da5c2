// Which rows of a long table are on the screen, and how much room the others take. Rows are all of
// one height, so this needs no measuring of each.

export interface Window {
  first: number;
  /** After the last. */
  end: number;
  above: number;
  below: number;
}

/** Fewer rows than this are simply all there. */
const ALL = 200;

/** Rows beyond the edge, so that scrolling does not show gaps. */
const SPARE = 20;

export function windowOf(total: number, row: number, scrolled: number, height: number): Window {
  if (total <= ALL) return { first: 0, end: total, above: 0, below: 0 };
  const at = Math.floor(Math.max(0, scrolled) / row);
  const visible = Math.ceil(height / row);
  // An even number, so that the stripes of rows stay theirs.
  const first = Math.max(0, Math.min(total - visible, at) - SPARE) & ~1;
  const end = Math.min(total, at + visible + SPARE);
  return { first, end, above: first * row, below: (total - end) * row };
}

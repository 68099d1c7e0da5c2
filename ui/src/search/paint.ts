// Marks what was found within what is drawn already, without changing it: highlights of the web view
// itself, over ranges of text.

import { marksIn } from './marks';

const NAME = 'found';

/** What words end with: two cells of a table are not one word. */
const BLOCKS = 'p, li, h1, h2, h3, h4, h5, h6, td, th, pre, dt, dd';

/** Keeps what `text` looks for marked in `root` until the returned function is called. */
export function paint(root: HTMLElement, text: string): () => void {
  // Old web views do without.
  if (!('highlights' in CSS) || text.trim() === '') return () => {};
  let frame = 0;
  const draw = () => {
    frame = 0;
    CSS.highlights.set(NAME, new Highlight(...rangesIn(root, text)));
  };
  const later = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const changes = new MutationObserver(later);
  changes.observe(root, { childList: true, subtree: true, characterData: true });
  draw();
  return () => {
    changes.disconnect();
    cancelAnimationFrame(frame);
    CSS.highlights.delete(NAME);
  };
}

function rangesIn(root: HTMLElement, text: string): Range[] {
  const blocks = new Map<Element, Text[]>();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const block = node.parentElement?.closest(BLOCKS);
    if (!block?.closest('[data-step]') || node.parentElement?.closest('button')) continue;
    const known = blocks.get(block);
    if (known) known.push(node as Text);
    else blocks.set(block, [node as Text]);
  }
  return [...blocks.values()].flatMap((nodes) => rangesOf(nodes, text));
}

/** A word may go on over several nodes, as where a part of it is bold. */
function rangesOf(nodes: readonly Text[], text: string): Range[] {
  let whole = '';
  const parts = nodes.map((node) => {
    const from = whole.length;
    whole += node.data;
    return { node, from };
  });
  return marksIn(whole, text).flatMap(([start, end]) => {
    const first = parts.findLast(({ from }) => from <= start);
    const last = parts.findLast(({ from }) => from < end);
    if (!first || !last) return [];
    const range = document.createRange();
    range.setStart(first.node, start - first.from);
    range.setEnd(last.node, end - last.from);
    return [range];
  });
}

// Markdown that grows. A block that is finished is never parsed again: only the text from the start
// of the last block on is, each time some is appended.

import { parse, type Block, type Definitions } from './parse';

export interface StreamedBlock {
  key: number;
  block: Block;
  /** No later text can change it. */
  finished: boolean;
}

export class BlockStream {
  #text = '';
  #finished: StreamedBlock[] = [];
  /** Where the text that is still parsed begins. */
  #open = 0;
  #definitions: Definitions = {};
  #complete = false;

  /** The blocks of `text`; those before the last keep their identity from call to call. */
  update(given: string, complete: boolean): readonly StreamedBlock[] {
    const text = given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given;
    const grew = text.startsWith(this.#text) && !this.#complete;
    if (!grew && text !== this.#text) this.#reset();
    this.#text = text;
    this.#complete = complete;

    const tail = text.slice(this.#open);
    const placed = parse(tail, this.#definitions);
    const settled = complete ? placed.length : settledBlocks(placed, tail);
    const blocks = placed.map(({ block }, index) => ({
      key: this.#finished.length + index,
      block,
      finished: index < settled,
    }));

    const next = placed[settled];
    this.#finished = [...this.#finished, ...blocks.slice(0, settled)];
    if (complete) this.#open = text.length;
    else if (next && settled > 0) this.#open += lineOffset(tail, next.start);
    return [...this.#finished, ...blocks.slice(settled)];
  }

  #reset() {
    this.#text = '';
    this.#finished = [];
    this.#open = 0;
    this.#definitions = {};
  }
}

/**
 * How many blocks are finished. A block is, once a later one has begun and the line after its first
 * is reached by a whole line, too: what is still being written may turn out to continue the block
 * before it. "#" may become "#tag", and a table is one only when the line under its head is whole.
 */
function settledBlocks(placed: readonly { start: number }[], tail: string): number {
  const lastLine = countLines(tail);
  let settled = placed.length - 1;
  while (settled > 0 && (placed[settled]?.start ?? 0) >= lastLine - 1) settled -= 1;
  return Math.max(0, settled);
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function lineOffset(text: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed += 1) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

// Markdown to a small tree of our own. Components build elements from it; no text ever becomes
// markup, and what is not in this tree cannot be shown.

import MarkdownIt from 'markdown-it';

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'break' }
  | { type: 'image'; alt: string; src: string }
  | { type: 'strong' | 'em' | 'strike'; children: Inline[] }
  | { type: 'link'; href: string; children: Inline[] };

export type Align = 'start' | 'center' | 'end';

export type Block =
  | { type: 'paragraph'; tight: boolean; children: Inline[] }
  | { type: 'heading'; level: number; children: Inline[] }
  | { type: 'quote'; children: Block[] }
  | { type: 'list'; start: number | null; items: Item[] }
  | { type: 'code'; language: string; text: string }
  | { type: 'rule' }
  | { type: 'table'; align: Align[]; head: Inline[][]; rows: Inline[][][] };

/** `task` is whether a task is done, for items that are tasks. */
export interface Item {
  task: boolean | null;
  blocks: Block[];
}

/** Top-level blocks with the lines they cover. */
export interface Placed {
  block: Block;
  start: number;
  end: number;
}

/** Link definitions found so far; handed from one part of a text to the next. */
export type Definitions = Record<string, unknown>;

type Token = ReturnType<(typeof markdown)['parse']>[number];

const markdown = new MarkdownIt('default', { html: false, linkify: true, breaks: false });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
// The only addresses that the app opens; anything else stays the text that was written.
markdown.validateLink = (url) => /^(https:|mailto:)/i.test(url.trim());

export function parse(text: string, definitions: Definitions = {}): Placed[] {
  const reader = new Reader(markdown.parse(text, definitions));
  const placed: Placed[] = [];
  for (let token = reader.peek(); token; token = reader.peek()) {
    const [start, end] = token.map ?? [0, 0];
    const block = reader.block();
    if (block) placed.push({ block, start, end });
  }
  return placed;
}

class Reader {
  #at = 0;

  constructor(private readonly tokens: Token[]) {}

  peek(): Token | undefined {
    return this.tokens[this.#at];
  }

  block(): Block | null {
    const token = this.#next();
    switch (token.type) {
      case 'paragraph_open':
        return {
          type: 'paragraph',
          tight: token.hidden,
          children: this.#inlineUntil('paragraph_close'),
        };
      case 'heading_open':
        return {
          type: 'heading',
          level: Number(token.tag.slice(1)),
          children: this.#inlineUntil('heading_close'),
        };
      case 'blockquote_open':
        return { type: 'quote', children: this.#blocksUntil('blockquote_close') };
      case 'bullet_list_open':
        return { type: 'list', start: null, items: this.#items('bullet_list_close') };
      case 'ordered_list_open':
        return {
          type: 'list',
          start: Number(token.attrGet('start') ?? 1),
          items: this.#items('ordered_list_close'),
        };
      case 'fence':
        return {
          type: 'code',
          language: token.info.trim().split(/\s+/)[0] ?? '',
          text: token.content,
        };
      case 'code_block':
        return { type: 'code', language: '', text: token.content };
      case 'hr':
        return { type: 'rule' };
      case 'table_open':
        return this.#table();
      default:
        return null;
    }
  }

  #next(): Token {
    const token = this.tokens[this.#at];
    if (!token) throw new Error('Markdown ended within a block');
    this.#at += 1;
    return token;
  }

  #blocksUntil(close: string): Block[] {
    const blocks: Block[] = [];
    while (this.peek()?.type !== close) {
      const block = this.block();
      if (block) blocks.push(block);
    }
    this.#next();
    return blocks;
  }

  #items(close: string): Item[] {
    const items: Item[] = [];
    while (this.peek()?.type !== close) {
      this.#next();
      items.push(item(this.#blocksUntil('list_item_close')));
    }
    this.#next();
    return items;
  }

  #inlineUntil(close: string): Inline[] {
    let children: Inline[] = [];
    for (let token = this.#next(); token.type !== close; token = this.#next()) {
      if (token.type === 'inline') children = inlines(token.children ?? []);
    }
    return children;
  }

  #table(): Block {
    const rows: Inline[][][] = [];
    let align: Align[] = [];
    for (let token = this.#next(); token.type !== 'table_close'; token = this.#next()) {
      if (token.type === 'tr_open') rows.push([]);
      const close =
        token.type === 'th_open' ? 'th_close' : token.type === 'td_open' ? 'td_close' : '';
      if (close === '') continue;
      if (rows.length === 1) align = [...align, alignOf(token)];
      rows.at(-1)?.push(this.#inlineUntil(close));
    }
    return { type: 'table', align, head: rows[0] ?? [], rows: rows.slice(1) };
  }
}

/** "[ ] buy milk" is a task, "[x] buy milk" one that is done. */
function item(blocks: Block[]): Item {
  const first = blocks[0]?.type === 'paragraph' ? blocks[0].children[0] : undefined;
  const mark = first?.type === 'text' ? /^\[([ xX])\] /.exec(first.text) : null;
  if (first?.type !== 'text' || !mark) return { task: null, blocks };
  first.text = first.text.slice(mark[0].length);
  return { task: mark[1] !== ' ', blocks };
}

function alignOf(token: Token): Align {
  const style = String(token.attrGet('style') ?? '');
  if (style.includes('right')) return 'end';
  return style.includes('center') ? 'center' : 'start';
}

function inlines(tokens: Token[]): Inline[] {
  const root: Inline[] = [];
  const stack: Inline[][] = [root];
  const add = (node: Inline) => stack.at(-1)?.push(node);
  const enter = (node: Inline & { children: Inline[] }) => {
    add(node);
    stack.push(node.children);
  };
  for (const token of tokens) {
    switch (token.type) {
      case 'text':
      case 'text_special':
        if (token.content !== '') add({ type: 'text', text: token.content });
        break;
      case 'softbreak':
        add({ type: 'text', text: '\n' });
        break;
      case 'hardbreak':
        add({ type: 'break' });
        break;
      case 'code_inline':
        add({ type: 'code', text: token.content });
        break;
      case 'image':
        add({ type: 'image', alt: token.content, src: String(token.attrGet('src') ?? '') });
        break;
      case 'strong_open':
        enter({ type: 'strong', children: [] });
        break;
      case 'em_open':
        enter({ type: 'em', children: [] });
        break;
      case 's_open':
        enter({ type: 'strike', children: [] });
        break;
      case 'link_open':
        enter({ type: 'link', href: String(token.attrGet('href') ?? ''), children: [] });
        break;
      case 'strong_close':
      case 'em_close':
      case 's_close':
      case 'link_close':
        stack.pop();
        break;
    }
  }
  return root;
}

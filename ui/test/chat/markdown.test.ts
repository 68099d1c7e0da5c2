import fc from 'fast-check';
import { render } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import Markdown from '../../src/chat/markdown/Markdown.svelte';
import { BlockStream, type StreamedBlock } from '../../src/chat/markdown/blockStream';
import { highlighted } from '../../src/chat/markdown/languages';
import { parse } from '../../src/chat/markdown/parse';

const shown = (text: string, streaming = false) => {
  const onlink = vi.fn();
  const { container } = render(Markdown, { text, streaming, onlink });
  return { container, onlink };
};

const blocksOf = (stream: BlockStream, text: string, complete = false) =>
  stream.update(text, complete).map(({ block }) => block);

describe('text that grows', () => {
  const fragments = fc.constantFrom(
    'words',
    ' ',
    '\n',
    '\n\n',
    '# ',
    '#',
    '- ',
    '-',
    '1. ',
    '> ',
    '```',
    '```js\n',
    '    ',
    '  ',
    '|',
    'a|b\n-|-\n',
    '*',
    '**',
    '`',
    '---',
    '===',
    '~~~\n',
    '\t',
    '[a](b)',
    '\r\n',
  );

  it('does not take a head for a table before the line under it is whole', () => {
    const stream = new BlockStream();
    stream.update('words\n|words\n---', false);
    const whole = 'words\n|words\n---words';
    const blocks = (all: readonly StreamedBlock[]) => all.map(({ block }) => block);
    expect(blocks(stream.update(whole, true))).toEqual(
      blocks(new BlockStream().update(whole, true)),
    );
  });

  it('gives in any pieces the blocks that the whole gives', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 40 }), (pieces) => {
        const stream = new BlockStream();
        let text = '';
        for (const piece of pieces) stream.update((text += piece), false);
        expect(blocksOf(stream, text, true)).toEqual(parse(text).map(({ block }) => block));
      }),
      { numRuns: 1500 },
    );
  });

  it('never parses a finished block again', () => {
    const stream = new BlockStream();
    const [first] = stream.update('# Title\n\nA paragraph\n\nmore', false);
    const later = stream.update('# Title\n\nA paragraph\n\nmore and more\n\nstill', false);
    expect(later[0]).toBe(first);
    expect(later[0]?.finished).toBe(true);
    expect(later.at(-1)?.finished).toBe(false);
  });

  it('waits for the end of a line before it believes it', () => {
    const stream = new BlockStream();
    stream.update('words\n#', false);
    expect(blocksOf(stream, 'words\n#tag')).toEqual(parse('words\n#tag').map(({ block }) => block));
  });

  it('keeps an unclosed fence open until it is closed', () => {
    const stream = new BlockStream();
    const open = stream.update('```js\nlet a;\n\n# not a title\n', false);
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({ finished: false, block: { type: 'code', language: 'js' } });
    const closed = stream.update('```js\nlet a;\n\n# not a title\n```\nafter\nx', false);
    expect(closed.map(({ block }) => block.type)).toEqual(['code', 'paragraph']);
  });

  it('begins anew when the text is another one', () => {
    const stream = new BlockStream();
    stream.update('# One\n\nTwo\n\nThree', false);
    expect(blocksOf(stream, 'Other', true)).toEqual(parse('Other').map(({ block }) => block));
  });

  it('goes on after it was complete', () => {
    const stream = new BlockStream();
    stream.update('Hello', true);
    expect(blocksOf(stream, 'Hello there', true)).toEqual(
      parse('Hello there').map(({ block }) => block),
    );
  });

  it('knows link definitions that stood in a finished block', () => {
    const stream = new BlockStream();
    const text = '[n]: https://example.org\n\nOne\n\nTwo\n\nSee [n].\n\nx';
    stream.update(text.slice(0, 40), false);
    const link = JSON.stringify(stream.update(text, true));
    expect(link).toContain('"href":"https://example.org"');
  });
});

describe('hostile text', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<style>*{display:none}</style>',
    '<iframe src="https://example.org"></iframe>',
    '<svg onload=alert(1)>',
  ])('%s stays text', (text) => {
    const { container } = shown(text);
    expect(container.querySelector('script, img, iframe, style, svg')).toBeNull();
    expect(container.querySelector('a[href^="javascript"]')).toBeNull();
    expect(container.textContent).toContain(text);
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,hi)',
    '[x](vbscript:x)',
    '[x](file:///etc/passwd)',
    '<javascript:alert(1)>',
    '[x](//example.org)',
    '![x](data:image/svg+xml,hi)',
  ])('%s becomes no link', (text) => {
    expect(shown(text).container.querySelector('a')).toBeNull();
  });

  it('images are not loaded; their words and a link stand for them', () => {
    const { container } = shown('![a cat](https://example.org/cat.png)');
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toContain('a cat');
    expect(container.querySelector('a')?.getAttribute('href')).toBe('https://example.org/cat.png');
  });

  it('an image in a link makes one link, not two in each other', () => {
    const { container } = shown('[![cat](https://a.org/c.png)](https://b.org)');
    expect([...container.querySelectorAll('a')].map((a) => a.getAttribute('href'))).toEqual([
      'https://b.org',
    ]);
  });

  it.each([
    ['quotes', '> '.repeat(500) + 'deep'],
    ['lists', Array.from({ length: 200 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n')],
    ['brackets', '['.repeat(5000)],
    ['stars', '*'.repeat(5000) + 'a'],
  ])('deep %s are shown without breaking', (_, text) => {
    expect(shown(text).container.textContent?.length).toBeGreaterThan(0);
  });

  it('no attribute is made that the policy would block', () => {
    const { container } = shown('| a |\n|:-:|\n| b |\n\n```js\nlet a = 1\n```\n\n1. x');
    expect(container.querySelector('[style]')).toBeNull();
  });
});

describe('links', () => {
  it('are opened by the app, never by the page', () => {
    const { container, onlink } = shown(
      '[docs](https://example.org/a?b=c) or https://bare.example',
    );
    const links = [...container.querySelectorAll('a')];
    const click = new MouseEvent('click', { bubbles: true, cancelable: true });
    links[0]?.dispatchEvent(click);
    expect(click.defaultPrevented).toBe(true);
    expect(onlink).toHaveBeenCalledExactlyOnceWith('https://example.org/a?b=c');
    expect(links[1]?.getAttribute('href')).toBe('https://bare.example');
  });
});

describe('elements', () => {
  it.each([
    ['# A\n\n## B\n\n# C', ['H2', 'H3', 'H2']],
    ['### A\n\n##### B\n\n### C\n\n# D', ['H2', 'H3', 'H2', 'H2']],
    ['###### A', ['H2']],
  ])('headings in %j leave no hole in the outline', (text, tags) => {
    const { container } = shown(text);
    expect([...container.querySelectorAll('.heading')].map(({ tagName }) => tagName)).toEqual(tags);
  });

  it('tables keep their alignment in classes and scroll in their own box', () => {
    const { container } = shown('| a | b |\n|:-:|--:|\n| 1 | 2 |');
    expect([...container.querySelectorAll('td')].map((cell) => cell.className)).toEqual([
      'center',
      'end',
    ]);
    expect(container.querySelector('.table-box > table')).not.toBeNull();
  });

  it('a reply with nothing in it yet shows the caret', () => {
    expect(shown('', true).container.querySelector('.caret')).not.toBeNull();
    expect(shown('', false).container.querySelector('.caret')).toBeNull();
  });
});

describe('highlighting', () => {
  it('gives back exactly the code, in spans with classes', () => {
    const code = 'const a = "<b>"; // done';
    const spans = highlighted(code, 'js') ?? [];
    expect(spans.map(([, text]) => text).join('')).toBe(code);
    expect(spans.map(([name]) => name)).toContain('hl-keyword');
  });

  it('leaves unknown languages alone', () => {
    expect(highlighted('x', 'klingon')).toBeNull();
  });

  it('loses nothing of any text in any language', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('rust', 'json', 'html', 'md', 'bash'),
        (code, language) => {
          const text = (highlighted(code, language) ?? []).map(([, part]) => part).join('');
          expect(text).toBe(code);
        },
      ),
    );
  });
});

// The languages that code is highlighted in, and the names people write after the fence.

import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scss from 'highlight.js/lib/languages/scss';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  makefile,
  markdown,
  php,
  python,
  r,
  ruby,
  rust,
  scss,
  shell,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};

for (const [name, definition] of Object.entries(languages)) hljs.registerLanguage(name, definition);

/** A run of text with the class of its innermost scope; an empty class is plain text. */
export type Span = readonly [className: string, text: string];

interface ScopeNode {
  scope?: string;
  children: (ScopeNode | string)[];
}

/** `null` when the language is not known. */
export function highlighted(code: string, language: string): Span[] | null {
  if (!hljs.getLanguage(language)) return null;
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  // The tree behind the markup, so that elements can be built without reading markup back.
  const emitter = result._emitter as unknown as { rootNode: ScopeNode };
  const spans: Span[] = [];
  collect(emitter.rootNode, '', spans);
  return spans;
}

function collect(node: ScopeNode, around: string, into: Span[]) {
  const scope = node.scope?.startsWith('language:') ? around : (node.scope ?? around);
  for (const child of node.children) {
    if (typeof child === 'string') into.push([className(scope), child]);
    else collect(child, scope, into);
  }
}

function className(scope: string): string {
  return scope === '' ? '' : `hl-${scope.split('.')[0]}`;
}

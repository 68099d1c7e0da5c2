// What is shipped must live under the content security policy and must not contain the backend for
// tests.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? 'dist';
const problems = [];
const html = readFileSync(join(root, 'index.html'), 'utf8');

if (/<script(?![^>]*\bsrc=)/.test(html)) problems.push('index.html has an inline script');
if (/<style|\sstyle=/.test(html)) problems.push('index.html has an inline style');
if (/\son\w+=/.test(html)) problems.push('index.html has an inline event handler');

for (const name of readdirSync(root, { recursive: true })) {
  const path = join(root, name);
  if (statSync(path).isDirectory() || !/\.(js|css)$/.test(name)) continue;
  const text = readFileSync(path, 'utf8');
  if (/@import\s+url|url\(["']?https?:/.test(text)) problems.push(`${name} loads from the network`);
  if (/url\(["']?data:(?!image\/)/.test(text))
    problems.push(`${name} has a font or style as data:`);
  if (/memory\/|MemoryThread|example-thread/.test(text))
    problems.push(`${name} has the test backend`);
  if (/\beval\(|new Function\(/.test(text)) problems.push(`${name} evaluates text as code`);
}

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

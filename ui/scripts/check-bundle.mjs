// What is shipped must live under the content security policy, must not contain the backend for
// tests, and must not keep the first screen waiting for what comes later.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The most bytes of script that the first screen may take. Svelte alone is 54 kB of them. */
const FIRST_SCREEN = 130_000;

const root = process.argv[2] ?? 'dist';
const problems = [];
const html = readFileSync(join(root, 'index.html'), 'utf8');

if (/<script(?![^>]*\bsrc=)/.test(html)) problems.push('index.html has an inline script');
if (/<style|\sstyle=/.test(html)) problems.push('index.html has an inline style');
if (/\son\w+=/.test(html)) problems.push('index.html has an inline event handler');

const first = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => path);
const bytes = first.reduce((sum, path) => sum + statSync(join(root, path)).size, 0);
if (bytes > FIRST_SCREEN) problems.push(`${first.join(', ')}: ${bytes} bytes before a screen`);

for (const name of readdirSync(root, { recursive: true })) {
  const path = join(root, name);
  if (statSync(path).isDirectory() || !/\.(js|css)$/.test(name)) continue;
  const text = readFileSync(path, 'utf8');
  if (/@import\s+url|url\(["']?https?:/.test(text)) problems.push(`${name} loads from the network`);
  // pdf.js has a way of loading fonts for browsers without FontFace; here it is never taken.
  if (/url\(["']?data:(?!image\/)/.test(text) && !/^assets[\\/]pdfjs-/.test(name))
    problems.push(`${name} has a font or style as data:`);
  if (/memory\/|MemoryThread|example-thread/.test(text))
    problems.push(`${name} has the test backend`);
  if (/\beval\(|new Function\(/.test(text)) problems.push(`${name} evaluates text as code`);
}

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

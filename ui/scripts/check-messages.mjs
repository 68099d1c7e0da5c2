// Every language says everything, with the same placeholders; every message is used; and no message
// is asked for that does not exist.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (locale) => {
  const messages = JSON.parse(readFileSync(`messages/${locale}.json`, 'utf8'));
  delete messages.$schema;
  return messages;
};
const { baseLocale, locales } = JSON.parse(readFileSync('project.inlang/settings.json', 'utf8'));
const base = read(baseLocale);
const problems = [];

const texts = (message) =>
  typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));
const placeholders = (message) =>
  [...new Set(texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort().join(' ');

for (const locale of locales.filter((locale) => locale !== baseLocale)) {
  const other = read(locale);
  for (const key of Object.keys(base)) {
    if (!(key in other)) problems.push(`${locale}: "${key}" is missing`);
    else if (texts(other[key]).some((text) => text.trim() === '')) {
      problems.push(`${locale}: "${key}" is empty`);
    } else if (placeholders(base[key]) !== placeholders(other[key])) {
      problems.push(`${locale}: "${key}" has other placeholders than ${baseLocale}`);
    }
  }
  for (const key of Object.keys(other)) {
    if (!(key in base)) problems.push(`${locale}: "${key}" is not in ${baseLocale}`);
  }
}

const source = readdirSync('src', { recursive: true })
  .filter((name) => /\.(svelte|ts)$/.test(name) && !name.includes('generated'))
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n');
const used = new Set([...source.matchAll(/\bm\.([a-z_0-9]+)/g)].map(([, key]) => key));
for (const key of used) if (!(key in base)) problems.push(`"${key}" is used but does not exist`);
for (const key of Object.keys(base)) if (!used.has(key)) problems.push(`"${key}" is not used`);

for (const problem of problems) console.error(problem);
console.log(
  `${Object.keys(base).length} messages in ${locales.join(', ')}: ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);

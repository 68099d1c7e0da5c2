// Every icon of the Lucide set by every name it has or had, for the icons that profiles name: a
// module for each first letter, so that what is fetched for one icon stays small.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FROM = 'node_modules/@lucide/svelte/dist/icons';
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

const INDEX = 'virtual:named-icons';

/** What an icon is drawn with: the elements of its picture and their attributes. */
function drawing(file) {
  const [, data] =
    /^const iconData = (\{.*\});$/m.exec(readFileSync(join(FROM, file), 'utf8')) ?? [];
  if (data === undefined) throw new Error(`${file} is not written as an icon of Lucide`);
  return JSON.parse(data).node;
}

/** Without what names are put together with: `house-plus` and `HousePlus` are one. */
const keyOf = (name) => name.replaceAll('-', '').toLowerCase();

function letterOf(letter) {
  const icons = {};
  for (const module of readdirSync(FROM)) {
    const name = /^(.+)\.js$/.exec(module)?.[1];
    if (!name?.startsWith(letter) || name === 'index') continue;
    const [, file] = /from "\.\/(.+\.svelte)"/.exec(readFileSync(join(FROM, module), 'utf8')) ?? [];
    if (file === undefined) throw new Error(`${module} is not written as a module of Lucide`);
    icons[keyOf(name)] = drawing(file);
  }
  // As text, which is read faster than code.
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(icons))});`;
}

const index = () =>
  `export default {${LETTERS.map((letter) => `${letter}: () => import('${INDEX}/icons-${letter}')`)}};`;

/** @returns {import('vite').Plugin} */
export function namedIcons() {
  return {
    name: 'named-icons',
    resolveId: (id) => (id === INDEX || id.startsWith(`${INDEX}/`) ? `\0${id}` : null),
    load(id) {
      if (id === `\0${INDEX}`) return index();
      return id.startsWith(`\0${INDEX}/`) ? letterOf(id.at(-1)) : null;
    },
  };
}

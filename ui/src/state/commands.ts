// Commands as they are written: `/name` at the beginning of a message. Pure.

import type { Command } from '../bridge/bindings';

/** What is written after the slash while it may still become the name of a command. */
export function wordOf(draft: string): string | null {
  return /^\/(\S*)$/.exec(draft)?.[1] ?? null;
}

/** The commands that a word may become: those that begin with it before those that hold it. */
export function offered(commands: readonly Command[], word: string): readonly Command[] {
  const wanted = word.toLocaleLowerCase();
  const place = ({ name }: Command) => name.toLocaleLowerCase().indexOf(wanted);
  const begin = commands.filter((command) => place(command) === 0);
  return [...begin, ...commands.filter((command) => place(command) > 0)];
}

/** The command that is written out, once something follows it, and what does. */
export function written(
  commands: readonly Command[],
  draft: string,
): { command: Command; rest: string } | null {
  const [, name, rest = ''] = /^\/(\S+)\s([^]*)$/.exec(draft) ?? [];
  const command = commands.find((known) => known.name === name);
  return command ? { command, rest } : null;
}

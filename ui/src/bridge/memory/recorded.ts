// What tests see of the calls that the interface makes.

import { BackendError, type Backend } from '../backend';
import type { CommandError } from '../bindings';

export interface Call {
  command: keyof Backend;
  args: unknown[];
}

/** Notes every call and fails the ones that a test wants to fail. */
export function recorded(
  backend: Backend,
  calls: Call[],
  failures: Map<keyof Backend, CommandError[]>,
): Backend {
  const entries = Object.entries(backend).map(([name, act]) => {
    const command = name as keyof Backend;
    const call = async (...args: unknown[]) => {
      calls.push({ command, args });
      const failure = failures.get(command)?.shift();
      if (failure) throw new BackendError(failure);
      return (act as (...args: unknown[]) => Promise<unknown>)(...args);
    };
    return [name, call] as const;
  });
  return Object.fromEntries(entries) as unknown as Backend;
}

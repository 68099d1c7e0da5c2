// How the core says no.

import { BackendError } from '../backend';
import type { CommandError } from '../bindings';

export function refuse(error: CommandError): never {
  throw new BackendError(error);
}

/** Refuses with an error where there is one. */
export function accept(error: CommandError | null) {
  if (error) refuse(error);
}

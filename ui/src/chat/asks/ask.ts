// What every kind of question is given.

import type { Snippet } from 'svelte';
import type { Step, Want } from '../../bridge/bindings';
import type { Attempt } from '../../kit/attempt.svelte';
import type { LiveConversation } from '../liveConversation.svelte';

export interface AskProps<K extends Want['kind']> {
  live: LiveConversation;
  step: Step;
  want: Extract<Want, { kind: K }>;
  /** Why an answer was refused is told below it. */
  answering: Attempt;
  /** What stands beside the way to answer: declining, and the time left. */
  beside: Snippet;
}

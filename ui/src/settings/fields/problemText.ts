// One sentence for everything that can be wrong with a value.

import { date, number } from '../../kit/language.svelte';
import { m } from '../../messages/generated/messages.js';
import type { Problem } from '../../state/settings';

export function problemText(problem: Problem): string {
  switch (problem.kind) {
    case 'missing':
      return m.setting_missing();
    case 'outOfBounds':
      return between(problem.min, problem.max, number, {
        both: m.setting_out_of_bounds,
        least: m.setting_too_small,
        most: m.setting_too_large,
      });
    case 'outOfDays':
      return between(problem.min, problem.max, date, {
        both: m.setting_out_of_days,
        least: m.setting_too_early,
        most: m.setting_too_late,
      });
    case 'endsBeforeItBegins':
      return m.setting_ends_before();
    case 'halfGiven':
      return m.setting_half_given();
    case 'notANumber':
      return m.setting_not_a_number();
    case 'tooLong':
      return m.setting_too_long({ max: number(problem.max), length: number(problem.length) });
    case 'tooMany':
      return m.setting_too_many({ max: number(problem.max) });
    case 'lineBreak':
      return m.setting_line_break();
    case 'notAChoice':
    case 'wrongType':
      return m.setting_unusable();
  }
}

interface Words {
  both: (bounds: { min: string; max: string }) => string;
  least: (bound: { min: string }) => string;
  most: (bound: { max: string }) => string;
}

function between<T>(
  min: T | null,
  max: T | null,
  shown: (bound: T) => string,
  { both, least, most }: Words,
): string {
  if (min !== null && max !== null) return both({ min: shown(min), max: shown(max) });
  if (min !== null) return least({ min: shown(min) });
  return max === null ? m.setting_unusable() : most({ max: shown(max) });
}

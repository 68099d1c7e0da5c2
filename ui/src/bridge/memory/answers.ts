// What answers a question in memory: checked as the core checks it, and put into short words.

import { problemOf } from '../../state/settings';
import type { Values } from '../backend';
import type { CommandError, Setting, Value, Want } from '../bindings';

/** What the person gave, before anything is checked. */
export type Given =
  | { kind: 'text'; text: string }
  | { kind: 'files'; files: readonly { name: string; size: number }[] }
  | { kind: 'choice'; name: string }
  | { kind: 'form'; values: Values };

export interface Taken {
  /** What the profile's code gets. */
  answer: Value;
  summary: string;
}

export type Verdict = { error: CommandError } | Taken;

export function judged(want: Want, given: Given): Verdict {
  if (want.kind === 'text' && given.kind === 'text') return judgedText(want, given.text);
  if (want.kind === 'files' && given.kind === 'files') return judgedFiles(want, given.files);
  if (want.kind === 'form' && given.kind === 'form') return judgedForm(want.fields, given.values);
  if (want.kind === 'choice' && given.kind === 'choice') {
    const option = want.options.find(({ name }) => name === given.name);
    if (option) return { answer: option.name, summary: option.label };
  }
  return { error: { code: 'answerInvalid' } };
}

function judgedText(want: Extract<Want, { kind: 'text' }>, text: string): Verdict {
  if (text.trim() === '') return { error: { code: 'answerInvalid' } };
  if ([...text].length > want.maxLength) {
    return { error: { code: 'answerTooLong', max: want.maxLength } };
  }
  if (!want.multiline && /[\n\r]/.test(text)) return { error: { code: 'answerInvalid' } };
  return { answer: text, summary: text };
}

function judgedFiles(
  want: Extract<Want, { kind: 'files' }>,
  files: readonly { name: string; size: number }[],
): Verdict {
  if (files.length > want.maxFiles) return { error: { code: 'tooManyFiles', max: want.maxFiles } };
  const large = files.find((file) => file.size > want.maxSize);
  if (large) return { error: { code: 'fileTooLarge', name: large.name, max: want.maxSize } };
  const summary = files.map((file) => `${file.name} (${file.size} bytes)`).join(', ');
  return { answer: summary, summary };
}

function judgedForm(fields: readonly Setting[], values: Values): Verdict {
  const error = refusalOf(fields, values);
  if (error) return { error };
  const summary = fields.map(({ id, label }) => `${label}: ${shown(values[id] ?? null)}`);
  return { answer: values, summary: summary.join('\n') };
}

/** Why the core would refuse values of settings or of a form; the first reason counts. */
export function refusalOf(fields: readonly Setting[], values: Values): CommandError | null {
  for (const id of Object.keys(values)) {
    if (!fields.some((field) => field.id === id)) return { code: 'settingUnknown', id };
  }
  for (const field of fields) {
    const problem = problemOf(field, values[field.id] ?? field.widget.initial);
    if (problem?.kind === 'missing') return { code: 'settingRequired', id: field.id };
    if (problem) return { code: 'settingInvalid', id: field.id };
  }
  return null;
}

function shown(value: Value): string {
  if (value === null) return '–';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object') return Object.values(value).map(shown).join(' – ');
  return `${value}`;
}

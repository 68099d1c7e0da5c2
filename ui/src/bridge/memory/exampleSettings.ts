// Settings of the example profiles: one of every kind.

import type { Setting, Widget } from '../bindings';

const tones = [
  { value: 'plain', label: 'Plain' },
  { value: 'warm', label: 'Warm' },
  { value: 'terse', label: 'Terse' },
];

export const setting = (
  id: string,
  label: string,
  widget: Widget,
  change: Partial<Setting> = {},
): Setting => ({ id, label, description: null, widget, tab: null, required: false, ...change });

export const settings: Setting[] = [
  setting(
    'brief',
    'Brief replies',
    { kind: 'switch', initial: false },
    { description: 'Answers in a few sentences.', tab: 'Manner' },
  ),
  setting('tone', 'Tone', { kind: 'select', options: tones, initial: 'plain' }, { tab: 'Manner' }),
  setting(
    'form',
    'Form of address',
    {
      kind: 'radio',
      options: [
        { value: 'first', label: 'By first name' },
        { value: 'last', label: 'By last name' },
      ],
      initial: 'first',
    },
    { tab: 'Manner' },
  ),
  setting(
    'prompt',
    'Instructions',
    {
      kind: 'text',
      initial: '',
      placeholder: 'How should it answer?',
      maxLength: 200,
      multiline: true,
    },
    { tab: 'Manner' },
  ),
  setting(
    'heat',
    'Temperature',
    { kind: 'slider', min: 0, max: 2, step: 0.1, initial: 0.7 },
    { description: 'Higher is more surprising.', tab: 'Model' },
  ),
  setting(
    'seed',
    'Seed',
    { kind: 'number', initial: null, min: 0, max: 65_535, step: 1 },
    { description: 'The same seed gives the same answer.', tab: 'Model' },
  ),
  setting(
    'sources',
    'Sources',
    { kind: 'multiselect', options: tones, initial: ['plain'] },
    { tab: 'Model', required: true },
  ),
  setting(
    'words',
    'Words to avoid',
    { kind: 'tags', initial: ['very'], maxTags: 5, maxLength: 20 },
    { tab: 'Model' },
  ),
  setting(
    'since',
    'Knowledge since',
    { kind: 'date', initial: '2025-03-01', min: '2020-01-01', max: null },
    { tab: 'Time' },
  ),
  setting(
    'span',
    'Holidays',
    { kind: 'dateRange', initial: null, min: null, max: null },
    { tab: 'Time' },
  ),
  setting(
    'terms',
    'I have read what it does',
    { kind: 'checkbox', initial: true },
    { tab: 'Time', required: true },
  ),
];

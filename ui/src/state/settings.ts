// Chat settings and the fields of forms: what each widget allows. The core checks again; this is
// for telling the person before they save.

import type { DateSpan, Value as JsonValue, Setting, Widget } from '../bridge/bindings';

export type Problem =
  | { kind: 'missing' }
  | { kind: 'wrongType' }
  | { kind: 'notAChoice' }
  | { kind: 'notANumber' }
  /** One of two days is missing. */
  | { kind: 'halfGiven' }
  | { kind: 'outOfBounds'; min: number | null; max: number | null }
  | { kind: 'outOfDays'; min: string | null; max: string | null }
  | { kind: 'endsBeforeItBegins' }
  | { kind: 'tooLong'; max: number; length: number }
  | { kind: 'tooMany'; max: number }
  | { kind: 'lineBreak' };

export type Values = Readonly<Record<string, JsonValue>>;

export function problemOf(setting: Setting, value: JsonValue | undefined): Problem | null {
  const { widget } = setting;
  if (setting.required && isEmpty(widget, value)) return { kind: 'missing' };
  switch (widget.kind) {
    case 'switch':
    case 'checkbox':
      return typeof value === 'boolean' ? null : { kind: 'wrongType' };
    case 'select':
    case 'radio':
      return widget.options.some((option) => option.value === value)
        ? null
        : { kind: 'notAChoice' };
    case 'multiselect':
      return problemOfChoices(widget, value);
    case 'slider':
      return typeof value === 'number' ? outOfBounds(widget, value) : { kind: 'wrongType' };
    case 'number':
      if (value === null) return null;
      return typeof value === 'number' && Number.isFinite(value)
        ? outOfBounds(widget, value)
        : { kind: 'notANumber' };
    case 'text':
      return problemOfText(widget, value);
    case 'tags':
      return problemOfTags(widget, value);
    case 'date':
      if (value === null) return null;
      return isDay(value) ? outOfDays(widget, value) : { kind: 'wrongType' };
    case 'dateRange':
      return value === null ? null : problemOfSpan(widget, value);
  }
}

/** The value shown for a setting: the one in force, else the widget's own. */
export function valueOf(setting: Setting, values: Values): JsonValue {
  const value = values[setting.id];
  return value === undefined ? setting.widget.initial : value;
}

/** Only what differs from the values in force is sent. */
export function changes(settings: readonly Setting[], before: Values, after: Values): Values {
  const changed = settings
    .filter((setting) => !isSame(valueOf(setting, before), valueOf(setting, after)))
    .map((setting) => [setting.id, valueOf(setting, after)] as const);
  return Object.fromEntries(changed);
}

/** Whether two values are the same by what is in them. */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [Object.entries(a), Object.entries(b)];
  const its = b as Readonly<Record<string, JsonValue>>;
  return (
    one.length === other.length &&
    one.every(([key, value]) => Object.hasOwn(its, key) && isSame(value, its[key]))
  );
}

export interface Tab {
  /** `null` for the settings that name none. */
  readonly name: string | null;
  readonly settings: readonly Setting[];
}

/** Settings with the same tab stand together, in the order in which each tab first appears. */
export function tabsOf(settings: readonly Setting[]): readonly Tab[] {
  const names = [...new Set(settings.map(({ tab }) => tab))];
  return names.map((name) => ({
    name,
    settings: settings.filter(({ tab }) => tab === name),
  }));
}

/** Whether a text is a day of the calendar, as YYYY-MM-DD. */
export function isDay(value: JsonValue | undefined): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** What the core takes for a required thing that was not given. */
function isEmpty(widget: Widget, value: JsonValue | undefined): boolean {
  if (value === null || value === undefined) return true;
  if (widget.kind === 'switch' || widget.kind === 'checkbox') return value === false;
  if (widget.kind === 'text') return typeof value === 'string' && value.trim() === '';
  return Array.isArray(value) && value.length === 0;
}

interface Bounds {
  min: number | null;
  max: number | null;
}

function outOfBounds({ min, max }: Bounds, value: number): Problem | null {
  const within = (min === null || value >= min) && (max === null || value <= max);
  return within ? null : { kind: 'outOfBounds', min, max };
}

interface Days {
  min: string | null;
  max: string | null;
}

/** Days written this way are in the order of the alphabet. */
function outOfDays({ min, max }: Days, ...days: string[]): Problem | null {
  const within = days.every((day) => (min === null || day >= min) && (max === null || day <= max));
  return within ? null : { kind: 'outOfDays', min, max };
}

function problemOfText(
  { maxLength, multiline }: Extract<Widget, { kind: 'text' }>,
  value: JsonValue | undefined,
): Problem | null {
  if (typeof value !== 'string') return { kind: 'wrongType' };
  const length = lengthOf(value);
  if (length > maxLength) return { kind: 'tooLong', max: maxLength, length };
  return !multiline && /[\n\r]/.test(value) ? { kind: 'lineBreak' } : null;
}

function problemOfChoices(
  { options }: Extract<Widget, { kind: 'multiselect' }>,
  value: JsonValue | undefined,
): Problem | null {
  if (!Array.isArray(value)) return { kind: 'wrongType' };
  const places = value.map((one) => options.findIndex((option) => option.value === one));
  if (places.includes(-1)) return { kind: 'notAChoice' };
  // In the order of the options, each once.
  const ordered = places.every((place, at) => at === 0 || place > (places[at - 1] ?? -1));
  return ordered ? null : { kind: 'wrongType' };
}

function problemOfTags(
  { maxTags, maxLength }: Extract<Widget, { kind: 'tags' }>,
  value: JsonValue | undefined,
): Problem | null {
  if (!Array.isArray(value)) return { kind: 'wrongType' };
  const usable = value.every(
    (tag, at) =>
      typeof tag === 'string' && tag !== '' && tag === tag.trim() && value.indexOf(tag) === at,
  );
  if (!usable) return { kind: 'wrongType' };
  if (value.length > maxTags) return { kind: 'tooMany', max: maxTags };
  const length = Math.max(0, ...value.map((tag) => lengthOf(tag as string)));
  return length > maxLength ? { kind: 'tooLong', max: maxLength, length } : null;
}

function problemOfSpan(days: Days, value: JsonValue | undefined): Problem | null {
  if (!isSpan(value)) return { kind: isHalfSpan(value) ? 'halfGiven' : 'wrongType' };
  if (value.end < value.start) return { kind: 'endsBeforeItBegins' };
  return outOfDays(days, value.start, value.end);
}

/** Whether a value is two days, in whatever order. */
function isSpan(value: JsonValue | undefined): value is DateSpan {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return isDay(value['start']) && isDay(value['end']);
}

/** What a field has while only one of its two days is written: the other is empty. */
function isHalfSpan(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const days = [value['start'], value['end']];
  return days.includes('') && days.some(isDay);
}

/** By code points, as the core counts. */
export function lengthOf(text: string): number {
  return [...text].length;
}

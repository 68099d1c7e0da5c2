// Chat settings: what each widget allows. The core checks again; this is for telling the person
// before they save.

import type { Value as JsonValue, Setting } from '../bridge/bindings';

export type Problem =
  | { kind: 'wrongType' }
  | { kind: 'notAChoice' }
  | { kind: 'outOfBounds'; min: number; max: number }
  | { kind: 'tooLong'; max: number; length: number }
  | { kind: 'lineBreak' };

export type Values = Readonly<Record<string, JsonValue>>;

export function problemOf({ widget }: Setting, value: JsonValue | undefined): Problem | null {
  switch (widget.kind) {
    case 'switch':
      return typeof value === 'boolean' ? null : { kind: 'wrongType' };
    case 'select':
      return widget.options.some((option) => option.value === value)
        ? null
        : { kind: 'notAChoice' };
    case 'slider': {
      const { min, max } = widget;
      if (typeof value !== 'number') return { kind: 'wrongType' };
      return value >= min && value <= max ? null : { kind: 'outOfBounds', min, max };
    }
    case 'text': {
      if (typeof value !== 'string') return { kind: 'wrongType' };
      // By code points, as the core counts.
      const length = [...value].length;
      if (length > widget.maxLength) return { kind: 'tooLong', max: widget.maxLength, length };
      return !widget.multiline && /[\n\r]/.test(value) ? { kind: 'lineBreak' } : null;
    }
  }
}

/** The value shown for a setting: the one in force, else the widget's own. */
export function valueOf(setting: Setting, values: Values): JsonValue {
  return values[setting.id] ?? setting.widget.initial;
}

/** Only what differs from the values in force is sent. */
export function changes(settings: readonly Setting[], before: Values, after: Values): Values {
  const changed = settings
    .filter((setting) => valueOf(setting, before) !== valueOf(setting, after))
    .map((setting) => [setting.id, valueOf(setting, after)] as const);
  return Object.fromEntries(changed);
}

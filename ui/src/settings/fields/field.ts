// What every field of a setting is given.

import type { Value as JsonValue, Setting, Widget } from '../../bridge/bindings';

type Kind = Widget['kind'];

export interface FieldProps<K extends Kind = Kind> {
  setting: Setting;
  widget: Extract<Widget, { kind: K }>;
  value: JsonValue;
  /** What is wrong with the value, in words. */
  error: string | null;
  onchange: (value: JsonValue) => void;
}

// Numbers as people type them, with the decimal sign of their language or with a point. Pure.

/** `null` for nothing, and the text itself where it is no number. */
export function numberOf(text: string, locale: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const plain = trimmed
    .replace(decimalSign(locale), '.')
    .replace(/^\+|^[−–]/, (sign) => (sign === '+' ? '' : '-'));
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text;
}

/** Without grouping: what is shown in a field is what could be typed there. */
export function numberText(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 20 }).format(
    value,
  );
}

interface Steps {
  min: number | null;
  max: number | null;
  step: number | null;
}

/** One step up (1) or down (-1), within the bounds. Nothing becomes the bound next to 0, or 0. */
export function stepped(value: number | null, direction: number, steps: Steps): number {
  const { min, max } = steps;
  const step = steps.step ?? 1;
  const within = (next: number) => Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next));
  if (value === null) return within(0);
  const digits = Math.max(decimals(value), decimals(step));
  return within(Number((value + direction * step).toFixed(Math.min(digits, 20))));
}

function decimals(value: number): number {
  return `${value}`.split('.')[1]?.length ?? 0;
}

function decimalSign(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}

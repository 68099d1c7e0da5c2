// The language in force. Messages ask for it while they render, so changing it changes them all at
// once without a reload.

import { baseLocale, isLocale, overwriteGetLocale } from '../messages/generated/runtime.js';
import { preferences } from './preferences.svelte';

export function locale(): 'en' | 'de' {
  if (preferences.language !== 'system') return preferences.language;
  const wanted = navigator.languages.map((tag) => tag.split('-')[0]);
  return wanted.find((tag) => isLocale(tag)) ?? baseLocale;
}

overwriteGetLocale(() => locale());

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

export function fileSize(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: units[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(size);
}

export function time(at: string): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'short' }).format(new Date(at));
}

/** A day, given as YYYY-MM-DD. */
export function date(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
}

export function dateAndTime(at: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(at),
  );
}

export function month(year: number, index: number, now: Date): string {
  const sameYear = year === now.getFullYear();
  return new Intl.DateTimeFormat(locale(), {
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(new Date(year, index, 1));
}

/** How long something took: "1.2 s", or as {@link duration} says it from ten seconds on. */
export function elapsed(seconds: number): string {
  const tenths = Math.round(seconds * 10) / 10;
  return tenths < 10 ? part(tenths, 'second') : duration(Math.round(seconds));
}

/** Seconds as a person says them: "45 s", "2 min 5 s". Begun ones count, as in a countdown. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return part(whole, 'second');
  const rest = whole % 60;
  return rest === 0
    ? part(minutes, 'minute')
    : `${part(minutes, 'minute')} ${part(rest, 'second')}`;
}

function part(value: number, unit: 'minute' | 'second'): string {
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(
    value,
  );
}

// A chart in words: the numbers on its axes, and what somebody hears who does not see it.

import { locale, number } from '../../kit/language.svelte';
import { m } from '../../messages/generated/messages.js';
import { shortened } from '../names';
import { extent, type Model } from './model';
import type { Slice } from './slices';

export function axisNumber(value: number): string {
  const large = Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-4);
  return new Intl.NumberFormat(locale(), {
    notation: large ? 'scientific' : Math.abs(value) >= 10_000 ? 'compact' : 'standard',
    maximumSignificantDigits: 6,
  }).format(value);
}

function exactNumber(value: number): string {
  return new Intl.NumberFormat(locale(), {
    notation: Math.abs(value) >= 1e15 ? 'scientific' : 'standard',
    maximumSignificantDigits: 12,
  }).format(value);
}

export function percent(share: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(
    share,
  );
}

function kindText(kind: Model['kind']): string {
  return {
    line: m.chart_line(),
    bar: m.chart_bar(),
    area: m.chart_area(),
    pie: m.chart_pie(),
    scatter: m.chart_scatter(),
  }[kind];
}

export function summary(model: Model): string {
  const found = extent(model.lines);
  if (!found) return m.chart_empty();
  return m.chart_summary({
    kind: kindText(model.kind),
    series: number(model.series),
    places: number(model.places),
    low: exactNumber(found[0]),
    high: exactNumber(found[1]),
  });
}

export const lineName = (name: string, at: number) =>
  name.trim() === '' ? m.series_number({ at: at + 1 }) : shortened(name.trim(), 80);

/** What stands at one place: "May: Sales 12, Costs none". */
export function placeText(model: Model, at: number): string {
  const values = model.lines
    .map(({ name, values }, index) => {
      const value = values[at] ?? null;
      return `${lineName(name, index)} ${value === null ? m.null_value() : exactNumber(value)}`;
    })
    .join(', ');
  const label = shortened((model.labels[at] ?? '').trim(), 80);
  return label === '' ? values : m.place_said({ label, values });
}

export const sliceText = ({ label, value, share }: Slice) =>
  m.slice_said({
    label: shortened(label, 80),
    value: exactNumber(value),
    share: percent(share),
  });

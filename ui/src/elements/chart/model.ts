// A chart made fit to be drawn, whatever was sent: series of one length, only numbers that have a
// place on an axis, and no more of them than there is room for. Pure.

import type { Chart } from '../../bridge/bindings';

/** `null` is a gap. */
export type Amount = number | null;

export interface Line {
  name: string;
  /** Which of the colours, from 1. */
  colour: number;
  /** One for each place. */
  values: readonly Amount[];
}

export interface Model {
  kind: Chart['kind'];
  labels: readonly string[];
  lines: readonly Line[];
  /** How many there were before some were left out. */
  places: number;
  series: number;
}

export const COLOURS = 8;

/** More lines than this cannot be told apart. */
const MOST_LINES = 16;

/** More places than this are closer than the pixels they are drawn with. */
const MOST_PLACES: Readonly<Record<Chart['kind'], number>> = {
  line: 1200,
  area: 1200,
  scatter: 2000,
  bar: 200,
  pie: 12,
};

/** Beyond this, differences between numbers overflow. */
const LARGEST = 1e300;

export function model(chart: Chart): Model {
  const kind = chart.kind in MOST_PLACES ? chart.kind : 'line';
  const drawn = chart.series.slice(0, kind === 'pie' ? 1 : MOST_LINES);
  const places = chart.series.reduce(
    (most, { values }) => Math.max(most, values.length),
    chart.labels.length,
  );
  const whole = drawn.map(({ values }) =>
    Array.from({ length: places }, (_, at) => amount(values[at])),
  );
  const kept = kind === 'pie' ? all(places) : thinned(whole, places, MOST_PLACES[kind]);
  return {
    kind,
    labels: kept.map((at) => chart.labels[at] ?? ''),
    lines: drawn.map(({ name }, index) => ({
      name,
      colour: (index % COLOURS) + 1,
      values: kept.map((at) => whole[index]?.[at] ?? null),
    })),
    places,
    series: chart.series.length,
  };
}

function amount(value: number | null | undefined): Amount {
  return typeof value === 'number' && Math.abs(value) <= LARGEST ? value : null;
}

const all = (count: number) => Array.from({ length: count }, (_, at) => at);

/**
 * The places that are drawn: all, or of each run of neighbours those where some line is lowest and
 * highest, so that no peak is lost.
 */
export function thinned(
  lines: readonly (readonly Amount[])[],
  places: number,
  most: number,
): number[] {
  if (places <= most) return all(places);
  const perRun = Math.max(1, lines.length) * 2;
  const runs = Math.max(1, Math.floor(most / perRun));
  const kept = new Set([0, places - 1]);
  for (let run = 0; run < runs; run += 1) {
    const from = Math.floor((run * places) / runs);
    const to = Math.floor(((run + 1) * places) / runs);
    for (const line of lines) for (const at of extremes(line, from, to)) kept.add(at);
  }
  return [...kept].sort((a, b) => a - b);
}

function extremes(line: readonly Amount[], from: number, to: number): number[] {
  let lowest = -1;
  let highest = -1;
  for (let at = from; at < to; at += 1) {
    const value = line[at] ?? null;
    if (value === null) continue;
    if (lowest === -1 || value < (line[lowest] ?? 0)) lowest = at;
    if (highest === -1 || value > (line[highest] ?? 0)) highest = at;
  }
  return lowest === -1 ? [] : [lowest, highest];
}

/** The lowest and highest of all values; `null` when there is none. */
export function extent(lines: readonly Line[]): [number, number] | null {
  let found: [number, number] | null = null;
  for (const { values } of lines) {
    for (const value of values) {
      if (value === null) continue;
      found = found ? [Math.min(found[0], value), Math.max(found[1], value)] : [value, value];
    }
  }
  return found;
}

/** The labels as numbers, when all of them are: then places stand where their numbers are. */
export function numericPlaces(labels: readonly string[]): number[] | null {
  const places = labels.map((label) => (label.trim() === '' ? Number.NaN : Number(label)));
  return places.length > 0 && places.every((at) => Math.abs(at) <= LARGEST) ? places : null;
}

// Where things stand on the axes of a chart. Pure.

import { linear } from './linear';
import { extent, numericPlaces, type Model } from './model';

export interface Size {
  width: number;
  height: number;
}

export interface Axes {
  /** The middle of a place, by its index. */
  x(at: number): number;
  y(value: number): number;
  /** Where a bar or an area begins. */
  floor: number;
  /** The room that one place takes. */
  step: number;
  ticksY: readonly number[];
  ticksX: readonly { x: number; text: string }[];
  plot: { left: number; right: number; top: number; bottom: number };
}

const TOP = 10;
const CHARACTER = 6.6;
const LONGEST_LABEL = 14;

export function axes(
  model: Model,
  size: Size,
  shown: (value: number) => string,
  titled: { x: boolean; y: boolean },
): Axes {
  const bottom = size.height - (titled.x ? 44 : 26);
  const scale = linear(domain(model), [bottom, TOP], 5);
  const y = scale.at;
  const ticksY = scale.ticks;
  const widest = ticksY.reduce((most, tick) => Math.max(most, shown(tick).length), 1);
  const left = Math.min(size.width / 3, widest * CHARACTER + 12 + (titled.y ? 18 : 0));
  const right = Math.max(left + 20, size.width - 12);
  const plot = { left, right, top: TOP, bottom };
  const { low, high } = scale;
  const floor = y(Math.min(high, Math.max(low, 0)));
  return { ...across(model, plot, shown), y, floor, ticksY, plot };
}

/** Bars and areas are measured from nothing; lines and points may begin where the values do. */
function domain(model: Model): [number, number] {
  const found = extent(model.lines) ?? [0, 1];
  const fromZero = model.kind === 'bar' || model.kind === 'area';
  const low = fromZero ? Math.min(0, found[0]) : found[0];
  const high = fromZero ? Math.max(0, found[1]) : found[1];
  if (low < high) return [low, high];
  const margin = Math.abs(low) / 2 || 1;
  return [low - (fromZero && low >= 0 ? 0 : margin), high + margin];
}

function across(model: Model, { left, right }: Axes['plot'], shown: (value: number) => string) {
  const room = (right - left) / Math.max(1, model.labels.length);
  const numbers = model.kind === 'scatter' ? numericPlaces(model.labels) : null;
  if (numbers) {
    const low = numbers.reduce((least, at) => Math.min(least, at), Infinity);
    const high = numbers.reduce((most, at) => Math.max(most, at), -Infinity);
    const spread: [number, number] = low < high ? [low, high] : [low - 1, high + 1];
    const scale = linear(spread, [left, right], Math.max(2, Math.floor((right - left) / 80)));
    return {
      x: (at: number) => scale.at(numbers[at] ?? 0),
      step: room,
      ticksX: scale.ticks.map((tick) => ({ x: scale.at(tick), text: shown(tick) })),
    };
  }
  // Each place has a band of its own, and stands in its middle.
  const x = (at: number) => left + (at + 0.5) * room;
  return {
    x,
    step: model.kind === 'bar' ? room * 0.8 : room,
    ticksX: labelled(model.labels, room).map((at) => ({
      x: x(at),
      text: cut(model.labels[at] ?? ''),
    })),
  };
}

/** Only as many labels as fit beside each other. */
function labelled(labels: readonly string[], room: number): number[] {
  const widest = labels.reduce((most, label) => Math.max(most, cut(label).length), 1);
  const every = Math.max(1, Math.ceil((widest * CHARACTER + 10) / Math.max(0.001, room)));
  return labels.map((_, at) => at).filter((at) => at % every === 0);
}

export function cut(label: string): string {
  const line = label.slice(0, LONGEST_LABEL * 4).replace(/\s+/g, ' ');
  return line.length > LONGEST_LABEL ? `${line.slice(0, LONGEST_LABEL - 1)}…` : line;
}

/** The place that is nearest to `x`. */
export function nearest({ x }: Axes, count: number, position: number): number {
  let best = 0;
  for (let at = 1; at < count; at += 1) {
    if (Math.abs(x(at) - position) < Math.abs(x(best) - position)) best = at;
  }
  return best;
}

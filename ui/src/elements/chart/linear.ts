// A scale of numbers, with round ends and round ticks. Not d3-scale: it brings d3-color, which writes
// to prototypes in a way that the frozen ones of the installed app refuse, and we scale no colours.

import { nice, ticks } from 'd3-array';

export interface Linear {
  low: number;
  high: number;
  ticks: readonly number[];
  /** Where a number stands. */
  at: (value: number) => number;
}

/** `range` is where the lowest and the highest stand; there are about `count` ticks. */
export function linear(domain: [number, number], range: [number, number], count: number): Linear {
  const [low, high] = nice(domain[0], domain[1], count);
  const [from, to] = range;
  return {
    low,
    high,
    ticks: ticks(low, high, count),
    at: (value) => from + ((value - low) / (high - low)) * (to - from),
  };
}

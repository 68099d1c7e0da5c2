import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Event } from '../../src/bridge/bindings';
import { Pace } from '../../src/chat/pace';
import { step } from '../support/make';

const piece = (text: string): Event => ({ type: 'delta', step: 'a', text });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function paced() {
  const taken: (readonly Event[])[] = [];
  return { taken, pace: new Pace((events) => taken.push(events)) };
}

it('words wait for the next frame, and come together', () => {
  const { taken, pace } = paced();
  for (const text of ['a', 'b', 'c']) pace.hear(piece(text));
  expect(taken).toEqual([]);
  vi.advanceTimersToNextFrame();
  expect(taken).toEqual([[piece('a'), piece('b'), piece('c')]]);
});

it('everything else is told at once, after what came before it', () => {
  const { taken, pace } = paced();
  const working: Event = { type: 'working', working: false, queued: [] };
  pace.hear(piece('a'));
  pace.hear(working);
  expect(taken).toEqual([[piece('a'), working]]);
  vi.advanceTimersToNextFrame();
  expect(taken).toHaveLength(1);
});

it('a flood is taken in pieces, so that each stays short', () => {
  const { taken, pace } = paced();
  for (let at = 0; at < 2500; at += 1) pace.hear({ type: 'said', step: step(`s${at}`, at) });
  vi.advanceTimersToNextFrame();
  expect(taken.map(({ length }) => length)).toEqual([1000, 1000, 500]);
});

it('a window that is not drawn hears them all the same', () => {
  const frames = vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(1);
  const { taken, pace } = paced();
  pace.hear(piece('a'));
  vi.advanceTimersByTime(300);
  expect(taken).toEqual([[piece('a')]]);
  frames.mockRestore();
});

it('after much work the person has as long a turn', async () => {
  const taken: (readonly Event[])[] = [];
  const pace = new Pace((events) => {
    taken.push(events);
    vi.advanceTimersByTime(60);
  });
  pace.hear(piece('a'));
  vi.advanceTimersToNextFrame();
  expect(taken).toHaveLength(1);
  await Promise.resolve();
  await Promise.resolve();
  pace.hear(piece('b'));
  vi.advanceTimersToNextFrame();
  expect(taken).toHaveLength(1);
  vi.advanceTimersByTime(80);
  expect(taken).toHaveLength(2);
});

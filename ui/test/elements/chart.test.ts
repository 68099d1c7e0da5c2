import { screen, waitFor, within } from '@testing-library/svelte';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../src/bridge/bindings';
import { axes } from '../../src/elements/chart/axes';
import { extent, model, thinned } from '../../src/elements/chart/model';
import { slices } from '../../src/elements/chart/slices';
import { chart, element, expectClean, shown } from './made';

const KINDS: Chart['kind'][] = ['line', 'bar', 'area', 'pie', 'scatter'];

const made = (change: Partial<Chart>): Chart => ({
  kind: 'line',
  labels: [],
  series: [],
  xTitle: null,
  yTitle: null,
  ...change,
});

describe('a chart made fit to be drawn', () => {
  it('gives every series one value for each place, gaps where there is none', () => {
    const { labels, lines } = model(
      made({ labels: ['a'], series: [{ name: '', values: [1, Number.NaN, 1e305] }] }),
    );
    expect(labels).toEqual(['a', '', '']);
    expect(lines[0]?.values).toEqual([1, null, null]);
  });

  it('keeps the peak of a million points', () => {
    const values = Array.from({ length: 1_000_000 }, (_, at) => (at === 654_321 ? 99 : at % 7));
    const drawn = model(made({ series: [{ name: '', values }] }));
    expect(drawn.labels.length).toBeLessThanOrEqual(1202);
    expect(extent(drawn.lines)).toEqual([0, 99]);
    expect(drawn.places).toBe(1_000_000);
  });

  it('keeps both ends, in order and each once', () => {
    const line = fc.array(fc.option(fc.double({ noNaN: true })), { minLength: 30, maxLength: 300 });
    fc.assert(
      fc.property(line, (values) => {
        const kept = thinned([values], values.length, 20);
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(values.length - 1);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      }),
    );
  });

  it('has a place on its axes for whatever was sent', () => {
    const value = fc.oneof(fc.double(), fc.constant(null), fc.constantFrom(0, -0, 1e300, -1e300));
    const any = fc.record({
      kind: fc.constantFrom(...KINDS.filter((kind) => kind !== 'pie')),
      labels: fc.array(fc.oneof(fc.string(), fc.constantFrom('1', '2', '1e999'))),
      series: fc.array(fc.record({ name: fc.string(), values: fc.array(value) })),
      width: fc.integer({ min: 1, max: 900 }),
    });
    fc.assert(
      fc.property(any, ({ width, ...sent }) => {
        const fit = model(made(sent));
        const { x, y, floor, ticksX } = axes(fit, { width, height: 260 }, String, {
          x: false,
          y: false,
        });
        const places = fit.labels.map((_, at) => x(at));
        const heights = fit.lines.flatMap(({ values }) =>
          values.filter((given) => given !== null).map(y),
        );
        const all = [...places, ...heights, floor, ...ticksX.map((tick) => tick.x)];
        expect(all.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('makes one slice of what is too small to tell apart', () => {
    const values = [50, null, -3, ...Array.from({ length: 20 }, () => 1)];
    const found = slices(model(made({ kind: 'pie', series: [{ name: '', values }] })), 'Other');
    expect(found).toHaveLength(8);
    expect(found.at(-1)).toMatchObject({ label: 'Other', value: 14 });
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});

describe('a chart', () => {
  it.each(KINDS)('of kind %s is drawn, named and clean', async (kind) => {
    await shown([element('Revenue', chart(kind))]);
    const figure = await screen.findByRole('figure', { name: 'Revenue' });
    expect(figure.querySelectorAll('svg path, svg rect').length).toBeGreaterThan(0);
    expect(new XMLSerializer().serializeToString(figure)).not.toMatch(/NaN|undefined|Infinity/);
    await expectClean();
  });

  it('is read place by place with the arrow keys', async () => {
    const { user } = await shown([element('Revenue', chart('line'))]);
    const reader = await screen.findByRole('slider', { name: 'Values of Revenue' });
    reader.focus();
    await user.keyboard('{Home}');
    expect(reader.getAttribute('aria-valuetext')).toBe('Jan: Sales 3, Costs 1');
    await user.keyboard('{ArrowRight}');
    expect(reader.getAttribute('aria-valuetext')).toBe('Feb: Sales empty, Costs 2');
    await user.keyboard('{End}{ArrowRight}');
    expect(reader.getAttribute('aria-valuenow')).toBe('3');
  });

  it('shows the same numbers as a table, one press away', async () => {
    const { user } = await shown([element('Revenue', chart('bar'))]);
    const button = await screen.findByRole('button', { name: 'Show table' });
    await user.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('true');
    const table = screen.getByRole('table', { name: 'Revenue' });
    const heads = within(table).getAllByRole('columnheader');
    expect(heads.map((head) => head.textContent?.trim())).toEqual(['Month', 'Sales', 'Costs']);
    await expectClean();
    await user.click(button);
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('draws something sensible of hostile data, and the rest of the message stays', async () => {
    const nothing = { labels: [], series: [] };
    await shown([
      ...KINDS.map((kind) => element(`Empty ${kind}`, chart(kind, nothing))),
      element('x'.repeat(10_000), chart('line', { series: [{ name: 'n', values: [1e308] }] })),
      element(
        'Same',
        chart('scatter', { labels: ['5', '5'], series: [{ name: '', values: [2, 2] }] }),
      ),
    ]);
    await waitFor(() => expect(screen.getAllByText('There is nothing to draw.')).toHaveLength(6));
    expect(screen.getByText('Here it is')).toBeTruthy();
    expect(screen.queryByText('This message could not be shown.')).toBeNull();
    await expectClean();
  });
});

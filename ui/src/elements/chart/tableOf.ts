// The numbers behind a chart, all of them, as a table.

import type { Chart } from '../../bridge/bindings';
import { m } from '../../messages/generated/messages.js';
import type { Row } from '../table/cells';
import { lineName } from './words';

export function tableOf({ labels, series, xTitle }: Chart): { columns: string[]; rows: Row[] } {
  const places = series.reduce((most, { values }) => Math.max(most, values.length), labels.length);
  return {
    columns: [xTitle ?? m.chart_label(), ...series.map(({ name }, at) => lineName(name, at))],
    rows: Array.from({ length: places }, (_, at) => [
      labels[at] ?? null,
      ...series.map(({ values }) => values[at] ?? null),
    ]),
  };
}

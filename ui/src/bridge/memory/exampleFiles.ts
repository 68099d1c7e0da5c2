// Elements of the example conversations, with the bytes of their files.

import type { Content, Display, Element } from '../bindings';

let last = 0;

export const element = (name: string, content: Content, display: Display = 'inline'): Element => ({
  id: `element-${(last += 1)}`,
  name,
  display,
  content,
});

/** Tiny, but a PNG: one blue dot. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==';

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 43>>stream
BT /F 24 Tf 40 100 Td (A page of a PDF) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`;

const text = (words: string) => new TextEncoder().encode(words);
const png = Uint8Array.from(atob(PNG), (sign) => sign.charCodeAt(0));
const table = text('name,rows\nalpha,1\nbeta,2\n');

const file = (mime: string, { byteLength }: Uint8Array) => ({ mime, size: byteLength });
const sound = tone();

export const picture = element('A dot', { kind: 'image', file: file('image/png', png) });
export const document = element(
  'A page.pdf',
  { kind: 'pdf', file: file('application/pdf', text(PDF)) },
  'side',
);
export const recording = element('A tone', { kind: 'audio', file: file('audio/wav', sound) });
export const attachment = element('table.csv', { kind: 'file', file: file('text/csv', table) });

export const exampleFiles: Readonly<Record<string, Uint8Array>> = {
  [picture.id]: png,
  [document.id]: text(PDF),
  [recording.id]: sound,
  [attachment.id]: table,
};

export const code = element('main.rs', {
  kind: 'text',
  text: 'fn main() {\n    println!("Hello");\n}',
  language: 'rust',
});

export const dataframe = element('Figures', {
  kind: 'dataframe',
  columns: ['month', 'visits', 'returns', 'open'],
  rows: Array.from({ length: 120 }, (_, row) => [
    `2025-${String((row % 12) + 1).padStart(2, '0')}`,
    row * 37,
    row % 7 === 0 ? null : row / 3,
    row % 2 === 0,
  ]),
});

export const chart = element('Visits', {
  kind: 'chart',
  chart: {
    kind: 'line',
    labels: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
    series: [
      { name: 'Visits', values: [12, 18, 9, null, 24, 30] },
      { name: 'Returns', values: [3, 4, 2, 6, 5, 8] },
    ],
    xTitle: 'Month',
    yTitle: 'Thousands',
  },
});

export const tasks = element('Plan', {
  kind: 'tasks',
  status: 'Under way',
  tasks: [
    { title: 'Read the file', state: 'done' },
    { title: 'Count the rows', state: 'running' },
    { title: 'Draw the chart', state: 'ready' },
    { title: 'Send the letter', state: 'failed' },
  ],
});

/** One second of the tone A, as a WAV file of 8,000 samples. */
function tone(): Uint8Array {
  const samples = 8000;
  const bytes = new Uint8Array(44 + samples);
  const view = new DataView(bytes.buffer);
  const sign = (at: number, words: string) => bytes.set(text(words), at);
  sign(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  sign(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, samples, true);
  view.setUint32(28, samples, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  sign(36, 'data');
  view.setUint32(40, samples, true);
  for (let at = 0; at < samples; at += 1) {
    bytes[44 + at] = 128 + Math.round(60 * Math.sin((2 * Math.PI * 440 * at) / samples));
  }
  return bytes;
}

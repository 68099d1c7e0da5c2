// Highlighting takes longer than a frame for long code; it happens here, beside the interface.

import { highlighted } from './languages';

self.onmessage = ({ data }: MessageEvent<{ id: number; code: string; language: string }>) => {
  self.postMessage({ id: data.id, spans: highlighted(data.code, data.language) });
};

/** MIME types as people know them: "CSV, JSON, text/x-unheard-of". */
export function typeNames(accept: readonly string[]): string {
  return [...new Set(accept.map((type) => NAMES[type] ?? type))].join(', ');
}

const NAMES: Readonly<Record<string, string>> = {
  'text/csv': 'CSV',
  'text/tab-separated-values': 'TSV',
  'application/json': 'JSON',
  'application/x-ndjson': 'JSON Lines',
  'text/plain': 'TXT',
  'text/markdown': 'Markdown',
  'application/pdf': 'PDF',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'image/gif': 'GIF',
  'image/webp': 'WebP',
  'image/svg+xml': 'SVG',
  'audio/mpeg': 'MP3',
  'audio/wav': 'WAV',
  'audio/x-wav': 'WAV',
  'audio/ogg': 'Ogg',
  'video/mp4': 'MP4',
  'video/webm': 'WebM',
  'application/zip': 'ZIP',
};

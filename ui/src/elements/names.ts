// What an element is called, and how what it holds is called where it has no name of its own.

import type { Content, Element } from '../bridge/bindings';
import { m } from '../messages/generated/messages.js';

export function kindName(kind: Content['kind']): string {
  switch (kind) {
    case 'text':
      return m.element_text();
    case 'dataframe':
      return m.element_table();
    case 'chart':
      return m.element_chart();
    case 'tasks':
      return m.element_tasks();
    case 'image':
      return m.image();
    case 'pdf':
      return m.element_pdf();
    case 'audio':
      return m.element_audio();
    case 'video':
      return m.element_video();
    default:
      return m.element_file();
  }
}

export function elementName({ name, content }: Element): string {
  const trimmed = name.trim();
  return trimmed === '' ? kindName(content.kind) : shortened(trimmed, 200);
}

/** Cut between characters, never inside one. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${[...text.slice(0, most)].slice(0, -1).join('')}…`;
}

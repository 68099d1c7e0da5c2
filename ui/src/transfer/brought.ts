// What an import brings along, in sentences.

import type { Brought, ImportKind } from '../bridge/bindings';
import { appName } from '../kit/identity.svelte';
import { fileSize, number } from '../kit/language.svelte';
import { m } from '../messages/generated/messages.js';

export function kindName(kind: ImportKind): string {
  if (kind === 'confidant') return m.import_kind_own({ app: appName() });
  return kind === 'chatGpt' ? m.import_kind_chatgpt() : m.import_kind_chainlit();
}

/** "12 conversations, 340 messages, 5 files (2.3 MB)" */
export function countsText({ threads, messages, files, bytes }: Brought): string {
  const parts = [
    m.import_threads({ count: threads, shown: number(threads) }),
    m.import_messages({ count: messages, shown: number(messages) }),
  ];
  if (files > 0) {
    parts.push(m.import_files({ count: files, shown: number(files), size: fileSize(bytes) }));
  }
  return parts.join(', ');
}

/** What stays behind, each a line. */
export function leftTexts(brought: Brought): string[] {
  const { leftThreads, leftMessages, leftElements, leftFiles } = brought;
  const line = (count: number, text: (inputs: { count: number; shown: string }) => string) =>
    count > 0 ? [text({ count, shown: number(count) })] : [];
  return [
    ...line(leftThreads, m.import_left_threads),
    ...line(leftMessages, m.import_left_messages),
    ...line(leftElements, m.import_left_elements),
    ...line(leftFiles, m.import_left_files),
  ];
}

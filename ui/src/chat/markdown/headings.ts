// A message sits under the thread's name, whatever level its own headings begin with: none may be
// skipped on the way down, or the outline that screen readers walk has holes.

import type { StreamedBlock } from './blockStream';

/** The element of each heading, by the key of its block. Later text never changes an earlier one. */
export function headingTags(blocks: readonly StreamedBlock[]): Map<number, string> {
  const above: number[] = [];
  const tags = new Map<number, string>();
  for (const { key, block } of blocks) {
    if (block.type !== 'heading') continue;
    while ((above.at(-1) ?? 0) >= block.level) above.pop();
    above.push(block.level);
    tags.set(key, `h${Math.min(6, above.length + 1)}`);
  }
  return tags;
}

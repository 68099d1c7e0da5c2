// Words that a person collects. Pure.

/** `tags` with those in `text`, which stand between commas or on lines of their own; each once. */
export function withTags(tags: readonly string[], text: string): string[] {
  const added = text
    .split(/[,\n\r]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return [...new Set([...tags, ...added])];
}

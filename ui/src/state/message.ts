// What the interface refuses before it bothers the core.

/** The most bytes of UTF-8 in one message. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

export type Refusal = 'empty' | 'tooLong';

/** A command says enough by itself; words without any do not. */
export function refusalOf(text: string, command: string | null = null): Refusal | null {
  if (text.trim() === '' && command === null) return 'empty';
  return isLonger(text, MAX_MESSAGE_BYTES) ? 'tooLong' : null;
}

function isLonger(text: string, max: number): boolean {
  // A UTF-16 unit is one to three bytes of UTF-8, so most texts are decided without encoding.
  if (text.length > max) return true;
  if (text.length * 3 <= max) return false;
  return new TextEncoder().encode(text).length > max;
}

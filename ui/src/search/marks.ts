// Where what somebody looks for stands in a text, to be marked there. What counts as found is for
// the core to say; this follows its rules closely enough to show it. Pure.

/** From which character to before which one. */
export type Mark = readonly [number, number];

const WORD = /[\p{L}\p{N}]/u;

/** Scripts that put no spaces between words: what is found there may begin and end anywhere. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What people type for letters that are no plain ones with an accent. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};

interface Folded {
  readonly text: string;
  /** For each unit of `text`, where the character that it comes from begins, and at the end its end. */
  readonly from: readonly number[];
}

function fold(text: string): Folded {
  let folded = '';
  const from: number[] = [];
  let at = 0;
  for (const char of text) {
    // Hangul would fall into its parts.
    const form = UNSPACED.test(char) ? 'NFKC' : 'NFKD';
    const bare = char.toLowerCase().normalize(form).replace(/\p{M}/gu, '');
    for (const unit of bare.replace(/./gu, (one) => PLAIN[one] ?? one)) {
      folded += unit;
      for (let length = unit.length; length > 0; length -= 1) from.push(at);
    }
    at += char.length;
  }
  from.push(at);
  return { text: folded, from };
}

/** Where any of the words of `typed` stands in `text`, in order and without overlaps. */
export function marksIn(text: string, typed: string): Mark[] {
  const wanted = fold(typed).text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const open = !/[\s"“”„«»]$/u.test(typed);
  const folded = fold(text);
  const found: [number, number][] = [];
  for (const [index, word] of wanted.entries()) {
    const begins = open && index === wanted.length - 1;
    for (const [start, end] of places(folded.text, word, begins)) {
      found.push([folded.from[start] ?? 0, folded.from[end] ?? text.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const marks: [number, number][] = [];
  for (const mark of found) {
    const last = marks.at(-1);
    if (last && mark[0] < last[1]) last[1] = Math.max(last[1], mark[1]);
    else marks.push(mark);
  }
  return marks;
}

function* places(text: string, word: string, begins: boolean): Generator<Mark> {
  const anywhere = UNSPACED.test(word);
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    let end = at + word.length;
    if (!anywhere) {
      if (isWithin(text, at - 1)) continue;
      const whole = end;
      while (isWithin(text, end)) end += 1;
      if (end > whole && !begins) continue;
    }
    yield [at, end];
  }
}

/** Whether a word with spaces around it goes on at this place. */
function isWithin(text: string, at: number): boolean {
  const char = text[at];
  return char !== undefined && WORD.test(char) && !UNSPACED.test(char);
}

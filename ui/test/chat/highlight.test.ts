import { beforeEach, expect, it, vi } from 'vitest';
import { highlight } from '../../src/chat/markdown/highlight';

/** A worker that answers only when it is told to. */
class HeldWorker {
  static made: HeldWorker[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly asked: { id: number; code: string }[] = [];
  readonly terminate = vi.fn();

  constructor() {
    HeldWorker.made.push(this);
  }

  postMessage(question: { id: number; code: string }) {
    this.asked.push(question);
  }

  answer() {
    for (const { id, code } of this.asked.splice(0)) {
      this.onmessage?.({ data: { id, spans: [['hl-keyword', code]] } });
    }
  }
}

beforeEach(() => void vi.stubGlobal('Worker', HeldWorker));

it('a worker that fails leaves nobody waiting, and the next question gets another', async () => {
  const lost = [highlight('let a', 'js'), highlight('let b', 'js')];
  expect(HeldWorker.made).toHaveLength(1);
  HeldWorker.made[0]?.onerror?.();
  expect(await Promise.all(lost)).toEqual([null, null]);
  expect(HeldWorker.made[0]?.terminate).toHaveBeenCalled();

  const again = highlight('let a', 'js');
  expect(HeldWorker.made).toHaveLength(2);
  HeldWorker.made[1]?.answer();
  expect(await again).toEqual([['hl-keyword', 'let a']]);
});

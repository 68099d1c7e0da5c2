// What jsdom lacks, as far as the interface needs it: sizes, so that virtual lists show rows, and
// the media queries of the person's preferences.

import { cleanup, configure } from '@testing-library/svelte';
import { afterEach, beforeEach, vi } from 'vitest';

const ROW = 50;
const VIEWPORT = 2000;

class SizedResizeObserver implements ResizeObserver {
  readonly #watched = new Set<Element>();

  constructor(private readonly callback: ResizeObserverCallback) {}

  observe(target: Element) {
    this.#watched.add(target);
    queueMicrotask(() => {
      if (!this.#watched.has(target)) return;
      const scrolls = target.matches('.log, .scroller');
      const contentRect = new DOMRectReadOnly(0, 0, 800, scrolls ? VIEWPORT : ROW);
      this.callback([{ target, contentRect } as unknown as ResizeObserverEntry], this);
    });
  }

  unobserve(target: Element) {
    this.#watched.delete(target);
  }

  disconnect() {
    this.#watched.clear();
  }
}

// The whole document after every missing element hides what went wrong.
configure({ getElementError: (message) => new Error(message ?? 'not found') });

vi.stubGlobal('ResizeObserver', SizedResizeObserver);
vi.stubGlobal(
  'DOMRectReadOnly',
  class {
    constructor(
      readonly x: number,
      readonly y: number,
      readonly width: number,
      readonly height: number,
    ) {}

    get top() {
      return this.y;
    }
    get left() {
      return this.x;
    }
    get right() {
      return this.x + this.width;
    }
    get bottom() {
      return this.y + this.height;
    }
  },
);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
}));
vi.stubGlobal('CSS', { escape: (text: string) => text, supports: () => false });
Element.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = () => {};
Element.prototype.scrollBy = () => {};
Element.prototype.setPointerCapture = () => {};
Element.prototype.hasPointerCapture = () => false;
Element.prototype.releasePointerCapture = () => {};
Element.prototype.getAnimations = () => [];
// Everything is taken to be laid out; jsdom says of everything that it is not.
Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
  get(this: HTMLElement) {
    return this.parentElement;
  },
});
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', {
  get(this: HTMLElement) {
    return this.matches('.log, .scroller') ? VIEWPORT : ROW;
  },
});

beforeEach(() => {
  localStorage.clear();
  Object.defineProperty(window, 'innerWidth', { value: 1100, writable: true, configurable: true });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  document.body.replaceChildren();
  document.body.removeAttribute('style');
});

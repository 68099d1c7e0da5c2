import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Follower } from '../../src/chat/follower.svelte';

/** A log of a height, of which 100 px are in view, that scrolls as a browser lets it. */
function log(height: number) {
  const scroller = document.createElement('div');
  let [top, inner] = [0, height];
  Object.defineProperties(scroller, {
    clientHeight: { value: 100 },
    scrollHeight: { get: () => inner },
    scrollTop: {
      get: () => top,
      set: (to: number) => (top = Math.max(0, Math.min(to, inner - 100))),
    },
  });
  return {
    scroller,
    /** What is in it becomes as high as this, and the browser keeps the place within it. */
    becomes(next: number) {
      inner = next;
      scroller.scrollTop = top;
    },
  };
}

describe('the end is followed', () => {
  let follower: Follower;
  let view: ReturnType<typeof log>;
  /** The next frame comes when the test says so, however busy the machine is. */
  let nextFrame: () => void;

  beforeEach(() => {
    nextFrame = () => {};
    vi.spyOn(window, 'requestAnimationFrame').mockImplementation((drawn) => {
      nextFrame = () => drawn(0);
      return 1;
    });
    follower = new Follower();
    view = log(1000);
    follower.attach(view.scroller);
    follower.jump();
  });

  afterEach(() => void vi.restoreAllMocks());

  it('while the log grows', () => {
    view.becomes(1500);
    follower.scrolled();
    follower.keepUp();
    expect(follower.following).toBe(true);
    expect(view.scroller.scrollTop).toBe(1400);
  });

  it('while the oldest go and new ones come', () => {
    // 600 px went at the top, 300 came at the end, and the list moved by what went.
    follower.shift();
    view.becomes(700);
    view.scroller.scrollTop = 300;
    follower.scrolled();
    expect(follower.following).toBe(true);
    expect(view.scroller.scrollTop).toBe(600);
  });

  it('no longer when the person moves up after the oldest went', () => {
    follower.shift();
    nextFrame();
    view.scroller.scrollTop = 300;
    follower.scrolled();
    expect(follower.following).toBe(false);
  });

  it('no longer when the wheel is turned while the oldest go', () => {
    follower.shift();
    view.scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -120 }));
    view.scroller.scrollTop = 500;
    follower.scrolled();
    expect(follower.following).toBe(false);
  });

  it('no longer once the person moves up, until they are back', () => {
    view.scroller.scrollTop = 500;
    follower.scrolled();
    expect(follower.following).toBe(false);
    view.becomes(2000);
    follower.keepUp();
    expect(view.scroller.scrollTop).toBe(500);
    view.scroller.scrollTop = 1850;
    follower.scrolled();
    expect(follower.following).toBe(true);
  });

  it('no longer once the log is told to stay', () => {
    follower.stay();
    view.becomes(1200);
    follower.keepUp();
    expect(view.scroller.scrollTop).toBe(900);
  });
});

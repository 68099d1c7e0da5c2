// Keeps the newest words in view while the person is at the bottom, and leaves them alone when they
// have scrolled up to read.

const NEAR = 64;

export class Follower {
  following = $state(true);
  #scroller: HTMLElement | null = null;
  #lastTop = 0;
  #shifting = false;

  /** Follows the growth of what is in `scroller` until the returned function is called. */
  attach(scroller: HTMLElement): () => void {
    this.#scroller = scroller;
    const grown = new ResizeObserver(() => this.keepUp());
    const observe = () => {
      grown.disconnect();
      grown.observe(scroller);
      for (const child of scroller.children) grown.observe(child);
    };
    const children = new MutationObserver(observe);
    children.observe(scroller, { childList: true });
    observe();
    scroller.addEventListener('wheel', this.#turned, { passive: true });
    return () => {
      scroller.removeEventListener('wheel', this.#turned);
      grown.disconnect();
      children.disconnect();
      this.#scroller = null;
    };
  }

  /** Only moving up is the person's wish to stop following; growth alone moves nothing up. */
  scrolled() {
    const scroller = this.#scroller;
    if (!scroller) return;
    const distance = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    if (distance <= NEAR) this.following = true;
    else if (scroller.scrollTop < this.#lastTop - 1) {
      if (this.#shifting) return this.keepUp();
      this.following = false;
    }
    this.#lastTop = scroller.scrollTop;
  }

  /** The oldest rows go: until the next frame, what moves up is moved by that and not by hand. */
  shift() {
    this.#shifting = true;
    requestAnimationFrame(() => (this.#shifting = false));
  }

  /** Turned up by hand: in a flood, where rows go with every frame, this alone tells. */
  #turned = ({ deltaY }: WheelEvent) => {
    if (deltaY < 0 && this.#scroller && this.#scroller.scrollTop > 0) this.following = false;
  };

  jump() {
    this.following = true;
    this.keepUp();
  }

  /** Stays with what is in view until the person is near the end again. */
  stay() {
    this.following = false;
  }

  /** Goes to the end, if that is where the person is. */
  keepUp() {
    const scroller = this.#scroller;
    if (!scroller || !this.following) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#lastTop = scroller.scrollTop;
  }
}

// Tells when something comes near what can be seen, so that it is loaded in time and not before.

import type { Attachment } from 'svelte/attachments';

const MARGIN = '600px 0px';

/** Calls `onnear` whenever the element comes near, and `onfar`, if given, whenever it leaves. */
export function near(onnear: () => void, onfar?: () => void): Attachment {
  return (element) => {
    if (typeof IntersectionObserver === 'undefined') {
      onnear();
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting) onnear();
        else onfar?.();
      },
      // Of the window, and of what scrolls in it: either cuts off what lies beyond.
      { rootMargin: MARGIN, scrollMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}

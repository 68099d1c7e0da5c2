export function focusComposer() {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('[data-region="composer"]')?.focus(),
  );
}

/** Puts the focus on a thread in the list; without one, on what begins a new conversation. */
export function focusThread(id: string | null) {
  const selector = id === null ? '.new' : `[data-thread="${CSS.escape(id)}"] .open`;
  // The list may first have to be drawn anew.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-region="sidebar"] ${selector}`)?.focus(),
  );
}

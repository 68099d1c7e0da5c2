// What is told in passing: a few lines that go by themselves.

import type { Toast } from '../bridge/bindings';

export interface ShownToast extends Toast {
  readonly id: number;
  /** The conversation that it comes from, where that is not the one in view. */
  readonly from: string | null;
  /** What can be done about it. */
  readonly action: ToastAction | null;
}

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

/** More than this at once nobody reads; the oldest goes first. */
const MOST = 4;

let shown = $state.raw<readonly ShownToast[]>([]);
let lastId = 0;

export const toasts = {
  get shown() {
    return shown;
  },
  show({ kind, text }: Toast, from: string | null = null, action: ToastAction | null = null) {
    shown = [...shown, { id: (lastId += 1), kind, text, from, action }].slice(-MOST);
  },
  dismiss(id: number) {
    shown = shown.filter((toast) => toast.id !== id);
  },
  clear() {
    shown = [];
  },
};

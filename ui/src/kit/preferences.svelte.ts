// How the person likes the interface to look. Kept in localStorage: nothing here is private, and
// it is wanted before anyone has signed in.

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'system' | 'en' | 'de';

/** After how many minutes without anybody there the app locks itself; 0 is never. */
export const LOCKS = [0, 5, 15, 30, 60] as const;

export const SCALES = [85, 90, 100, 110, 125, 150] as const;
export const SIDEBAR = { min: 220, initial: 264, max: 360 } as const;

interface Stored {
  theme: Theme;
  scale: number;
  language: Language;
  sidebarWidth: number;
  sidebarOpen: boolean;
  lockAfter: number;
  lockOnLeaving: boolean;
}

const KEY = 'confidant.preferences';
const INITIAL: Stored = {
  theme: 'system',
  scale: 100,
  language: 'system',
  sidebarWidth: SIDEBAR.initial,
  sidebarOpen: true,
  lockAfter: 0,
  lockOnLeaving: true,
};

const stored = $state<Stored>(read());

export const preferences = {
  get theme() {
    return stored.theme;
  },
  set theme(theme) {
    keep({ theme });
  },
  get scale() {
    return stored.scale;
  },
  set scale(scale) {
    keep({ scale: clamp(scale, SCALES[0], SCALES[SCALES.length - 1]!) });
  },
  get language() {
    return stored.language;
  },
  set language(language) {
    keep({ language });
  },
  get sidebarWidth() {
    return stored.sidebarWidth;
  },
  set sidebarWidth(width) {
    keep({ sidebarWidth: clamp(Math.round(width), SIDEBAR.min, SIDEBAR.max) });
  },
  get sidebarOpen() {
    return stored.sidebarOpen;
  },
  set sidebarOpen(open) {
    keep({ sidebarOpen: open });
  },
  get lockAfter() {
    return stored.lockAfter;
  },
  set lockAfter(minutes) {
    keep({ lockAfter: minutes });
  },
  /** When the computer sleeps or its screen is locked. */
  get lockOnLeaving() {
    return stored.lockOnLeaving;
  },
  set lockOnLeaving(lock) {
    keep({ lockOnLeaving: lock });
  },
};

/** The next text size in `direction`, or the size itself at the end. */
export function nextScale(scale: number, direction: -1 | 1): number {
  const next =
    direction === 1 ? SCALES.find((step) => step > scale) : SCALES.findLast((step) => step < scale);
  return next ?? scale;
}

function keep(change: Partial<Stored>) {
  Object.assign(stored, change);
  try {
    localStorage.setItem(KEY, JSON.stringify(stored));
  } catch {
    // Without storage the choice holds until the window closes.
  }
}

/** Every value is checked: another version, or a person with an editor, may have written it. */
function read(): Stored {
  let found: Partial<Record<keyof Stored, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) found = parsed;
  } catch {
    // Unreadable means nothing stored.
  }
  const number = (value: unknown, initial: number, min: number, max: number) =>
    typeof value === 'number' && Number.isFinite(value) ? clamp(value, min, max) : initial;
  return {
    theme: oneOf(found.theme, ['system', 'light', 'dark'], INITIAL.theme),
    language: oneOf(found.language, ['system', 'en', 'de'], INITIAL.language),
    scale: number(found.scale, INITIAL.scale, 85, 150),
    sidebarWidth: number(found.sidebarWidth, INITIAL.sidebarWidth, SIDEBAR.min, SIDEBAR.max),
    sidebarOpen: oneOf(found.sidebarOpen, [true, false], INITIAL.sidebarOpen),
    lockAfter: oneOf(found.lockAfter, LOCKS, INITIAL.lockAfter),
    lockOnLeaving: oneOf(found.lockOnLeaving, [true, false], INITIAL.lockOnLeaving),
  };
}

function oneOf<T extends string | number | boolean>(
  value: unknown,
  allowed: readonly T[],
  initial: T,
): T {
  return allowed.find((candidate) => candidate === value) ?? initial;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

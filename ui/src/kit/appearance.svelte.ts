// Puts the preferences onto the document. Call within a component: it follows them until that
// component goes.

import { locale } from './language.svelte';
import { preferences } from './preferences.svelte';

export function followPreferences() {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let systemDark = $state(dark.matches);

  $effect(() => {
    const note = () => (systemDark = dark.matches);
    dark.addEventListener('change', note);
    return () => dark.removeEventListener('change', note);
  });

  $effect.pre(() => {
    const system = systemDark ? 'dark' : 'light';
    const root = document.documentElement;
    root.dataset['theme'] = preferences.theme === 'system' ? system : preferences.theme;
    root.lang = locale();
    root.style.fontSize = `${(16 * preferences.scale) / 100}px`;
  });
}

import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './kit/tokens.css';
import './kit/base.css';
import './kit/controls.css';
import './kit/dialog.css';
import './signin/signin.css';

import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './bridge/backend';
import { tauriBackend } from './bridge/tauri';

// The mode is a constant of the build: the installed app holds nothing of the backend in memory.
async function backend(): Promise<Backend> {
  if (import.meta.env.MODE !== 'memory') return tauriBackend();
  const { example } = await import('./bridge/memory/example');
  return example(new URLSearchParams(location.search));
}

// Nothing is awaited at the top: the chunks that are fetched later wait for this module to be done.
async function begin(target: HTMLElement) {
  const chosen = await backend();
  // What stands there until now is the page for an interface that does not start.
  target.replaceChildren();
  mount(App, { target, props: { backend: chosen } });
}

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
void begin(target);

import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './kit/tokens.css';
import './kit/base.css';
import './kit/controls.css';
import './kit/dialog.css';
import './signin/signin.css';
import './chat/markdown/markdown.css';

import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './bridge/backend';

// Both conditions are constants of the build: the installed app holds nothing of the other branch.
async function backend(): Promise<Backend> {
  if (import.meta.env.MODE === 'memory') {
    const { example } = await import('./bridge/memory/example');
    return example(new URLSearchParams(location.search));
  }
  const { tauriBackend } = await import('./bridge/tauri');
  return tauriBackend();
}

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
const chosen = await backend();
// What stands there until now is the page for an interface that does not start.
target.replaceChildren();
mount(App, { target, props: { backend: chosen } });

// What the app is called: by itself, once that is known, and by the messages until then.

import { m } from '../messages/generated/messages.js';

let own = $state<string | null>(null);

export function appName(): string {
  return own ?? m.app_name();
}

export function setAppName(name: string) {
  own = name.trim() === '' ? null : name;
  document.title = appName();
}

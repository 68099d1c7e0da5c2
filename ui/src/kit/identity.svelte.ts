// What the app is called and looks like: by itself, once that is known, and as Confidant until then.

import { m } from '../messages/generated/messages.js';

let name = $state<string | null>(null);
let icon = $state<string | null>(null);

export function appName(): string {
  return name ?? m.app_name();
}

/** The app's own icon as an address, or `null` for Confidant's. */
export function appIcon(): string | null {
  return icon;
}

export function setIdentity(own: { name: string; icon: string | null }) {
  name = own.name.trim() === '' ? null : own.name;
  icon = own.icon;
  document.title = appName();
}

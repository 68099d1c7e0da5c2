// Sizes that only script knows. The policy of the window forbids style attributes in markup, and
// leaves the style of an element to script.

import type { Attachment } from 'svelte/attachments';

export function sized(properties: Readonly<Record<string, string>>): Attachment<HTMLElement> {
  return (element) => {
    for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
  };
}

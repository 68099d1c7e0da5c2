// Questions in words.

import type { Ask, Want } from '../../bridge/bindings';
import { secondsUntil } from '../../kit/clock.svelte';
import { duration } from '../../kit/language.svelte';
import { m } from '../../messages/generated/messages.js';

export function askKind({ kind }: Want): string {
  switch (kind) {
    case 'text':
      return m.ask_text_label();
    case 'files':
      return m.file_request();
    case 'choice':
      return m.ask_choice_label();
    case 'form':
      return m.ask_form_label();
  }
}

/** For whoever hears that there is a question before they come upon it. */
export function askAnnouncement({ want, deadline }: Ask, question: string): string {
  const time = duration(secondsUntil(Date.parse(deadline)));
  return m.announce_asked({ kind: askKind(want), question, time });
}

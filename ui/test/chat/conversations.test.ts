import { expect, it } from 'vitest';
import { memoryBackend } from '../../src/bridge/memory';
import { Conversations } from '../../src/chat/conversations.svelte';
import { errorText } from '../../src/kit/errorText';
import { preferences } from '../../src/kit/preferences.svelte';
import { withPassword } from '../support/app';

it('what is sent before it shows that the conversation cannot be opened comes back, with why', async () => {
  const backend = memoryBackend({ accounts: [withPassword('ada')], signedIn: 'ada' });
  const conversations = new Conversations(backend, {
    named: () => {},
    toasted: () => {},
    announced: () => {},
  });
  conversations.begin('gone');
  const live = conversations.current!;
  live.draft = 'Precious words';
  await conversations.acts.send(live);
  expect(live.draft).toBe('Precious words');
  expect(live.trouble).toEqual({ code: 'profileMissing' });
  expect(errorText(live.refused!)).toBe(
    'The conversation could not be opened, so nothing was sent.',
  );
  preferences.language = 'de';
  expect(errorText(live.refused!)).toContain('ließ sich nicht öffnen');
  preferences.language = 'system';
});

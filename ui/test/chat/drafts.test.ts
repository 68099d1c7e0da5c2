import { screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { memoryBackend } from '../../src/bridge/memory';
import { Drafts } from '../../src/chat/drafts';
import { LiveConversation } from '../../src/chat/liveConversation.svelte';
import { profile, signedIn, withPassword } from '../support/app';
import { said, thread } from '../support/make';

const saved = (backend: Awaited<ReturnType<typeof signedIn>>['backend']) =>
  backend.calls.filter(({ command }) => command === 'saveDraft').map(({ args }) => args);

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });

it('keeps what is written once nothing is typed for a moment', async () => {
  const { backend, user, composer } = await signedIn();
  await user.type(composer, 'half a thought');
  await waitFor(() => expect(saved(backend)).toEqual([[null, 'half a thought']]));
});

it('brings back what was written before, for each conversation', async () => {
  const { user, composer } = await signedIn({
    threads: [{ summary: thread('Sails'), steps: [said('user', 0, 'How do sails work?')] }],
    drafts: [
      [null, 'something new'],
      ['Sails', 'about sails'],
    ],
  });
  await waitFor(() => expect(composer.value).toBe('something new'));
  await user.click(screen.getByRole('button', { name: 'Sails' }));
  await waitFor(() => expect(field().value).toBe('about sails'));
});

it('forgets the draft once it is sent', async () => {
  const { backend, user, composer } = await signedIn({ drafts: [[null, 'ready']] });
  await waitFor(() => expect(composer.value).toBe('ready'));
  await user.type(composer, '{Enter}');
  await waitFor(() => expect(saved(backend)).toEqual([[null, '']]));
});

it('keeps what is still due before signing out', async () => {
  const { backend, user, composer } = await signedIn();
  await user.type(composer, 'last words{Control>}l{/Control}');
  await screen.findByText('Who is here?');
  const names = backend.calls.map(({ command }) => command);
  expect(saved(backend)).toEqual([[null, 'last words']]);
  expect(names.indexOf('saveDraft')).toBeLessThan(names.indexOf('signOut'));
});

it('says that a draft could not be kept, and leaves it in the field', async () => {
  const { backend, user, composer } = await signedIn({ profiles: [profile('assistant')] });
  backend.failNext('saveDraft', { code: 'storageFull' });
  await user.type(composer, 'precious');
  await screen.findByText(/no room left on the disk/);
  expect(composer.value).toBe('precious');
});

it('forgets a draft that was still being kept when it was sent', async () => {
  const backend = memoryBackend({
    accounts: [withPassword('ada')],
    signedIn: 'ada',
    profiles: [profile('assistant')],
  });
  const slow = backend.saveDraft;
  backend.saveDraft = async (place, text) => {
    // The longer the text, the longer it takes: without an order the older one would win.
    await new Promise((done) => setTimeout(done, text.length * 10));
    await slow(place, text);
  };
  const drafts = new Drafts(backend);
  const live = new LiveConversation('assistant');
  live.draft = 'sent in a moment';
  drafts.changed(live);
  const kept = drafts.flush();
  live.draft = '';
  drafts.changed(live);
  await Promise.all([kept, drafts.flush()]);
  expect(await backend.getDraft(null)).toBe('');
});

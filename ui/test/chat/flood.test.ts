import { screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import type { Event } from '../../src/bridge/bindings';
import { memoryBackend } from '../../src/bridge/memory';
import { Conversations } from '../../src/chat/conversations.svelte';
import { HELD } from '../../src/state/bounded';
import { profile, withPassword } from '../support/app';
import { said, snapshot, step } from '../support/make';
import { openedThread } from '../support/thread';

it('of a hundred thousand steps only the newest are held, in the background too', async () => {
  const backend = memoryBackend({
    accounts: [withPassword('ada')],
    signedIn: 'ada',
    profiles: [profile('assistant')],
  });
  let tell: (event: Event) => void = () => {};
  backend.openThread = async (_, events) => {
    tell = events;
    tell({ type: 'opened', snapshot: snapshot() });
  };
  const conversations = new Conversations(backend, {
    named: () => {},
    toasted: () => {},
    announced: () => {},
  });
  conversations.open('t');
  const live = conversations.current!;
  await waitFor(() => expect(live.state).not.toBeNull());
  const begun = performance.now();
  for (let at = 0; at < 100_000; at += 1) {
    tell({ type: 'said', step: step(`s${at}`, at, { kind: 'tool' }) });
  }
  tell({ type: 'working', working: false, queued: [] });
  const took = Math.round(performance.now() - begun);
  // Looked at, never asserted: how long it takes is not what a test can promise.
  console.info(`100,000 steps taken in ${took} ms`);
  expect(live.state?.steps.at(-1)?.sequence).toBe(99_999);
  expect(live.state?.steps.length).toBeLessThan(1.5 * HELD);
  expect(live.state?.earlier).toBe(live.state?.steps[0]?.sequence);
});

it('the log follows a flood to its end, and Stop still stops it', async () => {
  const flood = profile('assistant', {
    handler: async (chat) => {
      for (let at = 0; ; at += 1) {
        chat.say(`Said ${at}`);
        if (at % 50 === 49) await chat.wait(1);
      }
    },
  });
  const { user, composer, log } = await openedThread(
    { steps: [said('user', 0, 'Hi')] },
    { profiles: [flood] },
  );
  await user.type(composer, 'Go{Enter}');
  await screen.findAllByText(/Said \d/);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull());
  expect(log.scrollTop).toBe(log.scrollHeight);
  expect(screen.queryByRole('button', { name: 'Jump to latest' })).toBeNull();
});

it('what stands before a flood within one row is loaded only when asked for', async () => {
  const flood = profile('assistant', {
    handler: async (chat) => {
      const { id: parent } = chat.say('', { kind: 'run', name: 'All of it' });
      for (let at = 0; at < 1.5 * HELD; at += 1) chat.say('', { kind: 'tool', name: 't', parent });
    },
  });
  const { user, composer, backend } = await openedThread(
    { steps: [said('user', 0, 'Hi')] },
    { profiles: [flood] },
  );
  await user.type(composer, 'Go{Enter}');
  const button = await screen.findByRole('button', { name: 'Load earlier messages' });
  expect(screen.getByText('All of it')).toBeTruthy();
  const asked = () => backend.calls.filter(({ command }) => command === 'earlierSteps').length;
  expect(asked()).toBe(0);
  await user.click(button);
  expect(asked()).toBe(1);
});

import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { messages, profile, signedIn } from '../support/app';
import { said, thread } from '../support/make';

const asked = said('user', 0, 'Tell me a story');
const broken = (change: Partial<ReturnType<typeof said>> = {}) => ({
  ...said('assistant', 1, 'Once upon'),
  id: 'reply',
  state: 'interrupted' as const,
  ...change,
});

async function reading(reply = broken(), goesOn: string[] | null = [' a', ' time.']) {
  const stored = { summary: thread('story'), steps: [asked, reply] };
  const teller = { ...profile('assistant'), ...(goesOn && { goesOn }) };
  const started = await signedIn({ profiles: [teller], threads: [stored] });
  await started.user.click(await screen.findByRole('button', { name: 'story' }));
  await screen.findByText('Tell me a story');
  return started;
}
const button = () => screen.queryByRole('button', { name: 'Continue' });

describe('a reply that was broken off', () => {
  it('goes on in the same message', async () => {
    const { user } = await reading();
    await user.click(button()!);
    await waitFor(() => expect(messages()[1]).toContain('Once upon a time.'));
    await waitFor(() => expect(button()).toBeNull());
    expect(messages()).toHaveLength(2);
  });

  it('is offered to go on when the person stopped it, or the model did', async () => {
    await reading(broken({ state: 'stopped' }));
    expect(button()).not.toBeNull();
  });

  it.each([
    ['the profile cannot', broken(), null],
    ['there is nothing of it', broken({ output: '' }), ['more']],
    [
      'something else went wrong',
      broken({
        state: 'failed',
        failure: { code: 'handlerFailed', detail: '', retryIn: null },
      }),
      ['more'],
    ],
    ['it is whole', broken({ state: 'done' }), ['more']],
  ])('is not offered to go on when %s', async (_, reply, goesOn) => {
    await reading(reply, goesOn);
    expect(button()).toBeNull();
  });
});

import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { CommandError } from '../../src/bridge/bindings';
import { signedIn } from '../support/app';
import { step, thread } from '../support/make';

const steps = Array.from({ length: 120 }, (_, index) =>
  step(`m${index}`, index, { kind: index % 2 ? 'assistant' : 'user', output: `Line ${index}` }),
);

describe('earlier messages that could not be loaded', () => {
  /** In a log of `height` px; without any, it is one that a page does not fill. */
  async function failed({ height = 6000, times = 1, profile = 'assistant' } = {}) {
    const threads = [{ summary: thread('long', { profile }), steps }];
    const started = await signedIn({ threads });
    const damaged: CommandError = { code: 'storageDamaged', detail: 'record 7' };
    for (let time = 0; time < times; time += 1) started.backend.failNext('earlierSteps', damaged);
    const list = within(screen.getByRole('navigation'));
    await started.user.click(await list.findByRole('button', { name: 'long' }));
    const log = await screen.findByRole('log');
    Object.defineProperty(log, 'scrollHeight', { value: height, configurable: true });
    await fireEvent.scroll(log);
    await screen.findByText(/Earlier messages could not be loaded\./);
    const asked = () =>
      started.backend.calls.filter(({ command }) => command === 'earlierSteps').length;
    return { ...started, log, asked };
  }

  it.each([0, 6000])('say why, and are asked for once, in a log of %d px', async (height) => {
    const { log, asked } = await failed({ height, times: 20 });
    expect(screen.getByText(/record 7/)).toBeTruthy();
    await fireEvent.scroll(log);
    await fireEvent.scroll(log);
    expect(asked()).toBe(1);
  });

  it('are asked for again when the person says so', async () => {
    const { user } = await failed();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Line 60')).toBeTruthy();
    expect(screen.queryByText(/could not be loaded/)).toBeNull();
  });

  it('are no less told of where the profile is gone', async () => {
    await failed({ profile: 'translator' });
    expect(screen.getByText(/record 7/)).toBeTruthy();
  });
});

it('what is refused is told where the profile is gone, too', async () => {
  const link = [
    step('m', 0, { kind: 'user', output: 'Hi' }),
    step('l', 1, { output: '[x](https://a.org)' }),
  ];
  const threads = [{ summary: thread('old', { profile: 'translator' }), steps: link }];
  const { user, backend } = await signedIn({ threads });
  const list = within(screen.getByRole('navigation'));
  await user.click(await list.findByRole('button', { name: 'old' }));
  backend.failNext('openLink', { code: 'linkRefused' });
  await user.click(await screen.findByRole('link', { name: 'x' }));
  const told = await within(screen.getByRole('main')).findByText(/Only https and mailto/);
  expect(told.closest('[role=alert]')).not.toBeNull();
  await user.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(within(screen.getByRole('main')).queryByText(/Only https and mailto/)).toBeNull();
});

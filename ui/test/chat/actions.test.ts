import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Button } from '../../src/bridge/bindings';
import { profile } from '../support/app';
import { said } from '../support/make';
import { article, expectNoAxeViolations, openedThread } from '../support/thread';

const button = (name: string, change: Partial<Button> = {}): Button => ({
  name,
  label: name,
  tooltip: null,
  icon: null,
  payload: null,
  ...change,
});

const steps = [
  said('user', 0, 'Hi'),
  said('assistant', 1, 'Shall I?', {
    actions: [
      'setUpModel',
      { call: button('deploy', { label: 'Deploy', tooltip: 'To the test system', icon: 'code' }) },
      { call: button('discard', { label: 'Discard' }) },
    ],
  }),
];

const acting = profile('assistant', {
  action: async (chat, { name }) => void chat.say(`Ran ${name}`),
});

describe('buttons under a message', () => {
  it('run code of the profile', async () => {
    const { user, backend } = await openedThread({ steps }, { profiles: [acting] });
    const deploy = screen.getByRole('button', { name: 'Deploy' });
    expect(deploy.title).toBe('To the test system');
    deploy.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Ran deploy')).toBeTruthy();
    const run = backend.calls.find(({ command }) => command === 'runAction');
    expect(run?.args).toEqual(['stored', 's1', 'deploy']);
  });

  it('are busy while they are sent, and are sent once', async () => {
    const { user, backend } = await openedThread({ steps }, { profiles: [acting] });
    let sent = () => {};
    const run = backend.runAction;
    backend.runAction = async (...args) => {
      await new Promise<void>((resolve) => (sent = resolve));
      return run(...args);
    };
    const deploy = screen.getByRole('button', { name: 'Deploy' });
    await user.dblClick(deploy);
    expect(deploy.getAttribute('aria-disabled')).toBe('true');
    const discard = screen.getByRole('button', { name: 'Discard' });
    expect(discard.getAttribute('aria-disabled')).toBeNull();
    sent();
    await waitFor(() => expect(deploy.getAttribute('aria-disabled')).toBeNull());
    expect(backend.calls.filter(({ command }) => command === 'runAction')).toHaveLength(1);
  });

  it('say where they stand why they could not', async () => {
    const { user, backend } = await openedThread({ steps }, { profiles: [acting] });
    backend.failNext('runAction', { code: 'storageFull' });
    await user.click(screen.getByRole('button', { name: 'Deploy' }));
    expect(await within(await article('Shall I?')).findByText(/no room left/)).toBeTruthy();
  });

  it('still lead to the model', async () => {
    const { user } = await openedThread({ steps });
    await user.click(screen.getByRole('button', { name: 'Set up a model' }));
    expect(await screen.findByRole('dialog', { name: 'Settings' })).toBeTruthy();
  });

  it('hold nothing that axe finds wrong', async () => {
    await openedThread({ steps });
    await expectNoAxeViolations();
  });
});

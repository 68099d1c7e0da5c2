import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { menuItem, profile } from '../support/app';
import { said, step } from '../support/make';
import { article, expectNoAxeViolations, openedThread } from '../support/thread';

/** Two versions of the second question, and two replies to the second of them. */
const forked = {
  steps: [
    said('user', 0, 'One'),
    said('assistant', 1, 'Reply to one'),
    said('user', 2, 'Two'),
    said('assistant', 3, 'Reply to two'),
    said('user', 4, 'Zwei', { branch: 1 }),
    said('assistant', 5, 'Reply to zwei', { branch: 1 }),
    said('assistant', 6, 'Another reply to zwei', { branch: 2 }),
  ],
  branches: [
    { id: 1, parent: 0, from: 2, begins: 4 },
    { id: 2, parent: 1, from: 5, begins: 6 },
  ],
  branch: 2,
};

describe('versions of a message', () => {
  it('are counted where they part', async () => {
    await openedThread(forked);
    const zwei = await article('Zwei');
    expect(within(zwei).getByRole('group', { name: 'Version 2 of 2' }).textContent).toMatch(
      /2 \/ 2/,
    );
    const reply = await article('Another reply to zwei');
    expect(within(reply).getByRole('group', { name: 'Version 2 of 2' })).toBeTruthy();
    expect(within(await article('One')).queryByRole('group', { name: /Version/ })).toBeNull();
  });

  it('are changed by mouse; what parted there changes with them, and the change is said', async () => {
    const { user } = await openedThread(forked);
    const zwei = await article('Zwei');
    await user.click(within(zwei).getByRole('button', { name: 'Previous version' }));
    expect(await screen.findByText('Reply to two')).toBeTruthy();
    expect(screen.queryByText('Zwei')).toBeNull();
    expect(screen.getByText('Reply to one')).toBeTruthy();
    await waitFor(() =>
      expect(screen.getByRole('status').textContent?.trim()).toBe('Version 1 of 2'),
    );
  });

  it('are changed by keyboard, and the focus stays on the key', async () => {
    const { user } = await openedThread(forked);
    within(await article('Zwei'))
      .getByRole('button', { name: 'Previous version' })
      .focus();
    await user.keyboard('{Enter}');
    await screen.findByText('Reply to two');
    const back = within(await article('Two')).getByRole('button', { name: 'Previous version' });
    await waitFor(() => expect(document.activeElement).toBe(back));
    expect(back.getAttribute('aria-disabled')).toBe('true');
    await user.keyboard('{Enter}');
    await user.tab();
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Another reply to zwei')).toBeTruthy();
  });

  it('stay as they are when another cannot be shown, and the place says why', async () => {
    const { user, backend } = await openedThread(forked);
    backend.failNext('showBranch', { code: 'busy' });
    const zwei = await article('Zwei');
    await user.click(within(zwei).getByRole('button', { name: 'Previous version' }));
    expect(await within(zwei).findByText(/A reply is being written/)).toBeTruthy();
    expect(screen.getByText('Another reply to zwei')).toBeTruthy();
  });

  it('hold nothing that axe finds wrong', async () => {
    await openedThread(forked);
    await article('Zwei');
    await expectNoAxeViolations();
  });

  it('where work comes first, stand under the work', async () => {
    await openedThread({
      steps: [
        said('user', 0, 'Hi'),
        said('assistant', 1, 'Old'),
        step('tool', 2, { kind: 'tool', name: 'search', branch: 1 }),
        said('assistant', 3, 'New', { branch: 1 }),
      ],
      branches: [{ id: 1, parent: 0, from: 1, begins: 2 }],
      branch: 1,
    });
    const work = (await article('search')).closest('article')!;
    expect(within(work).getByRole('group', { name: 'Version 2 of 2' })).toBeTruthy();
  });
});

describe('another reply', () => {
  const steps = [
    said('assistant', 0, 'Welcome'),
    said('user', 1, 'One'),
    said('assistant', 2, 'Reply to one'),
    said('user', 3, 'Two'),
    said('assistant', 4, 'Reply to two'),
  ];
  const calls = ({ backend }: Awaited<ReturnType<typeof openedThread>>) =>
    backend.calls
      .filter(({ command }) => command === 'regenerateReply')
      .map(({ args }) => args.slice(1));

  it('is asked for under the last one, which stays as a version', async () => {
    const started = await openedThread({ steps });
    const reply = await article('Reply to two');
    await started.user.click(within(reply).getByRole('button', { name: 'Regenerate' }));
    const other = await article('You said: Two');
    expect(calls(started)).toEqual([['s4']]);
    expect(within(other).getByRole('group', { name: 'Version 2 of 2' })).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(other));
  });

  it('is asked for under an older one in its menu', async () => {
    const started = await openedThread({ steps });
    const reply = await article('Reply to one');
    expect(within(reply).queryByRole('button', { name: 'Regenerate' })).toBeNull();
    await started.user.click(within(reply).getByRole('button', { name: 'More for this message' }));
    await started.user.click(await menuItem('Regenerate'));
    expect(await screen.findByText('You said: One')).toBeTruthy();
    expect(screen.queryByText('Reply to two')).toBeNull();
  });

  it('is not asked for where there is nothing to reply to', async () => {
    await openedThread({ steps });
    const welcome = within(await article('Welcome'));
    expect(welcome.queryByRole('button', { name: 'More for this message' })).toBeNull();
  });

  it('is asked for by Ctrl+Shift+R', async () => {
    const started = await openedThread({ steps });
    await started.user.keyboard('{Control>}{Shift>}r{/Shift}{/Control}');
    expect(await screen.findByText('You said: Two')).toBeTruthy();
    expect(calls(started)).toEqual([['s4']]);
  });

  it('waits while one is being written, and says why', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = profile('assistant', {
      handler: async (chat) => {
        chat.say('First of two');
        await gate;
      },
    });
    const started = await openedThread({ steps }, { profiles: [slow] });
    await started.user.type(started.composer, 'Go{Enter}');
    const button = within(await article('First of two')).getByRole('button', {
      name: 'Regenerate',
    });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    const why = document.getElementById(button.getAttribute('aria-describedby') ?? '');
    expect(why?.textContent).toContain('A reply is being written');
    await started.user.click(button);
    expect(calls(started)).toEqual([]);
    open();
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBeNull());
  });
});

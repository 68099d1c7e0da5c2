import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { profile, signedIn } from '../support/app';

const profiles = [
  profile('assistant', {
    card: {
      starters: [{ label: 'Ask', message: 'The question', command: 'ask', icon: null }],
    },
  }),
  profile('analyst'),
];

const sent = ({ backend }: Awaited<ReturnType<typeof signedIn>>) =>
  backend.calls.filter(({ command }) => command === 'sendMessage').map(({ args }) => args.slice(1));
const starter = () => screen.getByRole('button', { name: 'Ask' });
const chip = () => screen.queryByRole('button', { name: 'Send without the command /ask' });

describe('a starter that is pressed twice', () => {
  it('is sent once', async () => {
    const view = await signedIn({ profiles });
    // The core writes to the disk before it answers.
    const send = view.backend.sendMessage;
    view.backend.sendMessage = async (...message) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return send(...message);
    };
    await view.user.dblClick(starter());
    await screen.findByText('You said: The question');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent(view)).toEqual([['The question', 'ask']]);
  });

  it('is sent again after it could not be sent', async () => {
    const view = await signedIn({ profiles });
    view.backend.failNext('sendMessage', { code: 'storageFull' });
    await view.user.click(starter());
    await screen.findByText(/no room left/);
    await view.user.click(starter());
    expect(await screen.findByText('You said: The question')).toBeTruthy();
  });
});

describe('the command of a starter that was put into the composer', () => {
  async function inserted() {
    const view = await signedIn({ profiles });
    starter().focus();
    await view.user.keyboard('{Alt>}{Enter}{/Alt}');
    await waitFor(() => expect(view.composer.value).toBe('The question'));
    expect(chip()?.textContent).toContain('/ask');
    return view;
  }

  it('goes with the words, as they are and changed', async () => {
    const view = await inserted();
    await view.user.type(view.composer, ' now{Enter}');
    await screen.findByText('You said: The question now');
    expect(sent(view)).toEqual([['The question now', 'ask']]);
    expect(chip()).toBeNull();
    await view.user.type(screen.getByRole('textbox', { name: 'Message' }), 'more{Enter}');
    await waitFor(() => expect(sent(view).at(-1)).toEqual(['more', null]));
  });

  it('can be dropped', async () => {
    const view = await inserted();
    await view.user.click(chip()!);
    expect(document.activeElement).toBe(view.composer);
    await view.user.keyboard('{Enter}');
    await waitFor(() => expect(sent(view)).toEqual([['The question', null]]));
  });

  it('goes when the words go', async () => {
    const view = await inserted();
    await view.user.clear(view.composer);
    expect(chip()).toBeNull();
  });

  it('comes back with the words that could not be sent', async () => {
    const view = await inserted();
    view.backend.failNext('sendMessage', { code: 'storageFull' });
    await view.user.type(view.composer, '{Enter}');
    await screen.findByText(/no room left/);
    expect(view.composer.value).toBe('The question');
    expect(chip()).not.toBeNull();
  });

  it('stays behind when the words go to another profile', async () => {
    const view = await inserted();
    await view.user.click(screen.getByRole('radio', { name: 'Analyst' }));
    const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
    await waitFor(() => expect(field().value).toBe('The question'));
    expect(chip()).toBeNull();
  });
});

describe('starters of several kinds', () => {
  const of = (label: string) => ({ label, message: label, command: null, icon: null });
  const card = {
    starters: [of('Plain')],
    categories: [
      { label: 'Letters', icon: 'pencil', starters: [of('A letter'), of('A card')] },
      { label: 'Empty', icon: null, starters: [] },
    ],
  };
  const shown = () =>
    within(screen.getByRole('tabpanel'))
      .getAllByRole('button')
      .map((button) => button.textContent?.trim());

  it('begin with those of no kind; the others are a tab away', async () => {
    const view = await signedIn({ profiles: [profile('assistant', { card })] });
    expect(screen.getAllByRole('tab').map((tab) => tab.textContent?.trim())).toEqual([
      'Suggestions',
      'Letters',
    ]);
    expect(shown()).toEqual(['Plain']);
    screen.getByRole('tab', { name: 'Suggestions' }).focus();
    await view.user.keyboard('{ArrowRight}');
    await waitFor(() => expect(shown()).toEqual(['A letter', 'A card']));
    await view.user.click(screen.getByRole('button', { name: 'A card' }));
    expect(await screen.findByText('You said: A card')).toBeTruthy();
  });

  it('begin with the first kind where there are no others', async () => {
    await signedIn({ profiles: [profile('assistant', { card: { ...card, starters: [] } })] });
    expect(screen.getAllByRole('tab')).toHaveLength(1);
    expect(shown()).toEqual(['A letter', 'A card']);
  });
});

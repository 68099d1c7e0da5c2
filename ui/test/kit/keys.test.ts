import { screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keysText } from '../../src/kit/keyNames';
import { shortcutOf } from '../../src/kit/keys';
import { signedIn } from '../support/app';

const pressed = (key: string, modifiers: KeyboardEventInit = {}) =>
  shortcutOf(new KeyboardEvent('keydown', { key, ...modifiers }));

describe.each([
  ['Linux x86_64', 'ctrlKey', 'metaKey', 'Ctrl+N'],
  ['Win32', 'ctrlKey', 'metaKey', 'Ctrl+N'],
  ['MacIntel', 'metaKey', 'ctrlKey', '⌘N'],
] as const)('on %s', (platform, command, foreign, shown) => {
  beforeEach(() => void vi.spyOn(navigator, 'platform', 'get').mockReturnValue(platform));
  afterEach(() => void vi.restoreAllMocks());

  it(`${command} is the key for commands, and ${foreign} is left alone`, () => {
    expect(pressed('n', { [command]: true })).toBe('newChat');
    expect(pressed('C', { [command]: true, shiftKey: true })).toBe('copyLast');
    expect(pressed('E', { [command]: true, shiftKey: true })).toBe('editLast');
    expect(pressed('R', { [command]: true, shiftKey: true })).toBe('regenerate');
    expect(pressed('e', { [command]: true })).toBeNull();
    expect(pressed('=', { [command]: true })).toBe('larger');
    expect(pressed('n', { [foreign]: true })).toBeNull();
    expect(pressed('n', { [command]: true, [foreign]: true })).toBeNull();
    expect(pressed('F6', { [foreign]: true })).toBeNull();
  });

  it('keys without it are the same everywhere', () => {
    expect(pressed('F6')).toBe('regions');
    expect(pressed('ArrowUp', { altKey: true })).toBe('previousThread');
    expect(pressed('n')).toBeNull();
  });

  it('the words say so', async () => {
    expect(keysText('Ctrl+N')).toBe(shown);
    await signedIn();
    expect(screen.getByTitle(`New chat (${shown})`)).toBeTruthy();
  });
});

import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/bridge/bindings';
import { offered, wordOf, written } from '../../src/state/commands';

const command = (name: string): Command => ({ name, description: '', icon: null, button: false });
const commands = ['status', 'code', 'decode'].map(command);

describe('what is written at the beginning of a message', () => {
  it.each([
    ['/', ''],
    ['/st', 'st'],
    ['/st ', null],
    [' /st', null],
    ['a/st', null],
    ['', null],
  ])('"%s"', (draft, word) => expect(wordOf(draft)).toBe(word));

  it('offers what begins with it before what holds it', () => {
    expect(offered(commands, 'CODE').map(({ name }) => name)).toEqual(['code', 'decode']);
    expect(offered(commands, '')).toHaveLength(3);
    expect(offered(commands, 'x')).toEqual([]);
  });

  it('is a command once something follows it', () => {
    expect(written(commands, '/code a\nb')).toEqual({ command: commands[1], rest: 'a\nb' });
    expect(written(commands, '/code')).toBeNull();
    expect(written(commands, '/usr /bin')).toBeNull();
  });
});

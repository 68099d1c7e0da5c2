import { render, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import NamedIcon from '../../src/kit/NamedIcon.svelte';

/** What an icon is drawn with, once it has come. */
async function drawn(name: string | null): Promise<string> {
  const { container } = render(NamedIcon, { name });
  const icon = await waitFor(() => {
    const found = container.querySelector('svg');
    expect(found?.childElementCount).toBeGreaterThan(0);
    return found!;
  });
  return [...icon.children]
    .map(({ tagName, attributes }) =>
      [tagName, ...[...attributes].map(({ name, value }) => `${name}=${value}`)].join(' '),
    )
    .join(', ');
}

describe('an icon that a profile names', () => {
  it('is any of the Lucide set', async () => {
    expect(await drawn('zap')).toMatch(/^path d=M\d/);
    expect(await drawn('zap')).not.toBe(await drawn('rocket'));
  });

  it.each([
    ['home', 'house'],
    ['bar-chart-3', 'chart-column'],
    ['help-circle', 'circle-question-mark'],
    ['MessageSquareText', 'message-square-text'],
    ['Building2', 'building-2'],
  ])('may go by %s, which is %s', async (name, today) => {
    expect(await drawn(name)).toBe(await drawn(today));
  });

  it('is a bubble where there is no such icon, and where none is named', async () => {
    const bubble = await drawn('message-circle');
    for (const name of ['no-such-icon', 'constructor', '__proto__', '', '2', null]) {
      await waitFor(async () => expect(await drawn(name)).toBe(bubble));
    }
  });

  it('is drawn in the colour of the words around it, and not read out', () => {
    const { container } = render(NamedIcon, { name: 'zap', size: 15 });
    const icon = container.querySelector('svg')!;
    expect(icon.getAttribute('stroke')).toBe('currentColor');
    expect(icon.getAttribute('aria-hidden')).toBe('true');
    expect(icon.getAttribute('width')).toBe('15');
  });
});

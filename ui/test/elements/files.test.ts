import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryBackend } from '../../src/bridge/memory';
import { LiveConversation } from '../../src/chat/liveConversation.svelte';
import { filesOf, fits, forgetFiles } from '../../src/elements/elementFiles';
import { expectClean, file, shown } from './made';

const MIB = 1024 * 1024;
const made: string[] = [];
const revoked: string[] = [];

beforeEach(() => {
  made.length = revoked.length = 0;
  vi.stubGlobal(
    'URL',
    Object.assign(URL, {
      createObjectURL: () => {
        made.push(`blob:${made.length}`);
        return made.at(-1);
      },
      revokeObjectURL: (url: string) => void revoked.push(url),
    }),
  );
});

const bytes = (size = 3) => new Uint8Array(size);
const readsOf = (backend: { calls: { command: string; args: unknown[] }[] }) =>
  backend.calls.filter(({ command }) => command === 'readElement').map(({ args }) => args[3]);

describe('a stored file', () => {
  it('is read in pieces until all of it is there', async () => {
    const size = 2 * MIB + 7;
    const { backend } = await shown([file('Big', 'image', 'image/png', size)], {
      files: { Big: bytes(size) },
    });
    await screen.findByRole('img', { name: 'Big' });
    expect(readsOf(backend)).toEqual([0, MIB, 2 * MIB]);
  });

  it('that ends too early is not shown as if it were whole, and can be asked for again', async () => {
    const files: Record<string, Uint8Array> = { Short: bytes(2) };
    const { user } = await shown([file('Short', 'image', 'image/png', 3)], { files });
    await screen.findByText('Short could not be read.');
    files['Short'] = bytes(3);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('img', { name: 'Short' });
  });

  it('gives its memory back when the conversation is left', async () => {
    const { user } = await shown([file('Pic', 'image', 'image/png')], { files: { Pic: bytes() } });
    await screen.findByRole('img', { name: 'Pic' });
    expect(revoked).toEqual([]);
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(revoked).toEqual(made));
  });

  it('that is too large to show says so, is not read, and can be saved', async () => {
    const { backend, user } = await shown([file('Huge', 'video', 'video/mp4', 300 * MIB)]);
    await screen.findByText(/too large to show here/);
    expect(readsOf(backend)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Save Huge' }));
    await waitFor(() => expect(screen.getByText('File saved')).toBeTruthy());
    await expectClean();
  });

  it('that is large waits until it is asked for', async () => {
    const { backend } = await shown([file('Film', 'video', 'video/mp4', 20 * MIB)]);
    await screen.findByRole('button', { name: 'Load (20 MB)' });
    expect(readsOf(backend)).toEqual([]);
  });

  it('that is not what it is said to be is not shown', async () => {
    const { backend } = await shown([file('Page', 'image', 'text/html')]);
    await screen.findByText(/A file of this type is not shown here/);
    expect(readsOf(backend)).toEqual([]);
    expect(fits('pdf', 'application/pdf; charset=binary')).toBe(true);
    expect(fits('audio', 'video/mp4')).toBe(false);
  });

  it('says at its place why it could not be saved', async () => {
    const { backend, user } = await shown([file('Data', 'file', 'application/zip')]);
    backend.failNext('saveElement', { code: 'storageFull' });
    await user.click(await screen.findByRole('button', { name: 'Save Data' }));
    await screen.findByText(/no room left on the disk/);
  });
});

describe('the files that nobody looks at', () => {
  it('stay as long as there is room, the ones seen last longest', async () => {
    const size = 30 * MIB;
    const backend = memoryBackend();
    backend.readElement = async (_thread, _step, _id, offset) =>
      new ArrayBuffer(Math.min(MIB, size - offset));
    const live = new LiveConversation('assistant');
    const files = filesOf(live);
    const stored = { mime: 'image/png', size };
    const look = async (id: string) => {
      const found = files.use('t', 's', file(id, 'image', 'image/png', size), stored);
      await found.load(backend);
      files.release(found);
      return found;
    };
    const a = await look('a');
    const b = await look('b');
    const c = await look('c');
    expect([a, b, c].map(({ state }) => state.at)).toEqual(['waiting', 'ready', 'ready']);
    forgetFiles(live);
    expect(revoked).toHaveLength(3);
  });

  it('are not read to their end', async () => {
    const backend = memoryBackend();
    let answer: (piece: ArrayBuffer) => void = () => {};
    const read = vi.fn(() => new Promise<ArrayBuffer>((resolve) => (answer = resolve)));
    backend.readElement = read;
    const live = new LiveConversation('assistant');
    const files = filesOf(live);
    const size = 2 * MIB;
    const found = files.use('t', 's', file('a', 'image', 'image/png', size), {
      mime: 'image/png',
      size,
    });
    const loading = found.load(backend);
    files.release(found);
    answer(new ArrayBuffer(MIB));
    await loading;
    expect(read).toHaveBeenCalledTimes(1);
    expect(found.state.at).toBe('waiting');
  });
});

describe('a picture', () => {
  it('is enlarged with Enter, and Escape brings back where it was', async () => {
    const { user } = await shown([file('Cat', 'image', 'image/svg+xml')], {
      files: { Cat: bytes() },
    });
    const button = await screen.findByRole('button', { name: 'Enlarge Cat' });
    button.focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Cat' });
    expect(within(dialog).getByRole('img', { name: 'Cat' })).toBeTruthy();
    await expectClean();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('that cannot be shown says so', async () => {
    await shown([file('Bad', 'image', 'image/png')], { files: { Bad: bytes() } });
    await fireEvent.error(await screen.findByRole('img', { name: 'Bad' }));
    await screen.findByText(/This picture cannot be shown/);
  });
});

describe('sound and film', () => {
  it.each(['audio', 'video'] as const)(
    'of kind %s have controls and do not play by themselves',
    async (kind) => {
      await shown([file('Clip', kind, `${kind}/mpeg`)], { files: { Clip: bytes() } });
      const player = await waitFor(() => {
        const found = document.querySelector<HTMLMediaElement>(kind);
        if (!found) throw new Error('no player');
        return found;
      });
      expect([player.controls, player.autoplay, player.preload]).toEqual([true, false, 'metadata']);
      expect(player.getAttribute('aria-label')).toBe('Clip');
      await fireEvent.error(player);
      await screen.findByText(/cannot be played here/);
      await expectClean();
    },
  );
});

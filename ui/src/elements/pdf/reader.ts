// The library that reads PDF files, and nothing else: a chunk of its own, fetched when the first
// PDF is shown. All it needs is in the bundle (scripts/pdf-data.mjs), and it runs no code of a file.

import {
  getDocument,
  PasswordException,
  PDFWorker,
  TextLayer,
  type PageViewport,
  type PDFDocumentProxy,
  type PDFPageProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';

/** Pictures with more pixels than this are left out: they would take the memory of everything. */
const LARGEST_PICTURE = 64 * 1024 * 1024;

/** The most pixels of one drawn page. */
const LARGEST_CANVAS = 16 * 1024 * 1024;

export interface Book {
  readonly pages: number;
  /** In points, which at a scale of 1 are pixels. Counted from 1. */
  size(page: number): Promise<{ width: number; height: number }>;
  /** Draws a page and lays its text over it; the answer takes it away again. */
  draw(page: number, scale: number, onto: Canvas): { done: Promise<void>; stop: () => void };
  close(): void;
}

interface Canvas {
  canvas: HTMLCanvasElement;
  text: HTMLElement;
}

export class Locked extends Error {}

export async function openBook(blob: Blob): Promise<Book> {
  const data = new Uint8Array(await blob.arrayBuffer());
  const port = new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module' });
  const worker = PDFWorker.create({ port });
  const beside = (path: string) => new URL(`/pdf/${path}/`, document.baseURI).href;
  const task = getDocument({
    data,
    worker,
    cMapUrl: beside('cmaps'),
    standardFontDataUrl: beside('fonts'),
    wasmUrl: beside('decoders'),
    // The policy of the window has no place for it; what stands in for it is script.
    useWasm: false,
    useWorkerFetch: false,
    enableXfa: false,
    maxImageSize: LARGEST_PICTURE,
    verbosity: 0,
  });
  const close = () => {
    void task.destroy().finally(() => {
      worker.destroy();
      port.terminate();
    });
  };
  try {
    return book(await task.promise, close);
  } catch (thrown) {
    close();
    throw thrown instanceof PasswordException ? new Locked() : thrown;
  }
}

function book(file: PDFDocumentProxy, close: () => void): Book {
  return {
    pages: file.numPages,
    close,
    async size(number) {
      const { width, height } = (await file.getPage(number)).getViewport({ scale: 1 });
      return { width, height };
    },
    draw(number, scale, onto) {
      let stop = () => {};
      let stopped = false;
      const done = file.getPage(number).then(async (page) => {
        if (stopped) return;
        const drawing = drawn(page, scale, onto);
        stop = drawing.stop;
        await drawing.done;
      });
      return {
        done: done.catch((thrown: unknown) => {
          if (!stopped) throw thrown;
        }),
        stop() {
          stopped = true;
          stop();
        },
      };
    },
  };
}

function drawn(page: PDFPageProxy, scale: number, { canvas, text }: Canvas) {
  const viewport = page.getViewport({ scale });
  const sharpness = sharpnessOf(viewport);
  canvas.width = Math.max(1, Math.floor(viewport.width * sharpness));
  canvas.height = Math.max(1, Math.floor(viewport.height * sharpness));
  const drawing = page.render({
    canvas,
    viewport,
    transform: [sharpness, 0, 0, sharpness, 0, 0],
  });
  text.replaceChildren();
  text.style.setProperty('--total-scale-factor', String(scale));
  const layer = new TextLayer({
    textContentSource: page.streamTextContent(),
    container: text,
    viewport,
  });
  return {
    done: Promise.all([drawing.promise, layer.render()]).then(() => {}),
    stop() {
      drawing.cancel();
      layer.cancel();
      text.replaceChildren();
      // The memory of a canvas is given back with its size.
      canvas.width = canvas.height = 0;
      page.cleanup();
    },
  };
}

function sharpnessOf({ width, height }: PageViewport): number {
  const most = Math.sqrt(LARGEST_CANVAS / Math.max(1, width * height));
  return Math.min(window.devicePixelRatio || 1, most);
}

// What pdf.js reads beside its own code (character maps, the standard fonts, decoders of pictures),
// put into the bundle under names that it knows: nothing is fetched from anywhere else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FROM = 'node_modules/pdfjs-dist';

/** Folder in the bundle: folder in the package, and which of its files. */
const FOLDERS = {
  cmaps: ['cmaps', /\.bcmap$|^LICENSE/],
  fonts: ['standard_fonts', /\.(pfb|ttf)$|^LICENSE/],
  decoders: ['wasm', /^(openjpeg|jbig2)_nowasm_fallback\.js$|^LICENSE_(PDFJS_)?(OPENJPEG|JBIG2)$/],
};

function* files() {
  for (const [to, [folder, wanted]] of Object.entries(FOLDERS)) {
    for (const name of readdirSync(join(FROM, folder))) {
      if (wanted.test(name)) yield [`pdf/${to}/${name}`, join(FROM, folder, name)];
    }
  }
}

/** @returns {import('vite').Plugin} */
export function pdfData() {
  return {
    name: 'pdf-data',
    generateBundle() {
      for (const [fileName, path] of files()) {
        this.emitFile({ type: 'asset', fileName, source: readFileSync(path) });
      }
    },
    configureServer(server) {
      const known = new Map(files());
      server.middlewares.use((request, response, next) => {
        const path = known.get((request.url ?? '').split('?')[0]?.slice(1) ?? '');
        if (path === undefined) return next();
        if (path.endsWith('.js')) response.setHeader('Content-Type', 'text/javascript');
        response.end(readFileSync(path));
      });
    },
  };
}

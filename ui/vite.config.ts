import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };
import { messagesOptions } from './scripts/messages-options.mjs';
import { namedIcons } from './scripts/named-icons.mjs';
import { pdfData } from './scripts/pdf-data.mjs';

export default defineConfig(({ mode }) => ({
  plugins: [
    // The tests compile the messages once before they start; a watcher would keep them from ending.
    ...(mode === 'test' ? [] : [paraglideVitePlugin(messagesOptions)]),
    svelte(),
    pdfData(),
    namedIcons(),
    ...(mode === 'test' ? [svelteTesting()] : []),
  ],
  define: { __VERSION__: JSON.stringify(manifest.version) },
  build: {
    // The web view of WebKitGTK 2.44 is what Safari 16 and later are.
    target: 'safari16',
    // `font-src 'self'` and `script-src 'self'`: nothing may become a data: address or inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // pdf.js is as large as it is.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What the first screen needs comes in one piece, and so do the words and icons that
          // later parts share: every file is a trip to the shell.
          groups: [
            { name: 'start', tags: ['$initial'] },
            // Fetched for the first PDF only; what it needs beside is in `pdf/`.
            { name: 'pdfjs', test: /node_modules[\\/]pdfjs-dist/ },
            { name: 'common', test: /messages[\\/]generated|@lucide/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  test: {
    environment: 'jsdom',
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/setup.ts'],
    css: false,
    testTimeout: 20_000,
  },
}));

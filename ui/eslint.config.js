import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const platform = {
  group: ['@tauri-apps/*'],
  message: 'Only src/bridge knows the platform; call the Backend instead.',
};
const components = {
  group: ['svelte', 'svelte/*', '**/*.svelte', '**/bridge/tauri', '**/bridge/memory'],
  message: 'src/state is pure: it knows the types of src/bridge/bindings.ts and nothing else.',
};

export default ts.config(
  { ignores: ['dist', 'dist-memory', 'src/messages/generated', 'src/bridge/bindings.ts'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, __VERSION__: 'readonly' } } },
  { files: ['scripts/**', '*.js', '*.ts'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ['src/**'],
    ignores: ['src/bridge/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [platform] }] },
  },
  {
    files: ['src/state/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [platform, components] }] },
  },
  {
    rules: {
      'svelte/no-at-html-tags': 'error',
      // Dates here are made, read and dropped; none is kept and changed.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Build elements; text never becomes markup.' },
        { property: 'outerHTML', message: 'Build elements; text never becomes markup.' },
      ],
    },
  },
);

// How the messages are compiled: the same for Vite, for the checks and for the tests.
/** @type {import('@inlang/paraglide-js').CompilerOptions} */
export const messagesOptions = {
  project: './project.inlang',
  outdir: './src/messages/generated',
  // The interface decides the language itself (src/kit/language.svelte.ts); no cookie, no storage.
  strategy: ['globalVariable', 'baseLocale'],
  emitTsDeclarations: true,
  emitGitIgnore: false,
  emitPrettierIgnore: false,
  emitReadme: false,
};

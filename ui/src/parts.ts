// The parts of the interface that the first screen does without. Each is a chunk of the bundle, and
// all of them are fetched while the person is still signing in.

import { idle } from './kit/idle';
import { Part } from './kit/part.svelte';

export const chooseModel = new Part(() => import('./signin/ChooseModel.svelte'));
export const keepCode = new Part(() => import('./signin/KeepCode.svelte'));
export const recover = new Part(() => import('./signin/Recover.svelte'));
export const workspace = new Part(() => import('./Workspace.svelte'));
export const markdown = new Part(() => import('./chat/markdown/Markdown.svelte'));
export const message = new Part(() => import('./chat/Message.svelte'));
export const messageLog = new Part(() => import('./chat/MessageLog.svelte'));
export const elementBody = new Part(() => import('./elements/ElementBody.svelte'));
export const elementPane = new Part(() => import('./elements/ElementPane.svelte'));
export const chatSettings = new Part(() => import('./chat/ChatSettings.svelte'));
export const formAsk = new Part(() => import('./chat/asks/FormAsk.svelte'));
export const handover = new Part(() => import('./chat/Handover.svelte'));
export const settingsDialog = new Part(() => import('./settings/SettingsDialog.svelte'));
export const helpDialog = new Part(() => import('./settings/HelpDialog.svelte'));
export const palette = new Part(() => import('./search/Palette.svelte'));
export const findBar = new Part(() => import('./search/FindBar.svelte'));
export const exportDialog = new Part(() => import('./transfer/ExportDialog.svelte'));
export const binDialog = new Part(() => import('./threads/BinDialog.svelte'));

/** In the order in which they are wanted. */
export const PARTS = [
  recover,
  keepCode,
  workspace,
  markdown,
  message,
  messageLog,
  chooseModel,
  elementBody,
  elementPane,
  palette,
  findBar,
  binDialog,
  exportDialog,
  settingsDialog,
  chatSettings,
  formAsk,
  handover,
  helpDialog,
];

/**
 * Fetches them all, each when there is nothing else to do: nobody's typing waits for them. Without
 * a window to draw them in, there is no more to fetch.
 */
export async function fetchParts(open: AbortSignal) {
  for (const part of PARTS) {
    await idle();
    if (open.aborted) return;
    await part.fetch();
  }
}

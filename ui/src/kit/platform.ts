/** On macOS the key for commands is Cmd; everywhere else it is Ctrl. */
export function isMac(): boolean {
  return /Mac/.test(navigator.platform);
}

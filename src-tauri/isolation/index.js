// Stands between the interface and the core: every call passes here first, in a frame that no
// other script can reach. What does not look like one of our calls does not pass.

const COMMAND = /^[a-z]+(_[a-z]+)*$/;

window.__TAURI_ISOLATION_HOOK__ = (call) => {
  if (typeof call.cmd !== 'string' || !(COMMAND.test(call.cmd) || isChannel(call.cmd))) {
    throw new Error('not a command of this app');
  }
  return call;
};

// Larger messages of a channel are fetched with a command of Tauri's own.
function isChannel(command) {
  return command === 'plugin:__TAURI_CHANNEL__|fetch';
}

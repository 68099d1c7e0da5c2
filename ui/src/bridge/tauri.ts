// The installed app. The only module that knows Tauri.

import { Channel, invoke } from '@tauri-apps/api/core';
import { BackendError, type Backend, type Listener } from './backend';
import type { CommandError, Event } from './bindings';

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw isCommandError(thrown) ? new BackendError(thrown) : thrown;
  }
}

function isCommandError(thrown: unknown): thrown is CommandError {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown;
}

function channel(listener: Listener): Channel<Event> {
  const events = new Channel<Event>();
  events.onmessage = listener;
  return events;
}

export function tauriBackend(): Backend {
  return {
    listAccounts: () => call('list_accounts'),
    createAccount: (account) => call('create_account', { account }),
    signIn: (identifier, password, remember) =>
      call('sign_in', { identifier, password, remember }),
    signInRemembered: (account) => call('sign_in_remembered', { account }),
    signOut: () => call('sign_out'),
    currentAccount: () => call('current_account'),
    updateAccount: (displayName) => call('update_account', { displayName }),
    setRemembered: (remember) => call('set_remembered', { remember }),
    deleteAccount: () => call('delete_account'),

    listProfiles: () => call('list_profiles'),
    openChat: (profile, events) => call('open_chat', { profile, events: channel(events) }),
    openThread: (thread, events) => call('open_thread', { thread, events: channel(events) }),
    sendMessage: (thread, text, command) => call('send_message', { thread, text, command }),
    stopReply: (thread) => call('stop_reply', { thread }),
    retryReply: (thread) => call('retry_reply', { thread }),
    answerFiles: (thread, step) => call('answer_files', { thread, step }),
    declineAsk: (thread, step) => call('decline_ask', { thread, step }),
    updateSettings: (thread, values) => call('update_settings', { thread, values }),
    closeChat: (thread) => call('close_chat', { thread }),
    earlierSteps: (thread, before) => call('earlier_steps', { thread, before }),
    getSessionValue: (thread, key) => call('get_session_value', { thread, key }),
    setSessionValue: (thread, key, value) => call('set_session_value', { thread, key, value }),
    sessionKeys: (thread) => call('session_keys', { thread }),

    listThreads: (cursor) => call('list_threads', { cursor }),
    renameThread: (thread, name) => call('rename_thread', { thread, name }),
    deleteThread: (thread) => call('delete_thread', { thread }),

    getModel: () => call('get_model'),
    saveModel: (draft) => call('save_model', { draft }),
    forgetModel: () => call('forget_model'),
    testModel: (draft) => call('test_model', { draft }),

    openLink: (url) => call('open_link', { url }),
  };
}

// The installed app. The only module that knows Tauri, beside the generated commands.

import { Channel } from '@tauri-apps/api/core';
import { BackendError, type Backend } from './backend';
import { commands, type CommandError } from './bindings';

async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    throw isCommandError(thrown) ? new BackendError(thrown) : thrown;
  }
}

/** For commands that answer nothing, which arrives as null. */
async function done(call: Promise<null>): Promise<void> {
  await answered(call);
}

function isCommandError(thrown: unknown): thrown is CommandError {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown;
}

function channel<T>(listener: (message: T) => void): Channel<T> {
  const messages = new Channel<T>();
  messages.onmessage = listener;
  return messages;
}

export function tauriBackend(): Backend {
  return {
    appInfo: () => answered(commands.appInfo()),

    accountsKeeping: () => answered(commands.accountsKeeping()),
    chooseKeeper: (keeper) => done(commands.chooseKeeper(keeper)),
    listAccounts: () => answered(commands.listAccounts()),
    createAccount: (account) => answered(commands.createAccount(account)),
    signIn: (identifier, password, remember) =>
      answered(commands.signIn(identifier, password, remember)),
    signInRemembered: (account) => answered(commands.signInRemembered(account)),
    signOut: (lock) => done(commands.signOut(lock)),
    lockOnLeaving: (wanted, lock) => done(commands.lockOnLeaving(wanted, channel(lock))),
    currentAccount: () => answered(commands.currentAccount()),
    updateAccount: (displayName) => answered(commands.updateAccount(displayName)),
    setPassword: (current, password) => answered(commands.setPassword(current, password)),
    newRecoveryCode: (password) => answered(commands.newRecoveryCode(password)),
    recoverAccount: (identifier, code, password) =>
      answered(commands.recoverAccount(identifier, code, password)),
    setRemembered: (remember) => answered(commands.setRemembered(remember)),
    deleteAccount: () => done(commands.deleteAccount()),

    listProfiles: () => answered(commands.listProfiles()),
    openChat: (profile, events) => answered(commands.openChat(profile, channel(events))),
    openThread: (thread, events) => done(commands.openThread(thread, channel(events))),
    sendMessage: (thread, text, command) => done(commands.sendMessage(thread, text, command)),
    stopReply: (thread) => done(commands.stopReply(thread)),
    retryReply: (thread) => done(commands.retryReply(thread)),
    editMessage: (thread, step, text) => done(commands.editMessage(thread, step, text)),
    continueReply: (thread, step) => done(commands.continueReply(thread, step)),
    regenerateReply: (thread, step) => done(commands.regenerateReply(thread, step)),
    showBranch: (thread, branch) => done(commands.showBranch(thread, branch)),
    answerText: (thread, step, text) => done(commands.answerText(thread, step, text)),
    answerChoice: (thread, step, name) => done(commands.answerChoice(thread, step, name)),
    answerForm: (thread, step, values) => done(commands.answerForm(thread, step, values)),
    answerFiles: (thread, step) => answered(commands.answerFiles(thread, step)),
    declineAsk: (thread, step) => done(commands.declineAsk(thread, step)),
    runAction: (thread, step, action) => done(commands.runAction(thread, step, action)),
    giveFeedback: (thread, step, feedback) => done(commands.giveFeedback(thread, step, feedback)),
    readElement: (thread, step, element, offset) =>
      answered(commands.readElement(thread, step, element, offset)),
    saveElement: (thread, step, element) => answered(commands.saveElement(thread, step, element)),
    updateSettings: (thread, values) => done(commands.updateSettings(thread, values)),
    closeChat: (thread) => done(commands.closeChat(thread)),
    earlierSteps: (thread, before) => answered(commands.earlierSteps(thread, before)),
    laterSteps: (thread, from) => answered(commands.laterSteps(thread, from)),
    stepsAround: (thread, at) => answered(commands.stepsAround(thread, at)),
    search: (search, skip) => answered(commands.search(search, skip)),
    findInThread: (thread, text) => answered(commands.findInThread(thread, text)),
    getSessionValue: (thread, key) => answered(commands.getSessionValue(thread, key)),
    setSessionValue: (thread, key, value) => done(commands.setSessionValue(thread, key, value)),
    removeSessionValue: (thread, key) => done(commands.removeSessionValue(thread, key)),
    sessionKeys: (thread) => answered(commands.sessionKeys(thread)),

    historyRepairs: (told) => answered(commands.historyRepairs(told)),
    listThreads: (cursor) => answered(commands.listThreads(cursor)),
    listBinned: (cursor) => answered(commands.listBinned(cursor)),
    pinThread: (thread, pinned) => done(commands.pinThread(thread, pinned)),
    binThreads: (threads) => done(commands.binThreads(threads)),
    restoreThreads: (threads) => done(commands.restoreThreads(threads)),
    renameThread: (thread, name) => done(commands.renameThread(thread, name)),
    deleteThread: (thread) => done(commands.deleteThread(thread)),
    getDraft: (thread) => answered(commands.getDraft(thread)),
    saveDraft: (thread, text) => done(commands.saveDraft(thread, text)),

    exportThreads: (threads, format, tell) =>
      answered(commands.exportThreads(threads, format, channel(tell))),
    chooseImport: (tell) => answered(commands.chooseImport(channel(tell))),
    runImport: (tell) => answered(commands.runImport(channel(tell))),
    cancelTransfer: () => done(commands.cancelTransfer()),

    getModel: () => answered(commands.getModel()),
    saveModel: (draft) => answered(commands.saveModel(draft)),
    forgetModel: () => done(commands.forgetModel()),
    testModel: (draft) => done(commands.testModel(draft)),

    listEnv: () => answered(commands.listEnv()),
    setEnv: (name, value) => done(commands.setEnv(name, value)),

    openLink: (url) => done(commands.openLink(url)),
  };
}

// One sentence for every way a command can fail.

import type { Trouble } from '../bridge/backend';
import type { CommandError, FailureCode } from '../bridge/bindings';
import { m } from '../messages/generated/messages.js';
import { appName } from './identity.svelte';
import { duration, fileSize, number } from './language.svelte';

export function errorText(error: Trouble): string {
  switch (error.code) {
    case 'notSignedIn':
      return m.error_not_signed_in();
    case 'noKeyring':
      return m.error_no_keyring();
    case 'keyringLocked':
      return m.error_keyring_locked();
    case 'keyringFailed':
      return m.error_keyring_failed({ detail: error.detail });
    case 'accountsDamaged':
      return m.error_accounts_damaged();
    case 'wrongPassword':
      return m.error_wrong_password();
    case 'tooManyAttempts':
      return m.error_too_many_attempts({ wait: duration(error.retryIn) });
    case 'identifierTaken':
      return m.error_identifier_taken();
    case 'nameEmpty':
      return m.error_name_empty();
    case 'nameTooLong':
      return m.error_name_too_long({ max: number(error.max) });
    case 'nameInvalid':
      return m.error_name_invalid();
    case 'passwordRequired':
      return m.error_password_required();
    case 'notRemembered':
      return m.error_not_remembered();
    case 'lastAdmin':
      return m.error_last_admin();
    case 'accountMissing':
      return m.error_account_missing();
    case 'accountsNewer':
      return m.error_accounts_newer({ app: appName() });
    case 'threadMissing':
      return m.error_thread_missing();
    case 'profileMissing':
      return m.error_profile_missing();
    case 'profileForbidden':
      return m.error_profile_forbidden();
    case 'conversationClosed':
      return m.error_conversation_closed();
    case 'messageEmpty':
      return m.error_message_empty();
    case 'messageTooLong':
      return m.error_message_too_long({ max: fileSize(error.max) });
    case 'reservedKey':
      return m.error_reserved_key({ key: error.key });
    case 'sessionFull':
      return m.error_session_full();
    case 'settingInvalid':
      return m.error_setting_invalid({ id: error.id });
    case 'settingUnknown':
      return m.error_setting_unknown({ id: error.id });
    case 'askClosed':
      return m.error_ask_closed();
    case 'fileTooLarge':
      return m.error_file_too_large({ name: error.name, max: fileSize(error.max) });
    case 'fileWrongType':
      return m.error_file_wrong_type({ name: error.name });
    case 'fileUnreadable':
      return m.error_file_unreadable({ name: error.name });
    case 'fileUnwritable':
      return m.error_file_unwritable({ name: error.name });
    case 'tooManyFiles':
      return m.error_too_many_files({ max: error.max });
    case 'nothingToRetry':
      return m.error_nothing_to_retry();
    case 'addressInvalid':
      return m.error_address_invalid();
    case 'model':
      return failureText(error.failure.code);
    case 'storageFull':
      return m.error_storage_full();
    case 'storageReadOnly':
      return m.error_storage_read_only();
    case 'storageDamaged':
      return m.error_storage_damaged({ detail: error.detail });
    case 'storageNewer':
      return m.error_storage_newer({ app: appName() });
    case 'storageInUse':
      return m.error_storage_in_use({ app: appName() });
    case 'storageFailed':
      return m.error_storage_failed({ detail: error.detail });
    case 'notOpen':
      return m.error_not_open();
    case 'linkRefused':
      return m.error_link_refused();
    case 'busy':
      return m.error_busy();
    case 'messageMissing':
      return m.error_message_missing();
    case 'commandUnknown':
      return m.error_command_unknown({ name: error.name });
    case 'answerTooLong':
      return m.error_answer_too_long({ max: number(error.max) });
    case 'answerInvalid':
      return m.error_answer_invalid();
    case 'settingRequired':
      return m.error_setting_required({ id: error.id });
    case 'elementMissing':
      return m.error_element_missing();
    case 'envUnknown':
      return m.error_env_unknown({ name: error.name });
    case 'notAllowed':
      return m.error_not_allowed();
    case 'importUnknown':
      return m.error_import_unknown({ name: error.name });
    case 'importDamaged':
      return m.error_import_damaged({ name: error.name, detail: error.detail });
    case 'importNewer':
      return m.error_import_newer({ app: appName() });
    case 'nothingToImport':
      return m.error_nothing_to_import();
    case 'exportNoRoom':
      return m.error_export_no_room();
    case 'transferBusy':
      return m.error_transfer_busy();
    case 'unknown':
      return m.error_unknown({ detail: error.detail });
    default:
      return m.error_unknown({ detail: unheardOf(error) });
  }
}

/** A code of a newer core. That every code of this one has its words, the compiler sees to. */
function unheardOf(error: never): string {
  return (error as CommandError).code;
}

export function failureText(code: FailureCode): string {
  switch (code) {
    case 'handlerFailed':
      return m.failure_handler_failed();
    case 'handlerPanicked':
      return m.failure_handler_panicked();
    case 'modelUnauthorized':
      return m.failure_model_unauthorized();
    case 'modelRateLimited':
      return m.failure_model_rate_limited();
    case 'modelContextTooLong':
      return m.failure_model_context_too_long();
    case 'modelUnreachable':
      return m.failure_model_unreachable();
    case 'modelNotFound':
      return m.failure_model_not_found();
    case 'modelRefused':
      return m.failure_model_refused();
    case 'modelInterrupted':
      return m.failure_model_interrupted();
    case 'storageFull':
      return m.error_storage_full();
    case 'storageReadOnly':
      return m.error_storage_read_only();
    case 'storageFailed':
      return m.failure_storage_failed();
    case 'storageDamaged':
      return m.failure_storage_damaged();
    default:
      return m.failure_handler_failed();
  }
}

//! The session of an open conversation, for the window.

use confidant_chat::ids::ThreadId;
use serde_json::Value;

use crate::commands::{AtShell, Result};

/// The value of a session key; `null` when it was not set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_session_value(
    shell: AtShell<'_>,
    thread: ThreadId,
    key: String,
) -> Result<Option<Value>> {
    Ok(shell.desk()?.person.session_value(thread, &key).await?)
}

/// Sets a session key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_session_value(
    shell: AtShell<'_>,
    thread: ThreadId,
    key: String,
    value: Value,
) -> Result {
    Ok(shell.desk()?.person.set_session_value(thread, key, value).await?)
}

/// Removes a session key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_session_value(
    shell: AtShell<'_>,
    thread: ThreadId,
    key: String,
) -> Result {
    Ok(shell.desk()?.person.remove_session_value(thread, key).await?)
}

/// The session keys that were set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session_keys(shell: AtShell<'_>, thread: ThreadId) -> Result<Vec<String>> {
    Ok(shell.desk()?.person.session_keys(thread).await?)
}

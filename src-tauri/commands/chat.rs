//! Conversations: opened, talked in, answered, left.

use std::sync::Arc;

use confidant_chat::event::Event;
use confidant_chat::ids::ThreadId;
use confidant_chat::runtime::Sink;
use confidant_chat::settings::SettingValues;
use tauri::ipc::Channel;

use crate::commands::{AtShell, Result};

/// Opens a new conversation with a profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_chat(
    shell: AtShell<'_>,
    profile: String,
    events: Channel<Event>,
) -> Result<ThreadId> {
    Ok(shell.desk()?.person.open(&profile, into(events)).await?)
}

/// Opens a stored thread, or brings a live one back into view.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_thread(
    shell: AtShell<'_>,
    thread: ThreadId,
    events: Channel<Event>,
) -> Result {
    Ok(shell.desk()?.person.resume(thread, into(events)).await?)
}

/// Says something; answers when it is safe on the disk.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_message(
    shell: AtShell<'_>,
    thread: ThreadId,
    text: String,
    command: Option<String>,
) -> Result {
    Ok(shell.desk()?.person.send(thread, text, command).await?)
}

/// Stops the reply that is being written.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_reply(shell: AtShell<'_>, thread: ThreadId) -> Result {
    Ok(shell.desk()?.person.stop(thread).await?)
}

/// Has the last message answered once more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_reply(shell: AtShell<'_>, thread: ThreadId) -> Result {
    Ok(shell.desk()?.person.retry(thread).await?)
}

/// Changes chat settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_settings(
    shell: AtShell<'_>,
    thread: ThreadId,
    values: SettingValues,
) -> Result {
    Ok(shell.desk()?.person.update_settings(thread, values).await?)
}

/// The person looks elsewhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_chat(shell: AtShell<'_>, thread: ThreadId) -> Result {
    shell.desk()?.person.leave(thread).await;
    Ok(())
}

fn into(events: Channel<Event>) -> Sink {
    // A window that is gone hears nothing; the conversation goes on without it.
    Arc::new(move |event| drop(events.send(event)))
}

//! Conversations: opened, talked in, answered, left.

use std::sync::Arc;

use confidant_chat::ask::AskedFile;
use confidant_chat::event::Event;
use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::runtime::Sink;
use confidant_chat::settings::SettingValues;
use tauri::ipc::Channel;

use crate::commands::{AtShell, Result};
use crate::error::CommandError;

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

/// Lets the person pick the files that a question wants. `false` when they cancelled the dialog.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_files(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
) -> Result<bool> {
    let desk = shell.desk()?;
    let want = desk.person.want(thread, step).await?;
    let Some(desktop) = shell.desktop() else { return Ok(false) };
    let Some(paths) = desktop.pick_files(&want).await else { return Ok(false) };
    let mut files = Vec::new();
    for path in paths {
        let size = tokio::fs::metadata(&path).await.map(|it| it.len());
        let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let size = size.map_err(|_| CommandError::FileUnreadable { name: name() })?;
        files.push(AskedFile::new(path, size));
    }
    desk.person.answer(thread, step, files).await?;
    Ok(true)
}

/// Declines to answer a question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn decline_ask(shell: AtShell<'_>, thread: ThreadId, step: StepId) -> Result {
    Ok(shell.desk()?.person.decline(thread, step).await?)
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

/// Opens a link in the person's browser or mail program: `https` and `mailto` only.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(shell: AtShell<'_>, url: String) -> Result {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let allowed = scheme.is_some_and(|scheme| matches!(scheme.as_str(), "https" | "mailto"));
    let opened = allowed && shell.desktop().is_some_and(|desktop| desktop.open_link(&url));
    if opened { Ok(()) } else { Err(CommandError::LinkRefused) }
}

fn into(events: Channel<Event>) -> Sink {
    // A window that is gone hears nothing; the conversation goes on without it.
    Arc::new(move |event| drop(events.send(event)))
}

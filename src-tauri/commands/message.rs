//! Messages that were said: said otherwise, answered otherwise, judged, and their buttons.

use confidant_chat::feedback::Feedback;
use confidant_chat::ids::{StepId, ThreadId};

use crate::commands::{AtShell, Result};

/// Says something else in place of a message of the person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_message(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    text: String,
) -> Result {
    Ok(shell.desk()?.person.edit(thread, step, text).await?)
}

/// Has a reply go on that was broken off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn continue_reply(shell: AtShell<'_>, thread: ThreadId, step: StepId) -> Result {
    Ok(shell.desk()?.person.continue_reply(thread, step).await?)
}

/// Has the message before a reply answered once more, beside that reply.
#[tauri::command]
#[specta::specta]
pub(crate) async fn regenerate_reply(shell: AtShell<'_>, thread: ThreadId, step: StepId) -> Result {
    Ok(shell.desk()?.person.regenerate(thread, step).await?)
}

/// Brings another branch of a thread into view.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_branch(shell: AtShell<'_>, thread: ThreadId, branch: u32) -> Result {
    Ok(shell.desk()?.person.show_branch(thread, branch).await?)
}

/// Presses a button under a message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn run_action(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    action: String,
) -> Result {
    Ok(shell.desk()?.person.press(thread, step, action).await?)
}

/// Judges a reply, or takes that back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn give_feedback(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    feedback: Option<Feedback>,
) -> Result {
    Ok(shell.desk()?.person.rate(thread, step, feedback).await?)
}

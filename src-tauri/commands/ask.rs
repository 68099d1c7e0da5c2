//! Questions of a profile: answered, or declined.

use confidant_chat::ask::{Answer, AskedFile};
use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::settings::SettingValues;

use crate::commands::{AtShell, Result};
use crate::error::CommandError;

/// Answers a question in words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_text(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    text: String,
) -> Result {
    Ok(shell.desk()?.person.answer(thread, step, Answer::Text(text)).await?)
}

/// Answers a question with one of its buttons.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_choice(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    name: String,
) -> Result {
    Ok(shell.desk()?.person.answer(thread, step, Answer::Choice(name)).await?)
}

/// Answers a question with the values of its form.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_form(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    values: SettingValues,
) -> Result {
    Ok(shell.desk()?.person.answer(thread, step, Answer::Form(values)).await?)
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
    desk.person.answer(thread, step, Answer::Files(files)).await?;
    Ok(true)
}

/// Declines to answer a question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn decline_ask(shell: AtShell<'_>, thread: ThreadId, step: StepId) -> Result {
    Ok(shell.desk()?.person.decline(thread, step).await?)
}

//! Stored threads: listed, paged, renamed, deleted; and what is written there and not sent yet.

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Repairs, ThreadCursor};
use confidant_chat::runtime::Around;
use confidant_chat::step::Step;
use confidant_chat::thread::{Thread, ThreadSummary};
use serde::{Deserialize, Serialize};

use crate::commands::{AtShell, Result};
use crate::error::CommandError;

/// Some threads, and where the next ones begin.
#[derive(Serialize, specta::Type)]
pub(crate) struct ThreadPage {
    threads: Vec<ThreadSummary>,
    next: Option<ThreadCursor>,
}

/// Some steps, oldest first, and where those beyond them begin.
#[derive(Serialize, specta::Type)]
pub(crate) struct StepPage {
    steps: Vec<Step>,
    earlier: Option<u32>,
    later: Option<u32>,
}

/// Threads that are not in the bin, from after `cursor`: those that are pinned, then the others, each
/// by last activity, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_threads(
    shell: AtShell<'_>,
    cursor: Option<ThreadCursor>,
) -> Result<ThreadPage> {
    let page = shell.desk()?.person.threads(cursor).await?;
    let threads = page.items.iter().map(Thread::summary).collect();
    Ok(ThreadPage { threads, next: page.next })
}

/// Threads in the bin, the newest there first, from after `cursor`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_binned(
    shell: AtShell<'_>,
    cursor: Option<ThreadCursor>,
) -> Result<ThreadPage> {
    let page = shell.desk()?.person.binned(cursor).await?;
    let threads = page.items.iter().map(Thread::summary).collect();
    Ok(ThreadPage { threads, next: page.next })
}

/// Pins a thread to the top of the list, or no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pin_thread(shell: AtShell<'_>, thread: ThreadId, pinned: bool) -> Result {
    Ok(shell.desk()?.person.pin(thread, pinned).await?)
}

/// Puts threads into the bin, all of them or none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bin_threads(shell: AtShell<'_>, threads: Vec<ThreadId>) -> Result {
    Ok(shell.desk()?.person.bin(&threads).await?)
}

/// Takes threads out of the bin again, all of them or none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_threads(shell: AtShell<'_>, threads: Vec<ThreadId>) -> Result {
    Ok(shell.desk()?.person.restore(&threads).await?)
}

/// Steps of a thread before the place `before`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn earlier_steps(
    shell: AtShell<'_>,
    thread: ThreadId,
    before: u32,
) -> Result<StepPage> {
    let page = shell.desk()?.person.earlier(thread, before).await?;
    Ok(StepPage { steps: page.items, earlier: page.next, later: Some(before) })
}

/// Steps of a thread from the place `from` on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn later_steps(
    shell: AtShell<'_>,
    thread: ThreadId,
    from: u32,
) -> Result<StepPage> {
    let page = shell.desk()?.person.later(thread, from).await?;
    Ok(StepPage { steps: page.items, earlier: Some(from), later: page.next })
}

/// Steps of a thread around the place `at`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn steps_around(
    shell: AtShell<'_>,
    thread: ThreadId,
    at: u32,
) -> Result<StepPage> {
    let Around { steps, earlier, later } = shell.desk()?.person.around(thread, at).await?;
    Ok(StepPage { steps, earlier, later })
}

/// What of the stored history was found damaged.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, specta::Type)]
pub(crate) struct HistoryRepairs {
    /// Records that were put right from their second copy.
    healed: u32,
    /// Records that are lost.
    lost: u32,
    /// Whether one of the two copies was made anew as a whole.
    rebuilt: bool,
}

impl From<Repairs> for HistoryRepairs {
    fn from(repairs: Repairs) -> Self {
        let Repairs { healed, lost, rebuilt } = repairs;
        let [healed, lost] = [healed, lost].map(|count| count.try_into().unwrap_or(u32::MAX));
        Self { healed, lost, rebuilt }
    }
}

/// What was found damaged in the history since it was opened. Waits until that is something, and
/// something other than `told`, for as long as the person is signed in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn history_repairs(
    shell: AtShell<'_>,
    told: Option<HistoryRepairs>,
) -> Result<HistoryRepairs> {
    let mut repairs = shell.desk()?.person.history().repairs();
    let news = |found: &Repairs| !found.is_empty() && Some((*found).into()) != told;
    let found = repairs.wait_for(news).await.map_err(|_| CommandError::NotSignedIn)?;
    Ok((*found).into())
}

/// Gives a thread another name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_thread(shell: AtShell<'_>, thread: ThreadId, name: String) -> Result {
    Ok(shell.desk()?.person.rename(thread, &name).await?)
}

/// Deletes a thread and everything in it, for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_thread(shell: AtShell<'_>, thread: ThreadId) -> Result {
    Ok(shell.desk()?.person.delete(thread).await?)
}

/// What the person wrote in a thread, or for a new one, and has not sent. Empty when nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_draft(shell: AtShell<'_>, thread: Option<ThreadId>) -> Result<String> {
    Ok(shell.desk()?.person.draft(thread).await?)
}

/// Keeps what the person wrote in a thread, or for a new one, and has not sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(
    shell: AtShell<'_>,
    thread: Option<ThreadId>,
    text: String,
) -> Result {
    Ok(shell.desk()?.person.save_draft(thread, text).await?)
}

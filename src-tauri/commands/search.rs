//! Looking for what was said.

use confidant_chat::ids::ThreadId;
use confidant_chat::runtime::{Findings, FoundPlaces};
use confidant_chat::search::Search;

use crate::commands::{AtShell, Result};

/// What `search` finds: messages after the first `skip`, and without any to skip threads by their
/// names, too.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search(shell: AtShell<'_>, search: Search, skip: u32) -> Result<Findings> {
    Ok(shell.desk()?.person.search(search, skip).await?)
}

/// Where `text` stands in the branch of a thread that is in view.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_in_thread(
    shell: AtShell<'_>,
    thread: ThreadId,
    text: String,
) -> Result<FoundPlaces> {
    Ok(shell.desk()?.person.find(thread, &text).await?)
}

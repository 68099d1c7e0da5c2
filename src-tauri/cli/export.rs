//! `export`: everything that somebody said, as a file.

use std::path::Path;
use std::sync::Arc;

use confidant_chat::port::history::History;
use confidant_store::Store;
use confidant_transfer::{Export, Exported, Format, TransferError, Watch, Which};
use confidant_vault::Unlocked;
use tokio::task::spawn_blocking;

use super::unlock::unlock;
use super::{Place, Problem, complain};
use crate::transfers;

/// Exports every thread of one account to `path`.
pub(super) async fn export(
    place: &Place,
    identifier: &str,
    path: &Path,
    markdown: bool,
) -> Result<(), Problem> {
    let accounts = place.vault.list().await.map_err(|error| complain(&error.to_string()))?;
    let identifier = identifier.trim().to_lowercase();
    let account = accounts.iter().find(|it| it.user.user.identifier == identifier);
    let account = account.ok_or_else(|| complain("There is no such account."))?;
    let Unlocked { account, key } = unlock(place, account)
        .await
        .map_err(|error| complain(&format!("{identifier}: {error}")))?;
    let id = account.user.id;
    let dir = place.users().join(id.to_string());
    let opened = spawn_blocking(move || Store::open(&dir, id, &key)).await;
    let store = match opened {
        Ok(opened) => opened.map_err(|error| complain(&format!("{identifier}: {error}")))?,
        Err(error) => return Err(complain(&format!("{identifier}: {error}"))),
    };
    let store = Arc::new(store);
    let format = if markdown { Format::Markdown } else { Format::Json };
    let done = write(Arc::clone(&store) as _, format, path).await;
    if let Err(error) = store.close().await {
        tracing::error!(%error, "closing the history");
    }
    let Exported { threads, messages, files, missing } =
        done.map_err(|error| complain(&format!("{}: {error}", path.display())))?;
    println!("{threads} conversations, {messages} messages, {files} files");
    if missing > 0 {
        println!("  {missing} files could not be read and were left out");
        return Err(Problem);
    }
    Ok(())
}

async fn write(
    history: Arc<dyn History>,
    format: Format,
    path: &Path,
) -> Result<Exported, TransferError> {
    let path = path.to_owned();
    let work = move || {
        let watch = Watch::default();
        let export = Export::prepare(history, Which::All, format, &watch)?;
        transfers::write(&export, &path, &watch)
    };
    let written = spawn_blocking(work).await;
    written.map_err(|error| TransferError::Unwritable(error.to_string()))?
}

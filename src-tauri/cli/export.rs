//! `export`: everything that somebody said, as a file.

use std::path::Path;
use std::sync::Arc;

use confidant_chat::port::history::History;
use confidant_store::Store;
use confidant_transfer::{Exported, Format, Which};
use confidant_vault::Unlocked;
use tokio::task::spawn_blocking;

use super::unlock::unlock;
use super::{Place, Problem, complain};
use crate::transfers::Transfers;

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

async fn write(history: Arc<dyn History>, format: Format, path: &Path) -> Result<Exported, String> {
    let transfers = Transfers::default();
    let words = |error: crate::error::CommandError| format!("{error:?}");
    let export = transfers.prepare(history, Which::All, format).await.map_err(words)?;
    let export = export.ok_or("it was cancelled")?;
    let done = transfers.export(export, path.to_owned(), Box::new(|_| ())).await;
    done.map_err(words)?.ok_or_else(|| "it was cancelled".into())
}

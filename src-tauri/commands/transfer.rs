//! Conversations on their way out and in.

use confidant_chat::ask::Want;
use confidant_chat::ids::ThreadId;
use confidant_chat::mime;
use confidant_transfer::{Format, Imported, Kind, Left, Progress, Which};
use serde::{Deserialize, Serialize};
use tauri::ipc::Channel;

use crate::commands::{AtShell, Result};
use crate::error::CommandError;
use crate::transfers::Tell;

/// How much is done of an export or import, of how much. The unit is that of what is done.
#[derive(Clone, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferProgress {
    #[specta(type = u32)]
    done: u64,
    #[specta(type = u32)]
    of: u64,
}

/// What an export is for: to be imported again, or to be read.
#[derive(Clone, Copy, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ExportFormat {
    Json,
    Markdown,
}

/// What was exported, and under which name.
#[derive(Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportDone {
    name: String,
    threads: u32,
    messages: u32,
    files: u32,
    missing: u32,
}

/// Whose file it is.
#[derive(Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ImportKind {
    Confidant,
    ChatGpt,
    Chainlit,
}

/// What comes along with an import, or came.
#[derive(Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Brought {
    threads: u32,
    messages: u32,
    files: u32,
    /// Of the files.
    #[specta(type = u32)]
    bytes: u64,
    /// Threads that are here already.
    known: u32,
    /// What stays behind: threads that cannot be, messages and elements in no known form, and files
    /// that are not there.
    left_threads: u32,
    left_messages: u32,
    left_elements: u32,
    left_files: u32,
}

/// What a file would bring along.
#[derive(Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportPreview {
    name: String,
    kind: ImportKind,
    brings: Brought,
}

/// What an import brought along.
#[derive(Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportDone {
    brought: Brought,
    /// The person ended it.
    cancelled: bool,
    /// Why it ended before its end.
    trouble: Option<CommandError>,
}

impl From<Imported> for Brought {
    fn from(imported: Imported) -> Self {
        let left = |what| count(imported.left.get(&what).copied().unwrap_or_default());
        Self {
            threads: count(imported.threads),
            messages: count(imported.messages),
            files: count(imported.files),
            bytes: imported.bytes,
            known: count(imported.known),
            left_threads: left(Left::Threads),
            left_messages: left(Left::Messages),
            left_elements: left(Left::Elements),
            left_files: left(Left::Files),
        }
    }
}

/// Exports some threads, or all that are not in the bin, to where the person says. Nothing when they
/// cancelled it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_threads(
    shell: AtShell<'_>,
    threads: Option<Vec<ThreadId>>,
    format: ExportFormat,
    progress: Channel<TransferProgress>,
) -> Result<Option<ExportDone>> {
    let desk = shell.desk()?;
    let format = match format {
        ExportFormat::Json => Format::Json,
        ExportFormat::Markdown => Format::Markdown,
    };
    let which = threads.map_or(Which::All, Which::These);
    let history = desk.person.history().clone();
    let Some(export) = desk.transfers.prepare(history, which, format).await? else {
        return Ok(None);
    };
    let Some(desktop) = shell.desktop() else { return Ok(None) };
    let Some(path) = desktop.save_file(&export.file_name()).await else { return Ok(None) };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let exported = desk.transfers.export(export, path, tell(progress)).await?;
    Ok(exported.map(|exported| ExportDone {
        name,
        threads: count(exported.threads),
        messages: count(exported.messages),
        files: count(exported.files),
        missing: count(exported.missing),
    }))
}

/// Lets the person choose a file to import, and says what it would bring along. Nothing when they
/// cancelled it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_import(
    shell: AtShell<'_>,
    progress: Channel<TransferProgress>,
) -> Result<Option<ImportPreview>> {
    let desk = shell.desk()?;
    let Some(desktop) = shell.desktop() else { return Ok(None) };
    let accept = ["application/zip", "application/json", mime::SQLITE].map(Into::into).into();
    let want = Want::Files { accept, max_size: u64::MAX, max_files: 1 };
    let picked = desktop.pick_files(&want).await.and_then(|paths| paths.into_iter().next());
    let Some(path) = picked else { return Ok(None) };
    let profiles = desk.person.profiles();
    let profile = profiles.into_iter().find(|card| card.default).map(|card| card.name);
    let history = desk.person.history().clone();
    let looked =
        desk.transfers.look(history, path, profile.unwrap_or_default(), tell(progress)).await?;
    Ok(looked.map(|(chosen, imported)| ImportPreview {
        name: chosen.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        kind: match chosen.import.kind() {
            Kind::Confidant => ImportKind::Confidant,
            Kind::ChatGpt => ImportKind::ChatGpt,
            Kind::Chainlit => ImportKind::Chainlit,
        },
        brings: imported.into(),
    }))
}

/// Brings in what the chosen file holds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn run_import(
    shell: AtShell<'_>,
    progress: Channel<TransferProgress>,
) -> Result<ImportDone> {
    let desk = shell.desk()?;
    let history = desk.person.history().clone();
    let (imported, done) = desk.transfers.import(history, tell(progress)).await?;
    let (cancelled, trouble) = match done {
        Ok(done) => (done.is_none(), None),
        Err(error) => (false, Some(error)),
    };
    Ok(ImportDone { brought: imported.into(), cancelled, trouble })
}

/// Ends the export or import that is under way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_transfer(shell: AtShell<'_>) -> Result {
    shell.desk()?.transfers.cancel();
    Ok(())
}

fn tell(progress: Channel<TransferProgress>) -> Tell {
    Box::new(move |Progress { done, of }| {
        // Whoever watched may have gone.
        let _ = progress.send(TransferProgress { done, of });
    })
}

fn count(count: u64) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}

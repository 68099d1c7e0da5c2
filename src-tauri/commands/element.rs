//! The files of elements: shown by the window, or saved by the person.

use confidant_chat::element::Element;
use confidant_chat::ids::{ElementId, StepId, ThreadId};
use confidant_chat::port::history::HistoryError;
use specta::Types;
use specta::datatype::DataType;
use tauri::ipc::{InvokeResponseBody, IpcResponse};

use crate::commands::{AtShell, Result};
use crate::error::CommandError;
use crate::save::save;

/// The most bytes of one answer.
const PIECE: usize = 1024 * 1024;

/// Bytes that reach the window as they are, and not as JSON.
pub(crate) struct Bytes(Vec<u8>);

impl IpcResponse for Bytes {
    fn body(self) -> tauri::Result<InvokeResponseBody> {
        Ok(InvokeResponseBody::Raw(self.0))
    }
}

impl specta::Type for Bytes {
    fn definition(_: &mut Types) -> DataType {
        specta_typescript::define("ArrayBuffer").into()
    }
}

/// At most 1 MiB of the file of an element from `offset`, as raw bytes; none at its end.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_element(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    element: ElementId,
    offset: u32,
) -> Result<Bytes> {
    let desk = shell.desk()?;
    let element = find(&desk.person, thread, step, element).await?;
    let bytes = desk.person.read_element(thread, element.id, u64::from(offset), PIECE).await;
    Ok(Bytes(bytes.map_err(missing)?))
}

/// Saves the file of an element where the person says. `false` when they cancelled the dialog.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_element(
    shell: AtShell<'_>,
    thread: ThreadId,
    step: StepId,
    element: ElementId,
) -> Result<bool> {
    let desk = shell.desk()?;
    let element = find(&desk.person, thread, step, element).await?;
    let Some(desktop) = shell.desktop() else { return Ok(false) };
    let Some(path) = desktop.save_file(&element.name).await else { return Ok(false) };
    save(&desk.person, thread, element.id, &path).await?;
    Ok(true)
}

/// An element of this person that has a file.
async fn find(
    person: &confidant_chat::runtime::SignedIn,
    thread: ThreadId,
    step: StepId,
    element: ElementId,
) -> Result<Element> {
    let element = person.element(thread, step, element).await.map_err(missing)?;
    if element.content.file().is_some() { Ok(element) } else { Err(CommandError::ElementMissing) }
}

fn missing(error: HistoryError) -> CommandError {
    match error {
        HistoryError::NotFound => CommandError::ElementMissing,
        error => error.into(),
    }
}

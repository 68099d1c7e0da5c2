//! The model that the signed-in person chose.

use crate::commands::{AtShell, Result};
use crate::model_choice::{self, ModelDraft, ModelSettings};

/// The chosen model, without its key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_model(shell: AtShell<'_>) -> Result<Option<ModelSettings>> {
    let desk = shell.desk()?;
    model_choice::get(&desk.person, desk.secrets()).await
}

/// Chooses a model; it answers from the next message on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_model(shell: AtShell<'_>, draft: ModelDraft) -> Result<ModelSettings> {
    let desk = shell.desk()?;
    model_choice::save(&desk.person, desk.secrets(), draft).await
}

/// Chooses no model, and removes its key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_model(shell: AtShell<'_>) -> Result {
    let desk = shell.desk()?;
    model_choice::forget(&desk.person, desk.secrets()).await
}

/// Asks a model for a sign of life, without choosing it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_model(shell: AtShell<'_>, draft: ModelDraft) -> Result {
    let desk = shell.desk()?;
    model_choice::test(&desk.person, desk.secrets(), draft).await
}

//! The model that the signed-in person chose.

use crate::commands::{AtShell, Result};
use crate::model_choice::{self, ModelDraft, ModelSettings};

/// The chosen model, without its key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_model(shell: AtShell<'_>) -> Result<Option<ModelSettings>> {
    model_choice::get(&shell.desk()?.person, &shell.vault).await
}

/// Chooses a model; it answers from the next message on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_model(shell: AtShell<'_>, draft: ModelDraft) -> Result<ModelSettings> {
    model_choice::save(&shell.desk()?.person, &shell.vault, draft).await
}

/// Chooses no model, and removes its key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_model(shell: AtShell<'_>) -> Result {
    model_choice::forget(&shell.desk()?.person, &shell.vault).await
}

/// Asks a model for a sign of life, without choosing it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_model(shell: AtShell<'_>, draft: ModelDraft) -> Result {
    model_choice::test(&shell.desk()?.person, &shell.vault, draft).await
}

//! Profiles: whom the signed-in person may talk to.

use confidant_chat::profile::ProfileCard;

use crate::commands::{AtShell, Result};

/// The profiles that the signed-in person may talk to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_profiles(shell: AtShell<'_>) -> Result<Vec<ProfileCard>> {
    Ok(shell.desk()?.person.profiles())
}

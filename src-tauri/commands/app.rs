//! The app itself: what it is called, what it asks people for, links out of it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::Serialize;

use crate::commands::{AtShell, Result};
use crate::error::CommandError;
use crate::variables::{self, EnvVariable};

/// What the window calls the app, and which variables it asks people for.
#[derive(Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppInfo {
    name: String,
    version: String,
    /// The app's own icon as a `data:` address, where it has one.
    icon: Option<String>,
    env: Vec<String>,
    /// Whether this system tells when the person leaves the computer.
    tells_leaving: bool,
}

/// What the app is called, and which variables it asks people for. Nobody needs to be signed in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_info(shell: AtShell<'_>) -> Result<AppInfo> {
    let app = shell.app();
    let identity = app.identity();
    Ok(AppInfo {
        name: identity.name().unwrap_or(crate::run::NAME).into(),
        version: env!("CARGO_PKG_VERSION").into(),
        icon: identity.icon().map(|png| format!("data:image/png;base64,{}", BASE64.encode(png))),
        env: app.env_names().to_vec(),
        tells_leaving: cfg!(target_os = "linux"),
    })
}

/// The variables that the app asks for, and whether each is set. Values are never read back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_env(shell: AtShell<'_>) -> Result<Vec<EnvVariable>> {
    let desk = shell.desk()?;
    variables::list(&desk.person, desk.secrets()).await
}

/// Keeps the value of a variable beside the account, or removes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_env(shell: AtShell<'_>, name: String, value: Option<String>) -> Result {
    let desk = shell.desk()?;
    variables::set(&desk.person, desk.secrets(), &name, value).await
}

/// Opens a link in the person's browser or mail program: `https` and `mailto` only.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(shell: AtShell<'_>, url: String) -> Result {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let allowed = scheme.is_some_and(|scheme| matches!(scheme.as_str(), "https" | "mailto"));
    let opened = allowed && shell.desktop().is_some_and(|desktop| desktop.open_link(&url));
    if opened { Ok(()) } else { Err(CommandError::LinkRefused) }
}

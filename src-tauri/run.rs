//! From an [`App`] to its window.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use confidant_chat::app::{App, Identity, IdentityError};
use confidant_vault::Vault;
use tauri::image::Image;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Builder, Context, Manager, RunEvent, Runtime, Url, WebviewWindowBuilder, Wry,
};

use crate::cli::{self, Place, Words};
#[cfg(target_os = "linux")]
use crate::leaving;
use crate::shell::Shell;
use crate::{bindings, graphics, log};

/// What the app is called when it has no name of its own.
pub(crate) const NAME: &str = "Confidant";

/// The name of the app's entries in the keyring when it has no identifier of its own.
const SERVICE: &str = "confidant";

/// The one window.
const WINDOW: &str = "main";

/// Opens the window of an app.
pub trait Run {
    /// Opens the window, and returns when it is closed and everything is kept.
    fn run(self) -> ExitCode;
}

impl Run for App {
    fn run(self) -> ExitCode {
        let context = match identified(tauri::generate_context!(), &self) {
            Ok(context) => context,
            Err(error) => {
                complain(&error.to_string());
                return ExitCode::FAILURE;
            }
        };
        let words = Words::parse(std::env::args().skip(1));
        if let Some(code) = cli::answer(&words, || place(&context, &self)) {
            return code;
        }
        graphics::prepare();
        match builder(self).build(context) {
            Ok(app) => {
                let leaving = AtomicBool::new(false);
                ExitCode::from(
                    u8::try_from(app.run_return(move |app, event| {
                        leave_orderly(app, event, &leaving);
                    }))
                    .unwrap_or(1),
                )
            }
            Err(error) => {
                complain(&error.to_string());
                ExitCode::FAILURE
            }
        }
    }
}

/// The context under the app's own name, identifier and icon, where it has them.
fn identified(mut context: Context<Wry>, app: &App) -> Result<Context<Wry>, IdentityError> {
    let identity = app.identity();
    identity.check()?;
    if let Some(name) = identity.name() {
        context.package_info_mut().name = name.into();
        let config = context.config_mut();
        config.product_name = Some(name.into());
        config.app.windows.iter_mut().for_each(|window| window.title = name.into());
    }
    if let Some(identifier) = identity.identifier() {
        context.config_mut().identifier = identifier.into();
    }
    if let Some(icon) = identity.icon() {
        let icon = Image::from_bytes(icon).map_err(|_| IdentityError::Icon)?;
        context.set_default_window_icon(Some(icon));
    }
    Ok(context)
}

/// Where an app keeps its things, without a window to ask.
fn place(context: &Context<Wry>, app: &App) -> Place {
    let identity = app.identity();
    let identifier = &context.config().identifier;
    let data_dir = match identity.data_dir() {
        Some(dir) => dir.to_owned(),
        // What Tauri itself takes for the directory of an app's data.
        None => dirs::data_dir().unwrap_or_default().join(identifier),
    };
    let vault = vault(identity, &data_dir);
    Place { name: identity.name().unwrap_or(NAME).into(), data_dir, vault }
}

/// The accounts of an app that keeps its things in `data_dir`.
fn vault(identity: &Identity, data_dir: &Path) -> Vault {
    Vault::open(identity.identifier().unwrap_or(SERVICE)).with_file(data_dir.join("accounts"))
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(error: &str) {
    eprintln!("The window cannot be opened: {error}");
}

/// Where an app keeps its things.
pub struct Site {
    /// The directory of histories and logs.
    pub data_dir: PathBuf,
    /// The accounts.
    pub vault: Vault,
}

/// Gives `builder` the commands of `app`, over what is kept at `site`.
pub fn attach<R: Runtime>(builder: Builder<R>, app: App, site: Site) -> Builder<R> {
    builder
        .manage(Shell::new(app, site.vault, site.data_dir))
        .invoke_handler(bindings::commands().invoke_handler())
}

fn builder(app: App) -> Builder<Wry> {
    Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(bindings::commands().invoke_handler())
        .setup(move |tauri| {
            let identity = app.identity();
            let data_dir = match identity.data_dir() {
                Some(dir) => dir.to_owned(),
                None => tauri.path().app_data_dir()?,
            };
            log::start(&data_dir);
            let vault = vault(identity, &data_dir);
            let shell = Shell::new(app, vault, data_dir);
            shell.set_desktop(Arc::new(tauri.handle().clone()));
            tauri.manage(shell);
            #[cfg(target_os = "linux")]
            {
                let name = tauri.package_info().name.clone();
                tauri::async_runtime::spawn(leaving::watch(tauri.handle().clone(), name));
            }
            open_window(tauri.handle())?;
            Ok(())
        })
}

/// Opens the one window, which shows the interface and nothing else ever.
fn open_window(app: &AppHandle) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let Some(config) = windows.iter().find(|window| window.label == WINDOW) else {
        return Err(tauri::Error::WindowNotFound);
    };
    WebviewWindowBuilder::from_config(app, config)?
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Whether an address is the interface's own.
fn is_own(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "tauri" => host == "localhost",
        "http" | "https" => host == "tauri.localhost",
        _ => false,
    }
}

fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        // A window manager may refuse any of these; there is nothing more to do then.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Ends every conversation before the app goes.
fn leave_orderly(app: &AppHandle, event: RunEvent, leaving: &AtomicBool) {
    let RunEvent::ExitRequested { api, code, .. } = event else { return };
    // Only the exit below brings a code. A person who closes the window again while things are
    // being kept must not cut that short.
    if code.is_some() {
        return;
    }
    api.prevent_exit();
    if leaving.swap(true, Ordering::SeqCst) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Shell>().sign_out(false).await;
        app.exit(0);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_the_interface_and_nothing_else() {
        for (url, own) in [
            ("tauri://localhost/", true),
            ("http://tauri.localhost/index.html", true),
            ("tauri://elsewhere/", false),
            ("https://example.com/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
        ] {
            assert_eq!(is_own(&Url::parse(url).unwrap()), own, "{url}");
        }
    }
}

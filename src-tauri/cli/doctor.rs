//! `doctor`: whether there is everything that the app needs.

use std::fs;
use std::path::Path;

use confidant_chat::port::history::HistoryError;
use confidant_store::{Health, bytes_on_disk, health};
use confidant_vault::{Keeper, VaultError};

use super::{Place, Problem};

/// What is needed at least to go on writing, in bytes.
const ROOM: u64 = 64 * 1024 * 1024;

/// What was found about one thing.
enum Finding {
    Well(String),
    /// What is wrong, and what helps.
    Wrong(String, &'static str),
}

/// Looks at everything and says what it finds.
pub(super) async fn examine(place: &Place) -> Result<(), Problem> {
    let mut findings = vec![
        ("accounts", accounts(place).await),
        ("display", display()),
        ("web view", web_view()),
        ("data", data(&place.data_dir)),
        ("room", room(&place.data_dir)),
    ];
    findings.extend(histories(place).into_iter().map(|finding| ("history", finding)));
    println!("{} {}", place.name, env!("CARGO_PKG_VERSION"));
    let mut wrong = 0;
    for (what, finding) in findings {
        match finding {
            Finding::Well(found) => println!("  ok       {what:<9} {found}"),
            Finding::Wrong(found, help) => {
                wrong += 1;
                println!("  problem  {what:<9} {found}\n                     {help}");
            }
        }
    }
    if wrong == 0 { Ok(()) } else { Err(Problem) }
}

async fn accounts(place: &Place) -> Finding {
    let keeper = place.vault.keeping().keeper;
    match place.vault.list().await {
        Ok(accounts) => Finding::Well(match keeper {
            Keeper::Keyring => {
                let kind = place.vault.keyring_kind();
                format!("{kind} answers and has {} accounts", accounts.len())
            }
            Keeper::File => format!("a file keeps {} accounts, not the keyring", accounts.len()),
        }),
        Err(error) => {
            let help = match error {
                VaultError::NoKeyring => {
                    "Install one, GNOME Keyring for example, and log in again; or choose in the \
                     window to keep accounts in a file."
                }
                VaultError::KeyringLocked => {
                    "Unlock it, in the program \"Passwords and Keys\" for example."
                }
                VaultError::FileDamaged => {
                    "Put the folder \"accounts\" back from a copy of the data directory."
                }
                VaultError::FileFull => "Free some space.",
                VaultError::FileReadOnly | VaultError::File(_) => {
                    "See to it that the folder belongs to you and that the disk is not read-only."
                }
                VaultError::Newer { .. } => "Install the newer version again.",
                _ => "Log out of the computer and in again.",
            };
            Finding::Wrong(error.to_string(), help)
        }
    }
}

fn display() -> Finding {
    if !cfg!(target_os = "linux") {
        return Finding::Well("the system's own".into());
    }
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (Some(wayland), _) => Finding::Well(format!("Wayland, {wayland}")),
        (None, Some(x11)) => Finding::Well(format!("X11, {x11}")),
        (None, None) => Finding::Wrong(
            "there is none: neither WAYLAND_DISPLAY nor DISPLAY is set".into(),
            "Start the app from the desktop, not from a remote terminal.",
        ),
    }
}

fn web_view() -> Finding {
    match tauri::webview_version() {
        Ok(version) => Finding::Well(format!("version {version}")),
        Err(error) => Finding::Wrong(
            format!("there is none: {error}"),
            "Install it: WebKitGTK 4.1 on Linux, the WebView2 Runtime on Windows.",
        ),
    }
}

fn data(dir: &Path) -> Finding {
    let probe = dir.join(".doctor");
    let tried = fs::create_dir_all(dir)
        .and_then(|()| fs::write(&probe, ""))
        .and_then(|()| fs::remove_file(&probe));
    match tried {
        Ok(()) => {
            Finding::Well(format!("{}, {} MB", dir.display(), bytes_on_disk(dir) / 1_000_000))
        }
        Err(error) => Finding::Wrong(
            format!("{} cannot be written: {error}", dir.display()),
            "See to it that the folder belongs to you and that the disk is not read-only.",
        ),
    }
}

fn room(dir: &Path) -> Finding {
    match fs2::available_space(dir) {
        Ok(room) if room >= ROOM => Finding::Well(format!("{} MB free", room / 1_000_000)),
        Ok(room) => Finding::Wrong(
            format!("only {} MB free", room / 1_000_000),
            "Free some space: nothing more can be kept when the disk is full.",
        ),
        Err(error) => Finding::Wrong(error.to_string(), "See whether the disk is there."),
    }
}

/// What can be told about histories without a key.
fn histories(place: &Place) -> Vec<Finding> {
    let entries = fs::read_dir(place.users()).into_iter().flatten().flatten();
    let mut dirs: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    dirs.sort();
    dirs.iter().map(|dir| history(dir)).collect()
}

fn history(dir: &Path) -> Finding {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let size = bytes_on_disk(dir) / 1_000_000;
    match health(dir) {
        Ok(Health { in_use: true }) => Finding::Well(format!("{name}, {size} MB, open now")),
        Ok(Health { in_use: false }) => Finding::Well(format!("{name}, {size} MB")),
        Err(error @ HistoryError::Newer { .. }) => {
            Finding::Wrong(format!("{name}: {error}"), "Install the newer version again.")
        }
        Err(error) => Finding::Wrong(
            format!("{name}: {error}"),
            "Put the folder back from a copy of the data directory, if there is one.",
        ),
    }
}

//! GTK's file dialogs, used as a person with a keyboard does.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::window::eventually;

/// What the dialogs are called that ask for a file, and for where to save one.
pub(crate) const OPEN: &str = "Open File";
pub(crate) const SAVE: &str = "Save File";

/// Types a path into the dialog called `name`, once it is there, and waits until it has gone.
pub(crate) async fn answer(name: &str, path: &Path) {
    let dialog = eventually("the file dialog", || async { shown(name) }).await;
    // Without a window manager nobody gives the dialog the keyboard.
    eventually("the dialog takes the keyboard", || async {
        xdotool(&["windowfocus", "--sync", &dialog])
    })
    .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    // Where a name stands already it is in the field that the path goes to.
    xdotool(&["key", if name == SAVE { "ctrl+a" } else { "ctrl+l" }]).unwrap();
    xdotool(&["type", "--delay", "20", path.to_str().unwrap()]).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    xdotool(&["key", "Return"]).unwrap();
    eventually("the file dialog goes", || async { shown(name).is_none().then_some(()) }).await;
}

fn shown(name: &str) -> Option<String> {
    let found = xdotool(&["search", "--onlyvisible", "--name", name])?;
    found.lines().next().map(str::to_owned)
}

fn xdotool(arguments: &[&str]) -> Option<String> {
    let output = Command::new("xdotool").args(arguments).output().unwrap();
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

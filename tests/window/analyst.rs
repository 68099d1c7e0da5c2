//! A file chosen in the real file dialog, described by the analyst.

use std::fs;
use std::process::Command;
use std::time::Duration;

use super::{in_turn, make_account};
use crate::support::home::Home;
use crate::support::window::{Window, eventually};

#[test]
fn the_analyst_describes_a_file_that_was_chosen_in_the_dialog() {
    in_turn(async {
        let home = Home::new();
        let file = home.data().join("harvest.csv");
        // The last row holds a byte that is no UTF-8, which is told and not fatal.
        let rows = b"fruit,weight\nplum,3\npear,5\nfig,\n\xFF,4\n";
        fs::write(&file, rows).unwrap();
        let window = Window::open(&home).await;
        make_account(&window, "Alice", "", None).await;
        window.press_where("[role=radio]", "Analyst").await;
        window.press_where(".starter", "Analyze a file").await;
        window.press("Choose file").await;
        choose(file.to_str().unwrap()).await;
        window.read(".ask.answered", "harvest.csv").await;
        for finding in ["harvest.csv", "weight", "UTF-8"] {
            window.read("[role=log] article.assistant", finding).await;
        }
        window.close().await;
    });
}

/// Types a path into GTK's file dialog, as a person with a keyboard does.
async fn choose(path: &str) {
    let dialog = eventually("the file dialog", || async {
        let found = xdotool(&["search", "--onlyvisible", "--name", "Open File"])?;
        found.lines().next().map(str::to_owned)
    })
    .await;
    // Without a window manager nobody gives the dialog the keyboard.
    eventually("the dialog takes the keyboard", || async {
        xdotool(&["windowfocus", "--sync", &dialog])
    })
    .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    xdotool(&["key", "ctrl+l"]).unwrap();
    xdotool(&["type", "--delay", "20", path]).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    xdotool(&["key", "Return"]).unwrap();
}

fn xdotool(arguments: &[&str]) -> Option<String> {
    let output = Command::new("xdotool").args(arguments).output().unwrap();
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

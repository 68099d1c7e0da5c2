//! Starting the app while it runs: there is still one window, and one who writes the history.

use std::process::{Command, Stdio};

use super::{in_turn, make_account};
use crate::support::home::Home;
use crate::support::process::Owned;
use crate::support::window::{Window, eventually};

#[test]
fn a_second_start_ends_at_once_and_leaves_the_first_alone() {
    in_turn(async {
        let home = Home::new();
        let window = Window::open(&home).await;
        make_account(&window, "Alice", "", None).await;
        let mut second = Owned::start(
            Command::new(env!("CARGO_BIN_EXE_confidant"))
                .envs(home.envs())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        let status = eventually("the second start ends", || {
            let status = second.ended();
            async move { status }
        })
        .await;
        assert!(status.success(), "it ended in order: {status}");
        window.say("still here").await;
        window.read("[role=log] article", "still here").await;
        window.close().await;
    });
}

//! The command line, over what a person has kept in the window.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::{in_turn, make_account, make_account_to_unlock};
use crate::support::home::Home;
use crate::support::window::Window;

const PASSWORD: &str = "correct horse battery";

/// What the program says to `words`, with `input` on its standard input, and its exit code.
pub(super) fn ask(home: &Home, words: &[&str], input: &str) -> (String, i32) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_confidant"))
        .args(words)
        .envs(home.envs())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = program.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).unwrap(), output.status.code().unwrap())
}

#[test]
fn the_command_line_looks_at_what_the_window_has_kept() {
    in_turn(async {
        let home = Home::new();
        let (said, code) = ask(&home, &["doctor"], "");
        assert!(code == 0 && said.contains("has 0 accounts"), "{code}: {said}");

        let window = Window::open(&home).await;
        make_account(&window, "Alice", "", None).await;
        window.say("a-secret-word").await;
        window.read("[role=log] article", "a-secret-word").await;
        let (said, code) = ask(&home, &["doctor"], "");
        assert!(code == 0 && said.contains("open now"), "{code}: {said}");
        let (said, code) = ask(&home, &["verify"], "");
        assert!(code == 1 && said.contains("open in another process"), "{code}: {said}");
        window.close().await;

        let (said, code) = ask(&home, &["verify"], "");
        assert!(code == 0 && said.contains("1 conversations, 2 messages"), "{code}: {said}");
        assert!(said.contains("everything can be read"), "{said}");
        assert!(!said.contains("a-secret-word"), "nothing that is kept is printed: {said}");

        let file = home.data().join("all.zip");
        let (said, code) = ask(&home, &["export", "alice@example.com", file.to_str().unwrap()], "");
        assert!(code == 0 && said.contains("1 conversations, 2 messages, 0 files"), "{said}");
        assert!(!said.contains("a-secret-word"), "nothing that is kept is printed: {said}");
        assert!(fs::read(&file).unwrap().starts_with(b"PK"), "it is an archive");
        let (said, code) = ask(&home, &["export", "bob", file.to_str().unwrap()], "");
        assert!(code == 1 && said.contains("no such account"), "{code}: {said}");
        let nowhere = home.data().join("nowhere/all.zip");
        let words = ["export", "--markdown", "alice@example.com", nowhere.to_str().unwrap()];
        let (said, code) = ask(&home, &words, "");
        assert!(code == 1 && said.contains("the file cannot be written"), "{code}: {said}");

        let user = fs::read_dir(home.data().join("app.confidant.desktop/users"))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        fs::remove_dir_all(user.path().join("sled")).unwrap();
        let (said, code) = ask(&home, &["verify", "alice@example.com"], "");
        assert!(code == 0 && said.contains("made anew from the other"), "{code}: {said}");
        for copy in ["sled", "journal"] {
            fs::remove_dir_all(user.path().join(copy)).unwrap();
        }
        let (said, code) = ask(&home, &["doctor"], "");
        assert!(code == 1 && said.contains("both of its copies are gone"), "{code}: {said}");
        let (said, code) = ask(&home, &["verify"], "");
        assert!(code == 1 && said.contains("cannot be opened"), "{code}: {said}");
    });
}

#[test]
fn words_that_mean_nothing_are_told_and_a_password_is_asked_for() {
    in_turn(async {
        let home = Home::new();
        let (said, code) = ask(&home, &["doctor", "all"], "");
        assert!(code == 2 && said.contains("mean nothing"), "{code}: {said}");
        let (said, code) = ask(&home, &["--version"], "");
        assert_eq!((said.trim(), code), (concat!("Confidant ", env!("CARGO_PKG_VERSION")), 0));
        let (said, code) = ask(&home, &["verify"], "");
        assert!(code == 1 && said.contains("no such account"), "{code}: {said}");

        let window = Window::open(&home).await;
        make_account_to_unlock(&window, "alice", PASSWORD).await;
        window.close().await;
        let (said, code) = ask(&home, &["verify", "alice"], "wrong\n");
        assert!(code == 1 && said.contains("wrong password"), "{code}: {said}");
        let (said, code) = ask(&home, &["verify", "alice"], &format!("{PASSWORD}\n"));
        assert!(code == 0 && said.contains("everything can be read"), "{code}: {said}");
    });
}

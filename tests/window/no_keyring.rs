//! A computer without a keyring: accounts in a file, because the person said so.

use std::fs;

use thirtyfour::Key;

use super::command_line::ask;
use super::screenshots::{Album, use_theme};
use super::{choose_model, in_turn, keep_code, plain_text};
use crate::support::home::Home;
use crate::support::window::{COMPOSER, Window};

const PASSWORD: &str = "correct horse battery";

#[test]
fn accounts_are_kept_in_a_file_where_there_is_no_keyring() {
    in_turn(async {
        let mut album = Album::of("no-keyring");
        let mut home = Home::without_keyring();
        let (said, code) = ask(&home, &["doctor"], "");
        assert!(code == 1 && said.contains("keep accounts in a file"), "{code}: {said}");

        let window = Window::open(&home).await;
        window.read("main", "This computer has no keyring").await;
        album.take(&window, "offer").await;
        window.driver.set_window_rect(0, 0, 420, 640).await.unwrap();
        album.take(&window, "offer-narrow").await;
        window.press("Keep accounts in a file").await;
        window.see("form").await;
        album.take(&window, "first-start-narrow").await;
        window.fill("Your name", "Alice").await;
        window.fill("Identifier", "alice").await;
        window.fill("Password", PASSWORD).await;
        window.press("Create account").await;
        keep_code(&window).await;
        choose_model(&window, None).await;
        window.say("a-secret-word").await;
        window.read("[role=log] article", "a-secret-word").await;
        window.close().await;
        plain_text::assert_absent(&home.data(), &[PASSWORD, "a-secret-word"]);

        let (said, code) = ask(&home, &["verify", "alice"], &format!("{PASSWORD}\n"));
        assert!(code == 0 && said.contains("everything can be read"), "{code}: {said}");
        let (said, code) = ask(&home, &["doctor"], "");
        assert!(code == 0 && said.contains("a file keeps 1 accounts"), "{code}: {said}");

        // A keyring that comes later changes nothing by itself.
        home.start_keyring();
        let window = Window::open(&home).await;
        window.press_where(".tile", "Alice").await;
        window.see("input[type=password]").await;
        album.take(&window, "password").await;
        window.fill("Password", PASSWORD).await;
        window.press("Sign in").await;
        window.see(COMPOSER).await;
        window.read("nav", "a-secret-word").await;
        window.keys(Key::Control + ",").await;
        window.press("Account").await;
        window.read("[role=dialog]", "Recovery code").await;
        album.take(&window, "account").await;
        window.close().await;

        let window = Window::open(&home).await;
        window.press("Use the keyring").await;
        window.read("main", "Welcome to Confidant").await;
        window.close().await;
        let window = Window::open(&home).await;
        window.read("main", "Welcome to Confidant").await;
        window.press("Use the accounts in the file").await;
        window.read(".tile", "Alice").await;
        album.take(&window, "sign-in").await;
        window.close().await;

        let accounts = home.data().join("app.confidant.desktop/accounts");
        for copy in ["accounts", "accounts.copy"] {
            fs::write(accounts.join(copy), "nonsense").unwrap();
        }
        let window = Window::open(&home).await;
        window.read("main", "The file of accounts cannot be read").await;
        use_theme(&window, "dark").await;
        album.take(&window, "damaged").await;
        window.press("Use the keyring").await;
        window.read("main", "Welcome to Confidant").await;
        window.close().await;
        let (said, code) = ask(&home, &["doctor"], "");
        assert!(code == 0 && said.contains("Secret Service answers"), "{code}: {said}");
    });
}

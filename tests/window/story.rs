//! The whole story: make an account, talk, quit, come back without a network, go on.

use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use nix::sched::{CloneFlags, unshare};
use thirtyfour::Key;
use thirtyfour::prelude::*;

use super::{alone, come_back, make_account, make_account_to_unlock, plain_text};
use crate::support::home::Home;
use crate::support::model_server::{KEY, ModelServer};
use crate::support::window::{COMPOSER, Window};

const PASSWORD: &str = "correct horse battery";

#[test]
fn sign_in_talk_close_and_come_back_without_a_network() {
    let _turn = alone();
    let home = Home::new();
    let server = ModelServer::start();
    let port = server.port();
    run(first_half(&home, server));
    plain_text::assert_absent(
        &home.data(),
        &[
            PASSWORD,
            "alice@example.com",
            "Alice Smith",
            "Ask me what it should do",
            "second tea",
            "not sent yet",
            KEY,
        ],
    );
    the_keyring_lists_the_account(&home);

    // A thread, because a network namespace belongs to one; what it starts is in there with it.
    std::thread::scope(|scope| {
        let offline = scope.spawn(|| {
            unplug();
            run(second_half(&home, port));
        });
        if let Err(panic) = offline.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

async fn first_half(home: &Home, server: ModelServer) {
    let window = Window::open(home).await;
    make_account(&window, "Alice", PASSWORD, Some(&server)).await;
    for profile in ["Assistant", "Analyst", "Admin"] {
        window.read("[role=radio]", profile).await;
    }

    window.press_where("button", "Get help with coding").await;
    window.read("[role=log] article", "That is all.").await;

    window.press("Chat settings").await;
    window.fill("Instructions", "I am a gardener.").await;
    window.press("Save").await;
    window.gone("[role=dialog]").await;

    window.press("New chat").await;
    window.say("[slow] first").await;
    window.read("[role=log] article", "word1").await;
    window.press("New chat").await;
    window.say("second tea").await;
    window.read("[role=log] article", "That is all.").await;
    window.see(COMPOSER).await.send_keys("third, not sent yet").await.unwrap();
    // Longer than the moment after which what is written is kept.
    tokio::time::sleep(Duration::from_secs(1)).await;
    window.close().await;
}

/// Leaves every network but loopback, for this thread and everything that it starts.
fn unplug() {
    unshare(CloneFlags::CLONE_NEWNET).expect("a network namespace of its own (needs root)");
    let up = Command::new("ip").args(["link", "set", "lo", "up"]).status().unwrap();
    assert!(up.success(), "loopback is there for the driver");
    // An address for documentation (RFC 5737): nobody has it, and nothing leads there.
    let elsewhere: SocketAddr = "192.0.2.1:80".parse().unwrap();
    let reached = TcpStream::connect_timeout(&elsewhere, Duration::from_secs(2));
    assert!(reached.is_err(), "nothing but loopback can be reached");
}

async fn second_half(home: &Home, port: u16) {
    let window = come_back(home, "Alice").await;
    for thread in ["Help me write a function", "[slow] first", "second tea"] {
        window.read("nav", thread).await;
    }
    window.press_where("nav button, nav a", "second tea").await;
    window
        .eventually("what was written and not sent is back", || async {
            let composer = window.see(COMPOSER).await;
            let draft = composer.prop("value").await.ok().flatten()?;
            (draft == "third, not sent yet").then_some(())
        })
        .await;
    window.press_where("nav button, nav a", "Help me write a function").await;
    window.read("[role=log] article", "Ask me what it should do").await;
    window.read("[role=log] article", "That is all.").await;

    window.press("Chat settings").await;
    let instructions = window.see("[role=dialog] textarea").await;
    let kept = instructions.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("I am a gardener."), "settings are as they were");
    window.keys(Key::Escape + "").await;

    // The model's server is out of reach: that is said, and the message is kept.
    window.say("are you there?").await;
    window.read("[role=log] article", "Nothing answers at the model’s address.").await;

    // A server on this machine answers without any network.
    let _server = ModelServer::start_at(port);
    window.press("Retry").await;
    window.read("[role=log] article", "You asked about are you there?").await;
    let composer = window.see(COMPOSER).await;
    assert_eq!(composer.prop("value").await.unwrap().as_deref(), Some(""), "ready for more");
    window.close().await;
}

fn the_keyring_lists_the_account(home: &Home) {
    let found = Command::new("secret-tool")
        .args(["search", "--all", "service", "confidant"])
        .envs(home.envs())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&found.stdout) + String::from_utf8_lossy(&found.stderr);
    assert!(text.contains("alice@example.com"), "the account is in the keyring");
    assert!(text.contains("user:"), "under its name: {}", text.len());
    assert!(!text.contains(PASSWORD), "its password is nowhere");
}

fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story)
}

#[test]
fn a_second_account_sees_nothing_of_the_first() {
    super::in_turn(async {
        let home = Home::new();
        let window = Window::open(&home).await;
        make_account(&window, "Alice", "", None).await;
        window.say("only for alice").await;
        window.read("[role=log] article", "only for alice").await;
        sign_out(&window).await;
        window.press("Another account").await;
        make_account(&window, "Bob", "", None).await;
        let cards = window.driver.find_all(By::Css("[role=radio]")).await.unwrap();
        assert_eq!(cards.len(), 2, "a member sees no admin profile");
        let page = window.driver.find(By::Css("body")).await.unwrap().text().await.unwrap();
        assert!(!page.contains("only for alice"), "nothing of alice's is shown");
        window.close().await;
    });
}

#[test]
fn a_locked_window_asks_for_the_password_and_goes_on_where_it_was() {
    super::in_turn(async {
        let home = Home::new();
        let window = Window::open(&home).await;
        make_account(&window, "Alice", PASSWORD, None).await;
        window.say("between us").await;
        window.read("[role=log] article", "between us").await;
        // Whoever is remembered is asked, too.
        window.keys(Key::Control + Key::Shift + "l").await;
        window.see("input[type=password]").await;
        let page = window.driver.find(By::Css("body")).await.unwrap().text().await.unwrap();
        assert!(!page.contains("between us"), "nothing of it is shown");
        window.fill("Password", PASSWORD).await;
        window.press("Sign in").await;
        window.read("[role=log] article", "between us").await;
        window.close().await;
    });
}

async fn sign_out(window: &Window) {
    window.keys(Key::Control + "l").await;
    window.gone("nav").await;
}

#[test]
fn the_right_password_opens_and_so_does_the_code_for_who_forgot_it() {
    super::in_turn(async {
        let home = Home::new();
        let window = Window::open(&home).await;
        let code = make_account_to_unlock(&window, "alice", PASSWORD).await;
        sign_out(&window).await;
        window.press_where(".tile", "Alice").await;
        window.fill("Password", "wrong").await;
        window.press("Sign in").await;
        window.read("[role=alert]", "This password is not right.").await;
        window.fill("Password", PASSWORD).await;
        window.press("Sign in").await;
        window.see(COMPOSER).await;

        sign_out(&window).await;
        window.press_where(".tile", "Alice").await;
        window.press("Forgot your password?").await;
        window.fill("Recovery code", &code.to_lowercase()).await;
        window.fill("New password", "remembered now").await;
        window.press("Sign in").await;
        window.see(COMPOSER).await;
        sign_out(&window).await;
        window.press_where(".tile", "Alice").await;
        window.fill("Password", "remembered now").await;
        window.press("Sign in").await;
        window.see(COMPOSER).await;
        window.close().await;
    });
}

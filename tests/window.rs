//! The real window, with a real keyring and a real server, as a person uses it.

mod analyst;
mod command_line;
mod crash;
mod gallery;
mod hostile;
mod leaving;
mod no_keyring;
mod plain_text;
mod screenshots;
mod searching;
mod second_start;
mod story;
mod transfer;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::support::home::Home;
use crate::support::model_server::{KEY, MODEL, ModelServer};
use crate::support::window::{COMPOSER, Window};

/// One window at a time: a machine with two cores shows several only slowly.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs an async test in the window, alone.
fn in_turn<T>(test: impl Future<Output = T>) -> T {
    let _turn = alone();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

/// Makes an account in a window that was opened for the first time, with a model if there is one.
async fn make_account(window: &Window, name: &str, password: &str, model: Option<&ModelServer>) {
    window.fill("Your name", name).await;
    window.fill("Identifier", &format!("{}@example.com", name.to_lowercase())).await;
    if !password.is_empty() {
        window.fill("Password", password).await;
    }
    window.press("Create account").await;
    if !password.is_empty() {
        keep_code(window).await;
    }
    choose_model(window, model).await;
}

/// Makes an account that this computer does not remember; gives its recovery code.
async fn make_account_to_unlock(window: &Window, identifier: &str, password: &str) -> String {
    window.fill("Your name", "Alice").await;
    window.fill("Identifier", identifier).await;
    window.fill("Password", password).await;
    window.press_where("label", "Sign in with this computer").await;
    window.press("Create account").await;
    let code = keep_code(window).await;
    choose_model(window, None).await;
    code
}

async fn keep_code(window: &Window) -> String {
    let code = window.see("output").await.text().await.unwrap();
    window.press("I have kept it").await;
    code
}

async fn choose_model(window: &Window, model: Option<&ModelServer>) {
    match model {
        Some(server) => {
            window.press("Other").await;
            window.fill("Address", &server.base_url()).await;
            window.fill("Model", MODEL).await;
            window.fill("API key", KEY).await;
            window.press("Test").await;
            window.read("form", "The model answers").await;
            window.press("Save").await;
        }
        None => window.press("Not now").await,
    }
    window.see(COMPOSER).await;
}

/// The window of a remembered account, after the one click.
async fn come_back(home: &Home, name: &str) -> Window {
    let window = Window::open(home).await;
    window.press_where(".tile", name).await;
    window.see(COMPOSER).await;
    window
}

//! Every screen of the window, in light and dark, as pictures to look at.

use std::path::PathBuf;

use tempfile::TempDir;
use thirtyfour::Key;

use super::{choose_model, in_turn, keep_code};
use crate::support::home::Home;
use crate::support::model_server::ModelServer;
use crate::support::window::Window;

/// Takes the pictures of one story, numbered in its order.
///
/// `CONFIDANT_SCREENSHOTS` names the directory; without it the pictures are thrown away, and what
/// is tested is that every screen can be reached and read.
pub(super) struct Album {
    dir: PathBuf,
    _thrown_away: Option<TempDir>,
    story: String,
    taken: usize,
}

impl Album {
    pub(super) fn of(story: &str) -> Self {
        let (story, taken) = (story.to_owned(), 0);
        match std::env::var_os("CONFIDANT_SCREENSHOTS") {
            Some(dir) => Self { dir: dir.into(), _thrown_away: None, story, taken },
            None => {
                let dir = tempfile::tempdir().unwrap();
                Self { dir: dir.path().to_owned(), _thrown_away: Some(dir), story, taken }
            }
        }
    }

    pub(super) async fn take(&mut self, window: &Window, what: &str) {
        self.taken += 1;
        // Menus and dialogs fade in for 200 ms at most.
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        let file = format!("{}-{:02}-{what}.png", self.story, self.taken);
        window.shoot(&self.dir.join(file)).await;
        assert_legible(window, &format!("{what} in {}", self.story)).await;
    }
}

/// Fails when some text can hardly be read where it stands. Computed by the window's own engine,
/// which does not always give a text the colour that the style sheet means.
async fn assert_legible(window: &Window, screen: &str) {
    let found = window.driver.execute(include_str!("legible.js"), vec![]).await.unwrap();
    let found = found.json();
    assert!(found["looked"].as_u64() > Some(3), "{screen} has text to look at");
    assert_eq!(found["poor"], serde_json::json!([]), "text that can hardly be read on {screen}");
}

#[test]
fn screenshots_of_every_screen() {
    for theme in ["light", "dark"] {
        in_turn(every_screen(&mut Album::of(theme), theme));
    }
}

async fn every_screen(album: &mut Album, theme: &str) {
    let home = Home::new();
    let server = ModelServer::start();
    let window = Window::open(&home).await;
    window.see("form").await;
    use_theme(&window, theme).await;
    album.take(&window, "first-start").await;
    window.fill("Your name", "Alice").await;
    window.fill("Identifier", "alice@example.com").await;
    window.fill("Password", "correct horse").await;
    window.press("Create account").await;
    window.see("output").await;
    album.take(&window, "recovery-code").await;
    keep_code(&window).await;
    choose_model(&window, Some(&server)).await;
    album.take(&window, "new-chat").await;
    window.say("How do sails work?").await;
    window.read("[role=log] article", "That is all.").await;
    album.take(&window, "conversation").await;
    window.press("Chat settings").await;
    window.see("[role=dialog]").await;
    album.take(&window, "chat-settings").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;

    window.press("New chat").await;
    window.say("[cut] please").await;
    window.read("[role=log] article", "The connection to the model broke off.").await;
    album.take(&window, "interrupted-reply").await;
    window.press("Continue").await;
    window.read("[role=log] article", "That is all.").await;
    album.take(&window, "continued-reply").await;
    window.press("New chat").await;
    window.press_where("[role=radio]", "Analyst").await;
    window.press_where("button", "Analyze a file").await;
    window.see(".ask.open").await;
    album.take(&window, "question-for-a-file").await;
    window.press("New chat").await;
    window.press_where("[role=radio]", "Admin").await;
    window.press_where("button", "System status").await;
    window.read("[role=log] article", "Your threads").await;
    album.take(&window, "admin-status").await;

    window.press("More").await;
    window.press_where("[role=menuitem]", "Pin").await;
    window.read("nav h2", "Pinned").await;
    let focus = "document.querySelector('nav [aria-current=page]').focus()";
    window.driver.execute(focus, vec![]).await.unwrap();
    window.keys(Key::Shift + Key::Down).await;
    window.read("[role=status]", "2 selected").await;
    album.take(&window, "pinned-and-selected").await;
    window.keys(Key::Escape + "").await;
    window.press("More").await;
    window.press_where("[role=menuitem]", "Delete").await;
    window.read(".toast", "is in the bin").await;
    album.take(&window, "deleted-with-undo").await;
    window.press_where(".user-button", "Alice").await;
    window.press_where("[role=menuitem]", "Bin").await;
    window.read("[role=dialog]", "In the bin since").await;
    album.take(&window, "bin").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;

    window.keys(Key::Control + "k").await;
    window.see("[role=combobox]").await;
    album.take(&window, "palette").await;
    window.keys("sail").await;
    window.see("[role=option] mark").await;
    album.take(&window, "palette-found").await;
    window.keys("boat zzz").await;
    window.read("[role=dialog]", "Nothing found for").await;
    album.take(&window, "palette-nothing").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
    window.press_where("nav a, nav button", "How do sails work?").await;
    window.read("[role=log] article", "How do sails work?").await;
    window.keys(Key::Control + "f").await;
    window.see("[role=search] input").await;
    window.keys("sail").await;
    window.read("[role=search] [role=status]", " of ").await;
    album.take(&window, "find").await;

    window.keys(Key::Control + ",").await;
    for page in ["Model", "Appearance", "Export and import", "Account", "About"] {
        window.press(page).await;
        let name = page.to_lowercase().replace(' ', "-");
        album.take(&window, &format!("settings-{name}")).await;
    }
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;

    window.driver.set_window_rect(0, 0, 420, 640).await.unwrap();
    album.take(&window, "narrow").await;
    window.keys(Key::Control + "k").await;
    window.see("[role=combobox]").await;
    window.keys("sail").await;
    window.see("[role=option] mark").await;
    album.take(&window, "narrow-palette").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
    window.keys(Key::Control + "n").await;
    window.see(".welcome").await;
    album.take(&window, "narrow-new-chat").await;
    window.keys(Key::Control + "b").await;
    album.take(&window, "narrow-sidebar").await;
    window.keys(Key::Escape + "").await;
    window.driver.set_window_rect(0, 0, 1100, 760).await.unwrap();
    window.keys(Key::Control + "l").await;
    window.see(".tile").await;
    album.take(&window, "sign-in").await;
    window.press_where(".tile", "Alice").await;
    window.see("[data-testid=choose-model], textarea").await;
    window.keys(Key::Control + ",").await;
    window.press("Account").await;
    window.press_where("label", "Sign in with this computer").await;
    window.press("Change password").await;
    window.see("[role=alertdialog]").await;
    album.take(&window, "change-password").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=alertdialog]").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
    window.keys(Key::Control + "l").await;
    window.press_where(".tile", "Alice").await;
    window.see("input[type=password]").await;
    album.take(&window, "unlock").await;
    window.press("Forgot your password?").await;
    window.read("h1", "Use a recovery code").await;
    album.take(&window, "recover").await;
    window.close().await;
}

/// Has the window begin anew in that theme. Nobody is signed in yet.
pub(super) async fn use_theme(window: &Window, theme: &str) {
    let script = "const at = 'confidant.preferences'; \
                  const kept = JSON.parse(localStorage.getItem(at) ?? '{}'); \
                  localStorage.setItem(at, JSON.stringify({ ...kept, theme: arguments[0] })); \
                  delete document.documentElement.dataset.theme; \
                  location.reload();";
    window.driver.execute(script, vec![theme.into()]).await.unwrap();
    window.see(&format!("[data-theme={theme}] main.screen")).await;
}

//! Conversations taken out through the real dialogs, and in by somebody else.

use std::fs;
use std::path::Path;

use thirtyfour::Key;

use super::screenshots::Album;
use super::{in_turn, make_account};
use crate::support::dialog::{OPEN, SAVE, answer};
use crate::support::home::Home;
use crate::support::window::{Window, eventually};

#[test]
fn what_one_person_exports_another_imports_and_exports_as_the_same_bytes() {
    in_turn(async {
        let home = Home::new();
        let mut album = Album::of("transfer");
        let [first, second, page] =
            ["first.zip", "second.zip", "page.zip"].map(|name| home.data().join(name));
        let window = Window::of(&home, "gallery").await;
        make_account(&window, "Alice", "", None).await;
        window.say("elements").await;
        window.read("[role=log] article", "Under way").await;
        window.say("media").await;
        window.read("[role=log] article", "list.csv").await;
        export(&window, &first).await;
        leave(&window).await;

        window.press("Another account").await;
        make_account(&window, "Bob", "", None).await;
        settings(&window).await;
        window.press("Choose a file…").await;
        answer(OPEN, &first).await;
        window.read("[role=dialog] section", "Gallery archive").await;
        window.read("[role=dialog] [role=status]", "Will be added: 1 conversation").await;
        album.take(&window, "preview").await;
        window.driver.set_window_rect(0, 0, 420, 640).await.unwrap();
        album.take(&window, "preview-narrow").await;
        window.press("Import 1 conversation").await;
        window.read("[role=dialog] [role=status]", "Added: 1 conversation").await;
        album.take(&window, "imported-narrow").await;
        window.driver.set_window_rect(0, 0, 1100, 760).await.unwrap();
        window.keys(Key::Escape + "").await;
        window.press_where("nav button, nav a", "elements").await;
        window.read("[role=log] article", "list.csv").await;
        export(&window, &second).await;
        assert!(fs::read(&first).unwrap() == fs::read(&second).unwrap(), "byte for byte");

        // The one conversation, to be read.
        window.press("More").await;
        window.press_where("[role=menuitem]", "Export…").await;
        window.press_where("[role=radio]", "Markdown").await;
        album.take(&window, "export-one").await;
        window.press_where("[role=dialog] button", "Export…").await;
        answer(SAVE, &page).await;
        window.read(".toast, [role=status]", "page.zip").await;
        assert!(fs::metadata(&page).unwrap().len() > 0, "there it is");
        window.close().await;
    });
}

async fn settings(window: &Window) {
    window.keys(Key::Control + ",").await;
    window.press("Export and import").await;
}

async fn export(window: &Window, path: &Path) {
    settings(window).await;
    window.press("Export all…").await;
    answer(SAVE, path).await;
    eventually("the export is there", || async { path.exists().then_some(()) }).await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
}

async fn leave(window: &Window) {
    window.keys(Key::Control + "l").await;
    window.gone("nav").await;
}

/// What ChatGPT gives people, in short.
const EXPORTED: &str = r#"[{
    "title": "Sailing", "create_time": 1700000000.5, "update_time": 1700000100.5,
    "conversation_id": "c", "current_node": "b",
    "mapping": {
        "q": { "message": { "id": "q", "author": { "role": "user" }, "create_time": 1700000001.5,
            "content": { "content_type": "text", "parts": ["How do I tack?"] },
            "metadata": { "attachments": [{ "id": "file-gone", "name": "chart.png" }] } },
            "parent": null, "children": ["a", "b"] },
        "a": { "message": { "id": "a", "author": { "role": "assistant" },
            "create_time": 1700000002.5,
            "content": { "content_type": "text", "parts": ["Slowly."] } },
            "parent": "q", "children": [] },
        "b": { "message": { "id": "b", "author": { "role": "assistant" },
            "create_time": 1700000003.5,
            "content": { "content_type": "text", "parts": ["**Through** the wind."] } },
            "parent": "q", "children": [] }
    }
}, { "title": "Nothing in it" }]"#;

#[test]
fn what_was_said_to_chatgpt_comes_along_with_its_versions() {
    in_turn(async {
        let home = Home::new();
        let mut album = Album::of("chatgpt");
        let [file, other] = ["conversations.json", "notes.txt"].map(|name| home.data().join(name));
        fs::write(&file, EXPORTED).unwrap();
        fs::write(&other, "Milk and bread").unwrap();
        let window = Window::open(&home).await;
        make_account(&window, "Alice", "", None).await;
        settings(&window).await;
        window.press("Choose a file…").await;
        answer(OPEN, &other).await;
        window.read("[role=dialog]", "“notes.txt” is no archive of conversations").await;
        album.take(&window, "unknown").await;
        window.press("Choose a file…").await;
        answer(OPEN, &file).await;
        window.read("[role=dialog] [role=status]", "Will be added: 1 conversation").await;
        window.read("[role=dialog] li", "1 conversation that is empty or damaged").await;
        album.take(&window, "preview").await;
        window.press("Import 1 conversation").await;
        window.read("[role=dialog] [role=status]", "Added: 1 conversation, 3 messages").await;
        window.keys(Key::Escape + "").await;
        window.press_where("nav button, nav a", "Sailing").await;
        window.read("[role=log] article", "Through the wind.").await;
        window.see("[aria-label='Version 2 of 2']").await;
        album.take(&window, "imported").await;
        window.close().await;
    });
}

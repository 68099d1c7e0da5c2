//! Handlers that do what handlers should not do: the window stays usable, other conversations go
//! on, memory stays bounded, and the person sees what happened.

use thirtyfour::Key;

use super::{in_turn, make_account};
use crate::support::home::Home;
use crate::support::window::{COMPOSER, Window};

/// What the app and its web view may hold while 100,000 messages come in, in bytes. A window at
/// rest holds about a quarter of a gigabyte.
const BOUND: f64 = 1.2e9;

#[test]
fn errors_panics_and_two_questions_at_once_are_shown() {
    in_turn(async {
        let home = Home::new();
        let window = Window::of(&home, "hostile").await;
        make_account(&window, "Alice", "", None).await;
        window.say("fail").await;
        window.read("[role=log] article", "no such file").await;
        window.say("panic").await;
        window.read("[role=log] article", "at the disco").await;
        window.say("ask twice").await;
        window.press("Answer two").await;
        window.read(".ask.answered", "Answer two").await;
        window.press("Answer one").await;
        window.read("[role=log] article", r#"Got Some("one") and Some("two")"#).await;
        window.say("and now").await;
        window.read("[role=log] article", "Nothing bad: and now").await;
        window.close().await;
    });
}

#[test]
fn a_handler_that_never_ends_or_blocks_its_thread_holds_up_nobody() {
    in_turn(async {
        let home = Home::new();
        let window = Window::of(&home, "hostile").await;
        make_account(&window, "Alice", "", None).await;
        for hold_up in ["never", "block"] {
            window.say(hold_up).await;
            window.see("button[aria-label='Stop']").await;
            another_conversation_answers(&window).await;
            window.press_where("nav a, nav button", hold_up).await;
            window.press("Stop").await;
            window.gone("button[aria-label='Stop']").await;
            window.say("and now").await;
            window.read("[role=log] article", "Nothing bad: and now").await;
            window.press("New chat").await;
        }
        window.close().await;
    });
}

#[test]
fn a_flood_leaves_the_window_usable_and_its_memory_bounded() {
    in_turn(async {
        let home = Home::new();
        let window = Window::of(&home, "hostile").await;
        make_account(&window, "Alice", "", None).await;
        window.say("flood").await;
        flooded_to(&window, 2_000).await;
        assert_follows_its_end(&window).await;
        another_conversation_answers(&window).await;
        window.press_where("nav a, nav button", "flood").await;
        flooded_to(&window, 5_000).await;
        assert_follows_its_end(&window).await;
        let rows = window.driver.execute("return document.querySelectorAll('article').length", []);
        let rows = rows.await.unwrap().json().as_u64().unwrap();
        assert!(rows < 300, "only what is near is drawn, not {rows} messages");
        let held = window.memory();
        assert!(held < BOUND, "{:.0} MB are held in the middle of the flood", held / 1e6);
        window.press("Stop").await;
        window.gone("button[aria-label='Stop']").await;
        window.say("and now").await;
        window.read("[role=log] article", "Nothing bad: and now").await;
        window.close().await;
    });
}

/// Waits until the newest message in view is at least this one of the flood.
pub(super) async fn flooded_to(window: &Window, number: u64) {
    window
        .eventually(&format!("message {number} of the flood"), || async {
            let script = "const said = [...document.querySelectorAll('[role=log] article')] \
                        .map((article) => /Message (\\d+) of/.exec(article.textContent)?.[1]); \
                      return Math.max(...said.filter(Boolean).map(Number))";
            let newest = window.driver.execute(script, []).await.ok()?;
            (newest.json().as_f64()? >= number as f64).then_some(())
        })
        .await;
}

/// Whoever reads the newest message goes on seeing the newest message.
async fn assert_follows_its_end(window: &Window) {
    window
        .eventually("the log stands at its end", || async {
            let script = "const log = document.querySelector('[data-region=log]'); \
                      return log.scrollHeight - log.scrollTop - log.clientHeight < 200";
            let at_end = window.driver.execute(script, []).await.ok()?;
            at_end.json().as_bool()?.then_some(())
        })
        .await;
}

async fn another_conversation_answers(window: &Window) {
    window.keys(Key::Control + "n").await;
    window.press_where("[role=radio]", "echo").await;
    window.see(COMPOSER).await;
    window.say("are you there").await;
    window.read("[role=log] article", "You said: are you there").await;
}

//! Finding what was said: in the palette, and in a long conversation.

use thirtyfour::Key;

use super::hostile::flooded_to;
use super::{in_turn, make_account};
use crate::support::home::Home;
use crate::support::window::{COMPOSER, Window};

#[test]
fn a_message_is_found_jumped_to_and_read_around_in_a_long_conversation() {
    in_turn(async {
        let home = Home::new();
        let window = Window::of(&home, "hostile").await;
        make_account(&window, "Alice", "", None).await;
        window.say("flood").await;
        flooded_to(&window, 3_000).await;
        window.press("Stop").await;
        window.gone("button[aria-label='Stop']").await;
        window.press("New chat").await;
        window.say("A Café on the corner").await;
        window.read("[role=log] article", "Nothing bad: A Café").await;

        // In the palette, while one types and without the accent.
        window.keys(Key::Control + "k").await;
        window.see("[role=combobox]").await;
        window.keys("cafe cor").await;
        window.read("[role=option] mark", "Café").await;
        window.keys(Key::Control + "a").await;
        window.keys("\"message 123 of").await;
        window.read("[role=option]", "Message 123 of the flood").await;
        window.keys(Key::Enter + "").await;
        window.gone("[role=dialog]").await;
        focused(&window, "Message 123 of the flood").await;
        in_view(&window, "Message 123 of the flood").await;
        window.read("button", "Jump to latest").await;

        // What stands around it comes as one goes on, by the keyboard.
        for number in [124, 200] {
            while_pressing(&window, "j", &format!("Message {number} of the flood")).await;
        }
        for number in [199, 80] {
            while_pressing(&window, "k", &format!("Message {number} of the flood")).await;
        }

        // Within the conversation, from place to place.
        window.keys(Key::Control + "f").await;
        let field = window.see("[role=search] input").await;
        field.send_keys("17").await.unwrap();
        window.read("[role=search] [role=status]", " of ").await;
        field.send_keys(Key::Control + "a").await.unwrap();
        field.send_keys("17 ").await.unwrap();
        window.read("[role=search] [role=status]", "1 of 1").await;
        in_view(&window, "Message 17 of the flood").await;
        field.send_keys(Key::Escape + "").await.unwrap();
        window.gone("[role=search]").await;

        // And back to where it goes on.
        window.press("Jump to latest").await;
        window.say("and now").await;
        window.read("[role=log] article", "Nothing bad: and now").await;
        window.close().await;

        // The next time, too.
        let window = Window::of(&home, "hostile").await;
        window.press_where(".tile", "Alice").await;
        window.see(COMPOSER).await;
        window.keys(Key::Control + "k").await;
        window.see("[role=combobox]").await;
        window.keys("\"message 77 of").await;
        window.read("[role=option]", "Message 77 of the flood").await;
        window.keys(Key::Enter + "").await;
        focused(&window, "Message 77 of the flood").await;
        window.close().await;
    });
}

/// Until the message that has the focus says `text`.
async fn focused(window: &Window, text: &str) {
    window
        .eventually("the message has the focus", || async {
            let active = window.driver.active_element().await.ok()?;
            active.text().await.ok()?.contains(text).then_some(())
        })
        .await;
}

/// Until a message that says `text` can be seen wholly.
async fn in_view(window: &Window, text: &str) {
    let script = "const log = document.querySelector('[data-region=log]').getBoundingClientRect(); \
                  return [...document.querySelectorAll('[role=log] article')].some((article) => { \
                    const { top, bottom } = article.getBoundingClientRect(); \
                    return article.textContent.includes(arguments[0]) \
                      && top >= log.top && bottom <= log.bottom; });";
    window
        .eventually("the message is in view", || async {
            let seen = window.driver.execute(script, vec![text.into()]).await.ok()?;
            seen.json().as_bool()?.then_some(())
        })
        .await;
}

/// Presses `key` until the message that has the focus says `text`.
async fn while_pressing(window: &Window, key: &str, text: &str) {
    for _ in 0..400 {
        let active = window.driver.active_element().await.unwrap();
        if active.text().await.is_ok_and(|said| said.contains(text)) {
            return;
        }
        window.keys(key).await;
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    }
    panic!("{key} does not lead to {text:?}");
}

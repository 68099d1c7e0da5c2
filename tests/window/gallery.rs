//! One of everything that a profile can show and ask, in the real window, and again after a
//! restart.

use std::cell::Cell;

use thirtyfour::Key;

use super::screenshots::{Album, use_theme};
use super::{in_turn, make_account};
use crate::support::home::Home;
use crate::support::window::{COMPOSER, Window};

#[test]
fn everything_that_a_profile_shows_and_asks() {
    for theme in ["light", "dark"] {
        let mut album = Album::of(&format!("gallery-{theme}"));
        in_turn(visit(&mut album, theme));
    }
}

async fn visit(album: &mut Album, theme: &str) {
    let home = Home::new();
    let window = Window::of(&home, "gallery").await;
    window.see("form").await;
    use_theme(&window, theme).await;
    make_account(&window, "Alice", "", None).await;
    album.take(&window, "welcome").await;
    elements(&window, album).await;
    media(&window, album).await;
    questions(&window, album).await;
    work(&window, album).await;
    versions(&window, album).await;
    settings(&window, album).await;
    commands(&window, album).await;
    variables(&window, album).await;
    notices(&window, album).await;
    narrow(&window, album).await;
    window.close().await;

    let window = come_back_to(&home).await;
    as_it_was(&window).await;
    window.close().await;
}

async fn come_back_to(home: &Home) -> Window {
    let window = Window::of(home, "gallery").await;
    window.press_where(".tile", "Alice").await;
    window.see(COMPOSER).await;
    window
}

async fn elements(window: &Window, album: &mut Album) {
    window.say("elements").await;
    window.read("[role=log] table", "Fruit 2").await;
    window.read("[role=log] article", "Under way").await;
    for picture in ["Bars", "Lines", "Parts"] {
        window.read("[role=log] article", picture).await;
    }
    window.see("[role=log] svg").await;
    album.take(window, "elements-end").await;
    to_the_beginning(window).await;
    album.take(window, "elements-table").await;
    let chart = "document.querySelector('.element.chart').scrollIntoView({ block: 'center' })";
    window.driver.execute(chart, []).await.unwrap();
    album.take(window, "elements-chart").await;
    window.press("Show table").await;
    window.read("[role=log] table", "Visits").await;
    album.take(window, "elements-chart-as-table").await;

    window.press("Jump to latest").await;
    window.press("Open Aside").await;
    window.read("[data-region=element]", "This stands beside").await;
    album.take(window, "element-beside").await;
    window.keys(Key::Escape + "").await;
    window.gone("[data-region=element]").await;
    window.press("Open Chapter").await;
    window.read("[data-region=element]", "Of its own").await;
    album.take(window, "element-page").await;
    window.keys(Key::Escape + "").await;
    window.gone("[data-region=element]").await;
}

async fn media(window: &Window, album: &mut Album) {
    window.press("New chat").await;
    window.say("media").await;
    holds(window, "img[alt='A circle']", "element.naturalWidth > 0").await;
    holds(window, "audio", "element.duration > 0.4").await;
    holds(window, "video", "element.videoWidth === 160").await;
    holds(window, "canvas", "element.width > 100").await;
    window.read("[role=log] article", "list.csv").await;
    album.take(window, "media-end").await;
    to_the_beginning(window).await;
    album.take(window, "media").await;
}

async fn questions(window: &Window, album: &mut Album) {
    window.press("New chat").await;
    window.say("ask").await;
    window.see(".ask.open").await;
    album.take(window, "question-in-words").await;
    // The composer answers, as well as the field of the question.
    window.say("Ada").await;
    window.read("[role=log] article", "Shall we go on, Ada?").await;
    album.take(window, "question-with-buttons").await;
    window.press("Yes").await;
    window.read("[role=log] article", "Ada chose yes").await;
    window.say("form").await;
    window.press("Order").await;
    window.see("[aria-invalid=true]").await;
    album.take(window, "form-with-a-gap").await;
    window.fill("Street", "Harbour Road 3").await;
    window.press("Order").await;
    window.read("[role=log] article", "Harbour Road 3").await;
    album.take(window, "questions-answered").await;
}

async fn work(window: &Window, album: &mut Album) {
    window.press("New chat").await;
    window.say("steps").await;
    window.read("[role=log] article", "There are 2 pages on pears.").await;
    window.press_where("summary", "Answer from the library").await;
    window.press_where("summary", "Look up pears").await;
    window.read("[role=log] details", "\"pages\"").await;
    window.press_where("summary", "Weigh them").await;
    window.read("[role=log] details", "the scales are broken").await;
    album.take(window, "work").await;
}

async fn versions(window: &Window, album: &mut Album) {
    window.press("New chat").await;
    window.say("plums").await;
    window.read("[role=log] article", "You said plums").await;
    window.press("Again").await;
    window.read("[role=log] article", "Pressed with {\"said\":\"plums\"}").await;
    window.press("Good reply").await;
    window.see("[aria-label='Good reply'][aria-pressed=true]").await;
    window.keys(Key::Control + Key::Shift + "e").await;
    let field = window.see("article.user textarea").await;
    field.send_keys(Key::Control + "a").await.unwrap();
    field.send_keys("pears").await.unwrap();
    album.take(window, "editing").await;
    field.send_keys(Key::Enter + "").await.unwrap();
    window.read("[role=log] article", "You said pears").await;
    window.see("[aria-label='Version 2 of 2']").await;
    album.take(window, "second-version").await;
    window.press("Previous version").await;
    window.read("[role=log] article", "You said plums").await;
    window.see("[aria-label='Good reply'][aria-pressed=true]").await;
    window.see("[aria-label='Version 1 of 2']").await;
}

async fn settings(window: &Window, album: &mut Album) {
    window.press("Chat settings").await;
    window.see("[role=dialog]").await;
    album.take(window, "settings-style").await;
    window.press_where("label", "Brief").await;
    window.press("About you").await;
    window.fill("Name", "Ada").await;
    album.take(window, "settings-about-you").await;
    window.press("Save").await;
    window.gone("[role=dialog]").await;
    window.read("[role=log] article", "Settings: brief true, name \"Ada\"").await;
}

async fn commands(window: &Window, album: &mut Album) {
    let composer = window.see(COMPOSER).await;
    composer.click().await.unwrap();
    composer.send_keys("/").await.unwrap();
    window.read("[role=listbox]", "Looks something up").await;
    album.take(window, "commands").await;
    composer.send_keys("dr").await.unwrap();
    composer.send_keys(Key::Enter + "").await.unwrap();
    composer.send_keys("a house").await.unwrap();
    composer.send_keys(Key::Enter + "").await.unwrap();
    window.read("[role=log] article", "Command draw: a house").await;
}

async fn variables(window: &Window, album: &mut Album) {
    window.keys(Key::Control + ",").await;
    window.press("Keys and variables").await;
    window.fill("GALLERY_KEY", "a secret that nobody sees").await;
    album.take(window, "variables").await;
    window.press("Save").await;
    window.read("[role=dialog]", "What you enter here replaces it.").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
    window.say("key").await;
    window.read("[role=log] article", "The key is known").await;
}

async fn notices(window: &Window, album: &mut Album) {
    window.say("toast").await;
    window.read("[data-region=toasts]", "Everything is in place").await;
    album.take(window, "toast").await;
    window.say("annex").await;
    window.see("[role=alertdialog], [role=dialog]").await;
    album.take(window, "handover").await;
    window.press("Go on").await;
    window.read("[role=log] article", "The annex heard: Hello from the gallery").await;
}

/// The same in a window as narrow as a telephone.
async fn narrow(window: &Window, album: &mut Album) {
    window.press_where("nav a, nav button", "elements").await;
    window.press("Open Aside").await;
    window.driver.set_window_rect(0, 0, 420, 640).await.unwrap();
    album.take(window, "narrow-element").await;
    window.keys(Key::Escape + "").await;
    window.gone("[data-region=element]").await;
    album.take(window, "narrow-elements").await;
    window.press("Chat settings").await;
    window.see("[role=dialog]").await;
    album.take(window, "narrow-settings").await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
    window.keys(Key::Control + "n").await;
    window.press_where("[role=radio]", "Gallery").await;
    album.take(window, "narrow-welcome").await;
    window.say("form").await;
    window.see(".ask.open").await;
    album.take(window, "narrow-form").await;
}

/// Everything that was said, judged, set and shown is there again.
async fn as_it_was(window: &Window) {
    window.press_where("nav a, nav button", "plums").await;
    window.see("[aria-label='Good reply'][aria-pressed=true]").await;
    window.see("[aria-label='Version 1 of 2']").await;
    window.press("Chat settings").await;
    window.press("About you").await;
    holds(
        window,
        "[role=dialog] input[type=text], [role=dialog] input:not([type])",
        "element.value === 'Ada'",
    )
    .await;
    window.keys(Key::Escape + "").await;
    window.gone("[role=dialog]").await;
    window.press_where("nav a, nav button", "media").await;
    holds(window, "img[alt='A circle']", "element.naturalWidth > 0").await;
    holds(window, "canvas", "element.width > 100").await;
    window.press_where("nav a, nav button", "ask").await;
    window.read(".ask.answered", "Street: Harbour Road 3").await;
}

async fn to_the_beginning(window: &Window) {
    let script = "document.querySelector('[data-region=log]').scrollTop = 0";
    window.driver.execute(script, []).await.unwrap();
}

/// Waits until some element of the kind is as `condition` says, looking through the whole log: what
/// is far from view is neither drawn nor read.
async fn holds(window: &Window, css: &str, condition: &str) {
    let look = Cell::new(0.0);
    let script = format!(
        "const found = [...document.querySelectorAll(arguments[0])]; \
         if (found.some((element) => {condition})) return true; \
         const log = document.querySelector('[data-region=log]'); \
         if (found.length > 0) found[0].scrollIntoView({{ block: 'nearest' }}); \
         else if (log && !log.querySelector('progress')) \
           log.scrollTop = (arguments[1] % 1) * log.scrollHeight; \
         return false;"
    );
    window
        .eventually(&format!("{css} with {condition}"), || async {
            // Slowly, and not at all while something is being read: that ends when it is far again.
            look.set(look.get() + 0.03);
            let arguments = vec![css.into(), look.get().into()];
            let found = window.driver.execute(script.as_str(), arguments).await.ok()?;
            found.json().as_bool()?.then_some(())
        })
        .await;
}

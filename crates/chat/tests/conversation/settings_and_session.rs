//! Settings and session keys from the window's side, and their way back after a restart.

use std::sync::Arc;

use confidant_chat::port::history::HistoryError;
use confidant_chat::prelude::*;
use confidant_chat::settings::SettingError;
use serde_json::json;

use crate::support::{sign_in, sign_in_over};

const TURNS: SessionKey<u32> = SessionKey::new("turns", || 0);

fn counting() -> App {
    let profile = ChatProfile::new("counting")
        .setting(Setting::switch("loud", "Loud", false))
        .on_message(async |chat: Chat, _: Message| {
            let turn = chat.session().update(TURNS, |n| n + 1)?;
            chat.say(format!("Turn {turn}, loud: {}", chat.session().settings()["loud"])).await
        })
        .on_settings_update(async |chat: Chat, values: SettingValues| {
            chat.say(format!("Now {}", values["loud"])).await
        });
    App::new().profile(profile)
}

#[tokio::test]
async fn settings_and_session_come_back_after_a_restart() {
    let desk = sign_in(counting());
    let (thread, mut view) = desk.open("counting").await;
    desk.say(thread, "one").await;
    view.whole().await;
    assert_eq!(view.whole().await.output, "Turn 1, loud: false");
    let loud = SettingValues::from_iter([("loud".to_owned(), json!(true))]);
    desk.person.update_settings(thread, loud).await.unwrap();
    assert_eq!(view.whole().await.output, "Now true");
    desk.person.set_session_value(thread, "mood".into(), json!("fine")).await.unwrap();

    // No orderly end: what was acknowledged is in the history already.
    let again = sign_in_over(counting(), Arc::clone(&desk.history));
    let mut view = again.resume(thread).await;
    assert_eq!(view.opened().await.values["loud"], json!(true));
    assert_eq!(again.person.session_value(thread, "mood").await.unwrap(), Some(json!("fine")));
    assert_eq!(again.person.session_keys(thread).await.unwrap(), ["mood", "turns"]);
    again.say(thread, "two").await;
    view.whole().await;
    assert_eq!(view.whole().await.output, "Turn 2, loud: true");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_key() {
    let desk = sign_in(counting());
    let (thread, _view) = desk.open("counting").await;
    let reserved = desk.person.set_session_value(thread, "user".into(), json!({})).await;
    assert_eq!(reserved, Err(SessionError::ReservedKey { key: "user".into() }));
    let quiet = SettingValues::from_iter([("quiet".to_owned(), json!(true))]);
    let unknown = desk.person.update_settings(thread, quiet).await;
    assert_eq!(unknown, Err(SettingError::Unknown { id: "quiet".into() }.into()));
    let env = desk.person.session_value(thread, "env").await.unwrap();
    assert_eq!(env, None, "the window never sees the environment");
}

#[tokio::test]
async fn what_cannot_be_kept_does_not_take_effect() {
    let desk = sign_in(counting());
    let (thread, mut view) = desk.open("counting").await;
    desk.say(thread, "one").await;
    view.idle().await;
    desk.history.set_full(true);
    let full = || Err(SessionError::History(HistoryError::StorageFull));
    let set = desk.person.set_session_value(thread, "mood".into(), json!("fine")).await;
    assert_eq!(set, full());
    assert_eq!(desk.person.session_value(thread, "mood").await.unwrap(), None);
    let loud = SettingValues::from_iter([("loud".to_owned(), json!(true))]);
    assert_eq!(desk.person.update_settings(thread, loud).await, full());
    let settings = desk.person.session_value(thread, "chat_settings").await.unwrap();
    assert_eq!(settings, Some(json!({ "loud": false })));
}

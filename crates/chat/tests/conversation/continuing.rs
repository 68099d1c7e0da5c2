//! Replies that were broken off, and go on.

use std::sync::Arc;

use confidant_chat::port::history::History;
use confidant_chat::prelude::*;
use confidant_chat::runtime::RunError;
use futures::stream;

use crate::support::{Desk, View, sign_in, sign_in_over};

/// A profile that says `Once upon` and no more, and goes on with what the model was to read.
fn teller() -> App {
    let profile = ChatProfile::new("teller")
        .on_message(async |chat: Chat, _| {
            let begun = stream::iter([Ok(Delta::Text("Once upon".into()))]);
            chat.reply(futures::StreamExt::chain(begun, stream::pending())).await?;
            Ok(())
        })
        .on_continue(async |chat: Chat, reply: Message| {
            let read = chat.context().await?.last().map(|last| last.text.clone());
            assert_eq!(read.as_deref(), Some(reply.text()), "a model reads it last");
            let rest = stream::iter([Ok(Delta::Text(" a time.".into()))]);
            assert_eq!(chat.go_on(&reply, rest).await?, " a time.");
            Ok(())
        });
    App::new().profile(profile)
}

/// A thread with a reply that was stopped in the middle.
async fn stopped(desk: &Desk) -> (confidant_chat::ids::ThreadId, View, Step) {
    let (thread, mut view) = desk.open("teller").await;
    desk.say(thread, "tell me a story").await;
    view.until(|event| matches!(event, Event::Delta { .. }).then_some(())).await;
    desk.person.stop(thread).await.unwrap();
    let reply = view
        .until(|event| match event {
            Event::Changed { step } if step.state == StepState::Stopped => Some(*step),
            _ => None,
        })
        .await;
    (thread, view, reply)
}

#[tokio::test]
async fn a_reply_goes_on_in_its_own_place_also_after_a_restart() {
    let desk = sign_in(teller());
    let (thread, mut view, reply) = stopped(&desk).await;
    view.idle().await;
    desk.person.end_all().await;

    let desk = sign_in_over(teller(), Arc::clone(&desk.history));
    let mut view = desk.resume(thread).await;
    let snapshot = view.opened().await;
    assert!(snapshot.continues, "the window is told that it can");
    desk.person.continue_reply(thread, reply.id).await.unwrap();
    let whole = view.whole().await;
    assert_eq!((whole.id, whole.sequence), (reply.id, reply.sequence));
    assert_eq!((whole.output.as_str(), whole.state), ("Once upon a time.", StepState::Done));
    view.idle().await;
    let kept = desk.history.step(thread, reply.id).await.unwrap().unwrap();
    assert_eq!(kept.output, "Once upon a time.");
    let again = desk.person.continue_reply(thread, reply.id).await;
    assert_eq!(again, Err(RunError::NothingToRetry), "it is whole now");
}

#[tokio::test]
async fn only_the_last_word_goes_on_and_only_where_the_profile_knows_how() {
    let desk = sign_in(teller());
    let (thread, mut view, reply) = stopped(&desk).await;
    view.idle().await;
    desk.say(thread, "another one").await;
    let busy = desk.person.continue_reply(thread, reply.id).await;
    assert_eq!(busy, Err(RunError::Busy));
    desk.person.stop(thread).await.unwrap();
    view.idle().await;
    let old = desk.person.continue_reply(thread, reply.id).await;
    assert_eq!(old, Err(RunError::NothingToRetry), "something was said after it");

    let silent = ChatProfile::new("teller").on_message(async |_: Chat, _: Message| Ok(()));
    desk.person.end_all().await;
    let desk = sign_in_over(App::new().profile(silent), Arc::clone(&desk.history));
    let mut view = desk.resume(thread).await;
    assert!(!view.opened().await.continues);
    let unable = desk.person.continue_reply(thread, reply.id).await;
    assert_eq!(unable, Err(RunError::NothingToRetry));
}

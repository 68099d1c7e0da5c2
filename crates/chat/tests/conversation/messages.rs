//! Messages: kept before they are answered, answered in order, stopped, failed, tried again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use confidant_chat::app::ProfileError;
use confidant_chat::failure::FailureCode;
use confidant_chat::port::history::HistoryError;
use confidant_chat::port::model::Author;
use confidant_chat::prelude::*;
use confidant_chat::runtime::{MAX_MESSAGE_BYTES, OpenError, RunError};
use futures::{StreamExt, stream};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream_lite::receiver;

use crate::support::{View, echo, sign_in, sign_in_as, sign_in_over};

/// A stream out of a channel, so that a test decides when the next piece comes.
mod tokio_stream_lite {
    use futures::{Stream, stream};
    use tokio::sync::mpsc::Receiver;

    pub(super) fn receiver<T>(from: Receiver<T>) -> impl Stream<Item = T> {
        stream::unfold(from, async |mut from| from.recv().await.map(|item| (item, from)))
    }
}

fn text(text: &str) -> Result<Delta, ModelError> {
    Ok(Delta::Text(text.into()))
}

#[tokio::test]
async fn a_message_is_on_disk_before_it_is_answered_and_names_the_thread() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, mut view) = desk.open("echo").await;
    assert!(!view.opened().await.stored, "an empty conversation is not stored");
    desk.say(thread, "Hello there").await;
    assert_eq!(desk.history.all_steps(thread)[0].output, "Hello there");
    let named = view.until(|event| match event {
        Event::Named { thread } => Some(thread.name),
        _ => None,
    });
    assert_eq!(named.await, "Hello there");
    view.idle().await;
    let steps = desk.history.all_steps(thread);
    assert_eq!(steps[1].output, "You said: Hello there");
    assert_eq!((steps[1].kind, steps[1].state), (StepKind::Assistant, StepState::Done));
}

#[tokio::test]
async fn replies_stream_joined_into_whole_text() {
    let profile = ChatProfile::new("poet").on_message(async |chat: Chat, _: Message| {
        let pieces = stream::iter((0..2_000).map(|n| text(&format!("{n} "))));
        chat.reply(pieces).await?;
        Ok(())
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("poet").await;
    desk.say(thread, "go").await;
    let (mut deltas, mut joined) = (0, String::new());
    let whole = view
        .until(|event| match event {
            Event::Delta { text, .. } => {
                deltas += 1;
                joined.push_str(&text);
                None
            }
            Event::Changed { step } => Some(step.output),
            _ => None,
        })
        .await;
    let expected: String = (0..2_000).map(|n| format!("{n} ")).collect();
    assert_eq!(whole, expected);
    assert_eq!(joined, expected, "the pieces add up to the whole");
    assert!(deltas < 1_000, "pieces within a frame are joined, got {deltas}");
}

#[tokio::test]
async fn messages_wait_for_their_turn_visibly_and_are_answered_in_order() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let profile = ChatProfile::new("slow").on_message(move |chat: Chat, message: Message| {
        let gate = Arc::clone(&held);
        async move {
            gate.acquire().await?.forget();
            let context: Vec<_> = chat.context().await?.into_iter().map(|m| m.text).collect();
            chat.say(format!("{} after {context:?}", message.text())).await
        }
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("slow").await;
    desk.say(thread, "one").await;
    desk.say(thread, "two").await;
    let queued = view
        .until(|event| match event {
            Event::Working { working: true, queued } if !queued.is_empty() => Some(queued),
            _ => None,
        })
        .await;
    assert_eq!(queued, [desk.history.all_steps(thread)[1].id], "the second waits, and is kept");
    gate.add_permits(2);
    view.idle().await;
    let said: Vec<_> = desk.history.all_steps(thread).into_iter().map(|s| s.output).collect();
    assert_eq!(said[1], r#"one after ["one"]"#, "what waits is not in the context");
    assert_eq!(said[2], "two", "it stands after the reply that it waited for");
    assert_eq!(said[3], r#"two after ["one", "one after [\"one\"]", "two"]"#);
}

#[tokio::test]
async fn stop_keeps_what_was_said_and_runs_on_stop() {
    let profile = ChatProfile::new("endless")
        .on_message(async |chat: Chat, _: Message| {
            let pieces = stream::iter([text("so far")]).chain(stream::pending());
            chat.reply(pieces).await?;
            Ok(())
        })
        .on_stop(async |chat: Chat| chat.say("stopped").await);
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("endless").await;
    desk.say(thread, "go").await;
    view.until(|event| matches!(event, Event::Delta { .. }).then_some(())).await;
    desk.person.stop(thread).await.unwrap();
    let reply = view.whole().await;
    assert_eq!((reply.output.as_str(), reply.state), ("so far", StepState::Stopped));
    assert_eq!(view.whole().await.output, "stopped");
    view.idle().await;
}

#[tokio::test]
async fn errors_and_panics_are_shown_and_the_conversation_goes_on() {
    let profile = ChatProfile::new("moody").on_message(async |chat: Chat, message: Message| {
        match message.text() {
            "fail" => anyhow::bail!("no such file"),
            "panic" => panic!("at the disco"),
            _ => chat.say("fine").await,
        }
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("moody").await;
    for (said, code, detail) in [
        ("fail", FailureCode::HandlerFailed, "no such file"),
        ("panic", FailureCode::HandlerPanicked, "at the disco"),
    ] {
        desk.say(thread, said).await;
        view.whole().await;
        let failure = view.whole().await.failure.expect("the failure is in the thread");
        assert_eq!((failure.code, failure.detail.as_str()), (code, detail));
        view.idle().await;
    }
    desk.say(thread, "well").await;
    view.whole().await;
    assert_eq!(view.whole().await.output, "fine");
    assert_eq!(desk.history.all_steps(thread).len(), 6, "failures are kept too");
}

#[tokio::test]
async fn a_message_is_said_once_and_what_was_received_can_be_sent_back() {
    let profile = ChatProfile::new("mirror").on_message(async |chat: Chat, message: Message| {
        chat.send(message.clone()).await?;
        let own = Message::new("once");
        chat.send(own.clone()).await?;
        chat.send(own).await?;
        Ok(())
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("mirror").await;
    desk.say(thread, "hello").await;
    view.idle().await;
    let steps = desk.history.all_steps(thread);
    let said: Vec<_> = steps.iter().map(|step| (step.kind, step.output.as_str())).collect();
    let (user, assistant) = (StepKind::User, StepKind::Assistant);
    assert_eq!(said, [(user, "hello"), (assistant, "hello"), (assistant, "once"), (assistant, "")]);
    let failure = steps[3].failure.as_ref().unwrap();
    assert!(failure.detail.contains("sent already"), "the second time is an error: {failure:?}");
}

#[tokio::test]
async fn a_panic_before_the_first_await_is_shown_like_any_other() {
    #[expect(unreachable_code, reason = "the future is never made")]
    let profile = ChatProfile::new("hasty").on_message(|_: Chat, _: Message| {
        panic!("too early");
        async { Ok(()) }
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("hasty").await;
    desk.say(thread, "go").await;
    view.idle().await;
    let failure = desk.history.all_steps(thread)[1].failure.clone().unwrap();
    assert_eq!(
        (failure.code, failure.detail.as_str()),
        (FailureCode::HandlerPanicked, "too early")
    );
}

#[tokio::test]
async fn a_reply_that_breaks_off_keeps_its_text_and_shows_its_error_once() {
    let profile = ChatProfile::new("frail").on_message(async |chat: Chat, _: Message| {
        let cut = Err(ModelError::Interrupted { detail: "connection reset".into() });
        chat.reply(stream::iter([text("half a "), cut])).await?;
        Ok(())
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("frail").await;
    desk.say(thread, "go").await;
    view.idle().await;
    let steps = desk.history.all_steps(thread);
    assert_eq!(steps.len(), 2, "one message, one reply, no second error card");
    assert_eq!(steps[1].output, "half a ");
    assert_eq!(steps[1].failure.as_ref().unwrap().code, FailureCode::ModelInterrupted);
}

#[tokio::test]
async fn retry_answers_the_last_message_without_what_came_after_it() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let profile = ChatProfile::new("second-time").on_message(move |chat: Chat, _: Message| {
        let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                let cut = Err(ModelError::Unreachable { detail: String::new() });
                chat.reply(stream::iter([text("half"), cut])).await?;
                return Ok(());
            }
            let context = chat.context().await?;
            assert_eq!(context.last().map(|m| m.author), Some(Author::User));
            chat.say(format!("read {} messages", context.len())).await
        }
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("second-time").await;
    assert_eq!(desk.person.retry(thread).await, Err(RunError::NothingToRetry));
    desk.say(thread, "go").await;
    view.idle().await;
    desk.person.retry(thread).await.unwrap();
    assert_eq!(view.whole().await.output, "read 1 messages");
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_and_nothing_of_it_stays() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, mut view) = desk.open("echo").await;
    desk.history.set_full(true);
    let refused = desk.person.send(thread, "lost?".into(), None).await;
    assert_eq!(refused, Err(RunError::History(HistoryError::StorageFull)));
    desk.history.set_full(false);
    assert!(desk.history.is_empty(), "nothing was half written");
    desk.say(thread, "kept").await;
    view.idle().await;
    assert_eq!(desk.history.all_steps(thread)[0].output, "kept");
}

#[tokio::test]
async fn empty_and_oversized_messages_are_refused() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, _view) = desk.open("echo").await;
    assert_eq!(desk.person.send(thread, " \n".into(), None).await, Err(RunError::Empty));
    let too_long = "x".repeat(2 * MAX_MESSAGE_BYTES);
    assert_eq!(
        desk.person.send(thread, too_long, None).await,
        Err(RunError::TooLong { max: MAX_MESSAGE_BYTES })
    );
    assert!(desk.history.is_empty(), "neither was kept");
}

#[tokio::test]
async fn a_forbidden_profile_is_neither_listed_nor_opened_nor_spoken_to() {
    let admins = echo().visible_to(|user| user.is_admin());
    let desk = sign_in(App::new().profile(admins));
    assert!(desk.person.profiles().is_empty(), "not listed");
    let (sink, _view) = View::new();
    let refused = desk.person.open("echo", Arc::clone(&sink)).await;
    assert_eq!(refused, Err(OpenError::Profile(ProfileError::Forbidden)));
    let missing = desk.person.open("nobody", sink).await;
    assert_eq!(missing, Err(OpenError::Profile(ProfileError::Missing)));

    // Somebody loses the role while the conversation is open: the next message is refused.
    let admins = echo().visible_to(|user| user.is_admin());
    let desk = sign_in_as("admin", App::new().profile(admins), Arc::default());
    let (thread, _view) = desk.open("echo").await;
    desk.say(thread, "as admin").await;
    desk.person.update_user(|user| *user = user.clone().with_role("member")).await.unwrap();
    let refused = desk.person.send(thread, "as member".into(), None).await;
    assert_eq!(refused, Err(RunError::Profile(ProfileError::Forbidden)));
}

#[tokio::test]
async fn two_conversations_answer_at_the_same_time() {
    let (first, second) = (mpsc::channel(4), mpsc::channel(4));
    let streams = HashMap::from([("first".to_owned(), first.1), ("second".to_owned(), second.1)]);
    let streams = Arc::new(std::sync::Mutex::new(streams));
    let profile = ChatProfile::new("both").on_message(move |chat: Chat, message: Message| {
        let pieces = streams.lock().unwrap().remove(message.text()).expect("each is sent once");
        async move { chat.reply(receiver(pieces)).await.map(drop) }
    });
    let desk = sign_in(App::new().profile(profile));
    let (one, mut view_one) = desk.open("both").await;
    desk.say(one, "first").await;
    let (two, mut view_two) = desk.open("both").await;
    desk.say(two, "second").await;
    for (piece, into) in [("a", &first.0), ("b", &second.0), ("c", &first.0)] {
        into.send(text(piece)).await.unwrap();
    }
    drop((first.0, second.0));
    view_one.idle().await;
    view_two.idle().await;
    assert_eq!(desk.history.all_steps(one)[1].output, "ac");
    assert_eq!(desk.history.all_steps(two)[1].output, "b");
}

#[tokio::test]
async fn a_growing_reply_is_on_disk_before_it_is_whole() {
    let (pieces, from) = mpsc::channel(4);
    let from = Arc::new(std::sync::Mutex::new(Some(from)));
    let profile = ChatProfile::new("slow").on_message(move |chat: Chat, _: Message| {
        let from = from.lock().unwrap().take().expect("one message is sent");
        async move { chat.reply(receiver(from)).await.map(drop) }
    });
    let app = App::new().profile(profile);
    let desk = sign_in(app.clone());
    let (thread, _view) = desk.open("slow").await;
    desk.say(thread, "go").await;
    pieces.send(text("so far")).await.unwrap();
    let kept = async {
        while desk.history.all_steps(thread).get(1).is_none_or(|step| step.output.is_empty()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), kept).await.expect("the piece is written");
    assert_eq!(desk.history.all_steps(thread)[1].state, StepState::Writing);

    // The process dies here; another one opens what is on disk.
    let again = sign_in_over(app, Arc::clone(&desk.history));
    let reply = again.resume(thread).await.opened().await.steps.remove(1);
    assert_eq!((reply.output.as_str(), reply.state), ("so far", StepState::Interrupted));
}

#[tokio::test]
async fn a_whole_reply_is_on_the_disk_before_long_though_nothing_else_happens() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "hello").await;
    view.idle().await;
    let kept = async {
        while !desk.history.is_on_disk() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), kept).await.expect("it is put on the disk");
    assert_eq!(desk.history.all_steps(thread)[1].output, "You said: hello");
}

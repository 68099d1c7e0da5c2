//! Hooks: which one runs when, and how often.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use confidant_chat::port::history::{History, HistoryError};
use confidant_chat::prelude::*;
use confidant_chat::runtime::OpenError;
use futures::{StreamExt, stream};

use crate::support::{View, echo, sign_in, sign_in_over};

/// A profile that notes every hook it sees.
fn noting(log: &Arc<Mutex<Vec<String>>>) -> ChatProfile {
    let note = |log: &Arc<Mutex<Vec<String>>>| {
        let log = Arc::clone(log);
        move |hook: &str| log.lock().unwrap().push(hook.to_owned())
    };
    let (start, message, resume, end) = (note(log), note(log), note(log), note(log));
    ChatProfile::new("noting")
        .on_chat_start(move |chat: Chat| {
            start("start");
            async move { chat.say("Hello").await }
        })
        .on_message(move |chat: Chat, said: Message| {
            message(said.text());
            async move { chat.say("Yes").await }
        })
        .on_chat_resume(move |chat: Chat, thread: Thread| {
            resume("resume");
            async move { chat.say(format!("Back in {}", thread.name)).await }
        })
        .on_chat_end(move |_: Chat| {
            end("end");
            async { Ok(()) }
        })
}

#[tokio::test]
async fn a_conversation_starts_talks_ends_and_resumes_in_this_order() {
    let log = Arc::default();
    let desk = sign_in(App::new().profile(noting(&log)));
    let (thread, mut view) = desk.open("noting").await;
    assert_eq!(view.whole_after_opening().await, "Hello");
    assert!(desk.history.is_empty(), "a greeting alone is not kept");
    desk.say(thread, "one").await;
    view.idle().await;
    desk.person.leave(thread).await;
    view.closed().await;

    let mut view = desk.resume(thread).await;
    let snapshot = view.opened().await;
    let said: Vec<_> = snapshot.steps.iter().map(|step| step.output.as_str()).collect();
    assert_eq!(said, ["Hello", "one", "Yes"]);
    assert_eq!(view.whole().await.output, "Back in one", "what is said on resume is shown");
    desk.person.end_all().await;
    assert_eq!(*log.lock().unwrap(), ["start", "one", "end", "resume", "end"]);
}

impl View {
    async fn whole_after_opening(&mut self) -> String {
        self.opened().await;
        self.whole().await.output
    }
}

#[tokio::test]
async fn leaving_a_reply_under_way_lets_it_finish_and_coming_back_shows_it_live() {
    let (pieces, from) = tokio::sync::mpsc::channel::<Result<Delta, ModelError>>(4);
    let from = Arc::new(Mutex::new(Some(from)));
    let profile = ChatProfile::new("slow").on_message(move |chat: Chat, _: Message| {
        let from = from.lock().unwrap().take().expect("one message is sent");
        let pieces = stream::unfold(from, async |mut from| Some((from.recv().await?, from)));
        async move { chat.reply(pieces).await.map(drop) }
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("slow").await;
    desk.say(thread, "go").await;
    pieces.send(Ok(Delta::Text("one ".into()))).await.unwrap();
    view.until(|event| matches!(event, Event::Delta { .. }).then_some(())).await;
    desk.person.leave(thread).await;

    let mut back = desk.resume(thread).await;
    let snapshot = back.opened().await;
    assert!(snapshot.working, "it is still at work");
    assert_eq!(snapshot.steps[1].output, "one ");
    pieces.send(Ok(Delta::Text("two".into()))).await.unwrap();
    drop(pieces);
    assert_eq!(back.whole().await.output, "one two");
    back.idle().await;
}

#[tokio::test]
async fn signing_out_ends_everything_within_two_seconds_even_if_a_hook_does_not() {
    let profile = ChatProfile::new("stuck")
        .on_message(async |chat: Chat, _: Message| {
            let endless = stream::iter([Ok(Delta::Text("half".into()))]).chain(stream::pending());
            chat.reply(endless).await.map(drop)
        })
        .on_chat_end(async |_: Chat| std::future::pending().await);
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("stuck").await;
    desk.say(thread, "go").await;
    view.until(|event| matches!(event, Event::Delta { .. }).then_some(())).await;
    let ended = tokio::time::timeout(Duration::from_secs(8), desk.person.end_all()).await;
    assert!(ended.is_ok(), "signing out does not wait for a hook that never ends");
    let reply = &desk.history.all_steps(thread)[1];
    assert_eq!((reply.output.as_str(), reply.state), ("half", StepState::Interrupted));
}

#[tokio::test]
async fn what_on_chat_end_writes_is_there_next_time() {
    const ENDED: SessionKey<u32> = SessionKey::new("ended", || 0);
    let profile = echo().on_chat_end(async |chat: Chat| {
        chat.session().update(ENDED, |n| n + 1)?;
        chat.update_user(|user| {
            user.metadata.insert("last".into(), "echo".into());
        })
        .await?;
        Ok(())
    });
    let app = App::new().profile(profile);
    let desk = sign_in(app.clone());
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "one").await;
    view.idle().await;
    desk.person.end_all().await;
    assert_eq!(desk.person.user().user.metadata["last"], "echo");
    let again = sign_in_over(app, Arc::clone(&desk.history));
    let _view = again.resume(thread).await;
    let ended = again.person.session_value(thread, "ended").await.unwrap();
    assert_eq!(ended, Some(1.into()));
}

#[tokio::test]
async fn a_thread_whose_profile_is_gone_still_reads() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "one").await;
    view.idle().await;
    desk.person.end_all().await;
    let later = sign_in_over(App::new(), Arc::clone(&desk.history));
    let snapshot = later.resume(thread).await.opened().await;
    assert_eq!(snapshot.profile, None);
    assert_eq!(snapshot.steps.len(), 2);
    assert!(later.person.send(thread, "more".into(), None).await.is_err(), "nobody to answer");
}

#[tokio::test]
async fn a_thread_of_nobody_is_not_found() {
    let desk = sign_in(App::new().profile(echo()));
    let (sink, _view) = View::new();
    let missing = desk.person.resume(confidant_chat::ids::ThreadId::new(), sink).await;
    assert_eq!(missing, Err(OpenError::History(HistoryError::NotFound)));
}

#[tokio::test]
async fn deleting_an_open_thread_ends_it_and_leaves_nothing() {
    let log = Arc::default();
    let desk = sign_in(App::new().profile(noting(&log)));
    let (thread, mut view) = desk.open("noting").await;
    desk.say(thread, "one").await;
    view.idle().await;
    desk.person.delete(thread).await.unwrap();
    assert!(desk.history.is_empty(), "the thread is gone");
    assert!(desk.history.all_steps(thread).is_empty(), "and its steps with it");
    assert_eq!(log.lock().unwrap().last().unwrap(), "end");
    assert_eq!(desk.person.delete(thread).await, Err(HistoryError::NotFound));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_blocked_handler_does_after_stop_does_not_count() {
    const STEPS: SessionKey<u32> = SessionKey::new("steps", || 0);
    let (blocked, at_work) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (over, finished) = std::sync::mpsc::channel();
    let gate = Arc::new(Mutex::new((blocked, released, over)));
    let profile = ChatProfile::new("blocking").on_message(move |chat: Chat, _: Message| {
        let gate = Arc::clone(&gate);
        async move {
            let gate = gate.lock().unwrap();
            chat.session().set(STEPS, &1)?;
            gate.0.send(())?;
            gate.1.recv()?;
            gate.2.send(chat.session().set(STEPS, &2))?;
            Ok(())
        }
    });
    let desk = sign_in(App::new().profile(profile));
    let (thread, mut view) = desk.open("blocking").await;
    desk.say(thread, "go").await;
    tokio::task::spawn_blocking(move || at_work.recv()).await.unwrap().unwrap();
    desk.person.stop(thread).await.unwrap();
    view.idle().await;
    release.send(()).unwrap();
    let refused = tokio::task::spawn_blocking(move || finished.recv()).await.unwrap().unwrap();
    assert_eq!(refused, Err(SessionError::Ended));
    let kept = desk.person.session_value(thread, "steps").await.unwrap();
    assert_eq!(kept, Some(1.into()));
}

#[tokio::test]
async fn one_conversation_that_ends_slowly_holds_up_no_other() {
    let (ending, mut ends) = tokio::sync::mpsc::channel(1);
    let slow = ChatProfile::new("slow")
        .on_message(async |chat: Chat, _: Message| chat.say("Yes").await)
        .on_chat_end(move |_: Chat| {
            let ending = ending.clone();
            async move {
                ending.send(()).await?;
                std::future::pending().await
            }
        });
    let desk = Arc::new(sign_in(App::new().profile(slow).profile(echo())));
    let (thread, mut view) = desk.open("slow").await;
    let (other, mut other_view) = desk.open("echo").await;
    desk.say(thread, "one").await;
    view.idle().await;
    let deleting = tokio::spawn({
        let desk = Arc::clone(&desk);
        async move { desk.person.delete(thread).await }
    });
    ends.recv().await.unwrap();
    desk.say(other, "two").await;
    other_view.idle().await;
    desk.resume(other).await;
    assert!(!deleting.is_finished(), "all that happened while the first was still ending");
    deleting.await.unwrap().unwrap();
}

#[tokio::test]
async fn opening_a_thread_is_no_activity_unless_something_is_said() {
    let silent = echo().on_chat_resume(async |_: Chat, _: Thread| Ok(()));
    let app = App::new().profile(silent);
    let desk = sign_in(app.clone());
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "one").await;
    view.idle().await;
    desk.person.end_all().await;
    let said = desk.history.thread(thread).await.unwrap().last_activity;
    let again = sign_in_over(app, Arc::clone(&desk.history));
    let view = again.resume(thread).await;
    again.person.end_all().await;
    view.closed().await;
    assert_eq!(desk.history.thread(thread).await.unwrap().last_activity, said);
}

#[tokio::test]
async fn after_signing_out_nothing_opens() {
    let desk = sign_in(App::new().profile(echo()));
    desk.person.end_all().await;
    let (sink, _view) = View::new();
    let refused = desk.person.open("echo", sink).await;
    assert_eq!(refused, Err(OpenError::History(HistoryError::Closed)));
}

//! People: what is known of them, what they may do, and the code that runs when they come and go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use confidant_chat::port::directory::{Directory, DirectoryError};
use confidant_chat::port::history::History;
use confidant_chat::prelude::*;
use confidant_chat::runtime::RunError;
use confidant_chat::testing::{TestApp, TestError};
use futures::future::BoxFuture;
use serde_json::json;
use tokio::sync::mpsc;

/// Says who it talks to, and what the variable `KEY` holds.
fn knowing() -> ChatProfile {
    ChatProfile::new("knowing").on_message(async |chat: Chat, _: Message| {
        let key = chat.session().env("KEY").unwrap_or_else(|| "none".into());
        chat.say(format!("{}, key {key}", chat.user().name())).await
    })
}

/// Does to its user, or to `root`, what the message says.
fn registrar() -> ChatProfile {
    ChatProfile::new("registrar").on_message(async |chat: Chat, message: Message| {
        let people = chat.people().await?;
        let root = people.iter().find(|it| it.identifier == "root").expect("somebody is root").id;
        match message.text() {
            "call me Al" => {
                chat.update_user(|user| user.display_name = Some("Al".into())).await?;
            }
            "promote me" => {
                chat.update_user(|user| *user = user.clone().with_role("admin")).await?;
            }
            "demote me" => {
                chat.update_user(|user| *user = user.clone().with_role("member")).await?;
            }
            _ => {
                chat.update_person(root, |user| *user = user.clone().with_role("member")).await?;
            }
        }
        chat.say("done").await
    })
}

fn signed_in(app: App, role: &str) -> Result<TestApp> {
    let test = TestApp::new(app).as_user(User::new("mel")?.with_role(role));
    test.directory().add(User::new("root")?.with_role("admin"));
    Ok(test)
}

fn failed(chat: &confidant_chat::testing::TestChat) -> String {
    chat.last(StepKind::Assistant).and_then(|step| step.failure.clone()).unwrap().detail
}

#[tokio::test]
async fn what_becomes_known_of_a_person_is_known_in_every_conversation_at_once() -> Result {
    let test = signed_in(App::new().profile(knowing()).profile(registrar()), "member")?;
    let mut other = test.open("knowing").await?;
    let mut chat = test.open("registrar").await?;
    chat.send("call me Al").await?;
    other.send("who am I?").await?;
    assert_eq!(other.replies(), ["Al, key none"]);
    assert_eq!(test.person().user().name(), "Al");
    let stored = test.directory().people().await?.remove(0);
    assert_eq!(stored, test.person().user(), "and it is there next time");
    Ok(())
}

#[tokio::test]
async fn nobody_gives_themselves_a_role_and_only_admins_give_others_one() -> Result {
    let test = signed_in(App::new().profile(registrar()), "member")?;
    let before = test.directory().people().await?;
    let mut chat = test.open("registrar").await?;
    for request in ["promote me", "demote root"] {
        chat.send(request).await?;
        assert_eq!(failed(&chat), DirectoryError::NotAllowed.to_string());
    }
    assert_eq!(test.directory().people().await?, before, "nobody was changed");
    Ok(())
}

#[tokio::test]
async fn admins_change_roles_until_one_of_them_is_left() -> Result {
    let test = signed_in(App::new().profile(registrar()), "admin")?;
    let mut chat = test.open("registrar").await?;
    chat.send("demote root").await?;
    assert_eq!(chat.replies(), ["done"]);
    chat.send("demote me").await?;
    assert_eq!(failed(&chat), DirectoryError::LastAdmin.to_string());
    assert!(test.person().user().is_admin(), "somebody has to be");
    Ok(())
}

#[tokio::test]
async fn an_audience_is_asked_again_whenever_something_is_to_be_answered() -> Result {
    let profile = ChatProfile::new("admins")
        .visible_to(|user| user.is_admin())
        .on_message(async |chat: Chat, _: Message| {
            Ok(chat.send(Message::new("Yes").action(Action::new("go", "Go"))).await?)
        })
        .on_action("go", async |chat: Chat, _: Pressed| chat.say("went").await);
    let test = signed_in(App::new().profile(profile), "admin")?;
    let mut chat = test.open("admins").await?;
    chat.send("hello").await?;
    let (message, reply) = (chat.steps()[0].id, chat.steps()[1].id);
    test.person().update_user(|user| *user = user.clone().with_role("member")).await?;
    assert!(test.person().profiles().is_empty());
    let results = [
        chat.send("more").await,
        chat.press(reply, "go").await,
        chat.edit(message, "other").await,
        chat.regenerate(reply).await,
        chat.retry().await,
    ];
    for result in results {
        assert!(
            matches!(result, Err(TestError::Run(RunError::Profile(_)))),
            "it talks to admins only, and said {result:?}"
        );
    }
    assert_eq!(chat.steps().len(), 2);
    Ok(())
}

#[tokio::test]
async fn the_apps_own_code_runs_once_at_sign_in_and_once_at_sign_out() -> Result {
    let log = Arc::new(Mutex::new(Vec::new()));
    let (came, went, ended) = (Arc::clone(&log), Arc::clone(&log), Arc::clone(&log));
    let app = App::new()
        .on_sign_in(move |person: Person| {
            came.lock().unwrap().push("in");
            async move {
                let visits = json!(person.user().metadata["visits"].as_u64().unwrap_or(0) + 1);
                person
                    .update_user(|user| drop(user.metadata.insert("visits".into(), visits)))
                    .await?;
                Ok(())
            }
        })
        .on_sign_out(move |_: Person| {
            went.lock().unwrap().push("out");
            async { Ok(()) }
        })
        .profile(knowing().on_chat_end(move |_: Chat| {
            ended.lock().unwrap().push("end");
            async { Ok(()) }
        }));
    let mut user = User::new("mel")?;
    user.metadata.insert("visits".into(), json!(0));
    let test = TestApp::new(app).as_user(user);
    let _chat = test.open("knowing").await?;
    let test = test.sign_in_again().await;
    test.person().end_all().await;
    test.person().end_all().await;
    let all = ["end", "out", "in", "out"];
    assert_eq!(*log.lock().unwrap(), all, "conversations end first, and a second time is none");
    assert_eq!(test.person().user().metadata["visits"], 1);
    Ok(())
}

/// Fails or panics by turns.
fn misbehaving(tries: &Arc<AtomicUsize>) -> impl Fn(Person) -> BoxFuture<'static, Result> + use<> {
    let tries = Arc::clone(tries);
    move |_| {
        let fails = tries.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
        let misbehave = async move { if fails { anyhow::bail!("no") } else { panic!("no") } };
        Box::pin(misbehave)
    }
}

/// Tells that it began, and never ends.
fn hanging(
    began: &mpsc::UnboundedSender<()>,
) -> impl Fn(Person) -> BoxFuture<'static, Result> + use<> {
    let began = began.clone();
    move |_| {
        let _ = began.send(());
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn code_that_fails_keeps_nobody_in_or_out() -> Result {
    let tries = Arc::new(AtomicUsize::new(0));
    let app = App::new().profile(knowing());
    let app = app.on_sign_in(misbehaving(&tries)).on_sign_out(misbehaving(&tries));
    for _ in 0..2 {
        let test = app.clone().test();
        test.person().begin().await;
        let mut chat = test.open("knowing").await?;
        chat.send("hello").await?;
        assert_eq!(chat.replies(), ["Tester, key none"]);
        test.person().end_all().await;
    }
    assert_eq!(tries.load(Ordering::SeqCst), 4, "an error and a panic, coming and going");
    Ok(())
}

#[tokio::test]
async fn code_that_hangs_keeps_nobody_in_or_out() -> Result {
    let (began, mut begins) = mpsc::unbounded_channel();
    let app = App::new().profile(knowing());
    let test = app.on_sign_in(hanging(&began)).on_sign_out(hanging(&began)).test();
    let person = Arc::clone(test.person());
    let coming = tokio::spawn(async move { person.begin().await });
    begins.recv().await.unwrap();
    // Paused, the clock goes on by itself, for everybody waits for it.
    tokio::time::pause();
    coming.await?;
    tokio::time::resume();
    let mut chat = test.open("knowing").await?;
    chat.send("hello").await?;
    assert_eq!(chat.replies(), ["Tester, key none"]);
    let person = Arc::clone(test.person());
    let going = tokio::spawn(async move { person.end_all().await });
    begins.recv().await.unwrap();
    tokio::time::pause();
    going.await?;
    Ok(())
}

#[tokio::test]
async fn variables_reach_open_conversations_and_nothing_else() -> Result {
    let test = App::new().user_env(["KEY"]).profile(knowing()).test();
    assert_eq!(test.person().app().env_names(), ["KEY"]);
    let mut chat = test.open("knowing").await?;
    chat.send("key?").await?;
    test.set_env([("KEY", "sesame")]);
    let events = chat.send("key now?").await?;
    assert_eq!(chat.replies(), ["Tester, key none", "Tester, key sesame"]);
    let thread = chat.thread();
    assert_eq!(test.person().session_value(thread, "env").await?, None, "no window sees it");
    let keys = test.person().session_keys(thread).await?;
    assert!(keys.is_empty(), "it is no key of the session, unlike {keys:?}");
    let others = events.iter().filter(|event| !matches!(event, Event::Said { .. }));
    assert!(others.into_iter().all(|event| !format!("{event:?}").contains("sesame")));
    let header = format!("{:?}", test.history().thread(thread).await?);
    assert!(!header.contains("sesame"), "nor does the thread keep it");
    Ok(())
}

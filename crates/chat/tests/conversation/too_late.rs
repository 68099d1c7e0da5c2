//! What is tried after a turn, by tasks that go on without it: it fails, and changes nothing.

use confidant_chat::prelude::*;
use tokio::sync::{mpsc, oneshot};

use crate::support::echo;

/// Everything that a clone can try after its hook: what it tried, and what came of it.
async fn try_everything(chat: Chat, message: Message) -> Vec<(&'static str, String)> {
    fn told<T>(outcome: Result<T, impl ToString>) -> String {
        outcome.err().map(|error| error.to_string()).unwrap_or_default()
    }
    let late = Message::new("late").element(Element::file("f", "text/plain", vec![1]));
    vec![
        ("say", told(chat.say("late").await)),
        ("send a file", told(chat.send(late).await)),
        ("update", told(chat.update(message.clone().with_text("late")).await)),
        ("remove", told(chat.remove(&message).await)),
        ("reply", told(chat.reply(futures::stream::empty()).await)),
        ("step", told(chat.step(StepKind::Tool, "late", async |_| Ok(())).await)),
        ("ask", told(chat.ask(AskUser::new("late?")).await)),
        ("toast", told(chat.toast(Toast::info("late")).await)),
        ("set commands", told(chat.set_commands(Vec::new()).await)),
        ("hand over", told(chat.hand_over("echo", None).await)),
        ("rename", told(chat.rename("late").await)),
        ("context", told(chat.context().await)),
        ("steps", told(chat.steps().await)),
        ("update the user", told(chat.update_user(|user| user.metadata.clear()).await)),
        ("update a person", told(chat.update_person(chat.user().id, |_| ()).await)),
        ("session", told(chat.session().set_value("late", true.into()))),
        ("settings", told(chat.session().apply_settings(SettingValues::new()))),
    ]
}

#[rstest::rstest]
#[case(false)]
#[case(true)]
#[tokio::test]
async fn what_is_tried_after_a_turn_fails_and_changes_nothing(
    #[case] during_the_next: bool,
) -> Result {
    let (spawned, mut spawns) = mpsc::unbounded_channel();
    let profile = echo().on_message(move |chat: Chat, message: Message| {
        let spawned = spawned.clone();
        async move {
            if message.text() == "ask" {
                chat.ask(AskUser::new("Well?")).await?;
                return Ok(());
            }
            let (go, may_go) = oneshot::channel::<()>();
            let clone = chat.clone();
            let task = tokio::spawn(async move {
                let _ = may_go.await;
                try_everything(clone, message).await
            });
            spawned.send((go, task))?;
            chat.say("done").await
        }
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("echo").await?;
    chat.send("go").await?;
    let (go, task) = spawns.recv().await.unwrap();
    if during_the_next {
        chat.send("ask").await?;
    }
    let before = (test.resume(chat.thread()).await?.view().clone(), test.person().user());
    go.send(()).unwrap();
    for (tried, told) in task.await? {
        assert_eq!(told, ChatError::Ended.to_string(), "{tried}");
    }
    let mut chat = test.resume(chat.thread()).await?;
    chat.rest().await?;
    assert_eq!(chat.view().snapshot(), before.0.snapshot());
    assert!(chat.view().toasts().is_empty());
    assert_eq!(test.person().user(), before.1);
    assert!(test.person().session_keys(chat.thread()).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_task_that_outlives_the_conversation_is_told_so() -> Result {
    let (spawned, mut spawns) = mpsc::unbounded_channel();
    let profile = ChatProfile::new("clingy").on_chat_start(move |chat: Chat| {
        let _ = spawned.send(chat);
        async { Ok(()) }
    });
    let test = App::new().profile(profile).profile(echo()).test();
    test.open("clingy").await?.leave().await;
    let chat = spawns.recv().await.unwrap();
    for (tried, told) in try_everything(chat, Message::new("")).await {
        assert_eq!(told, ChatError::Ended.to_string(), "{tried}");
    }
    assert!(test.history().is_empty());
    Ok(())
}

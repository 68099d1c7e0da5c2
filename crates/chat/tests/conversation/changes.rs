//! Messages that are changed or taken back after they were said, and by whom they are said.

use confidant_chat::port::history::History;
use confidant_chat::prelude::*;

use crate::support::echo;

#[tokio::test]
async fn a_message_is_changed_and_taken_out_wherever_it_is() -> Result {
    let profile = ChatProfile::new("editor").on_message(async |chat: Chat, _: Message| {
        let draft = Message::new("draft").action(Action::new("go", "Go"));
        let note = Message::new("note");
        chat.send(draft.clone()).await?;
        chat.send(note.clone()).await?;
        chat.update(draft.with_text("final").author("Editor").without_actions()).await?;
        Ok(chat.remove(&note).await?)
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("editor").await?;
    chat.send("go").await?;
    assert_eq!(chat.replies(), ["final"]);
    let reply = chat.last(StepKind::Assistant).unwrap();
    assert_eq!((reply.name.as_str(), reply.actions.len()), ("Editor", 0));
    assert_eq!(test.history().all_steps(chat.thread()), chat.steps(), "kept as it is shown");
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_long_stored_is_changed_in_its_place() -> Result {
    let profile = ChatProfile::new("editor")
        .on_message(async |chat: Chat, message: Message| {
            chat.send(Message::new(message.text()).action(Action::new("cross", "Cross out")))
                .await?;
            Ok(())
        })
        .on_action("cross", async |chat: Chat, pressed: Pressed| {
            Ok(chat.update(pressed.message.with_text("crossed out").without_actions()).await?)
        });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("editor").await?;
    for turn in 0..60 {
        chat.send(&format!("word {turn}")).await?;
    }
    let thread = chat.thread();
    let test = test.sign_in_again().await;
    let mut chat = test.resume(thread).await?;
    let old = test.history().all_steps(thread)[1].clone();
    assert!(chat.steps().iter().all(|step| step.id != old.id), "it is older than the newest page");
    chat.press(old.id, "cross").await?;
    let kept = test.history().step(thread, old.id).await?.unwrap();
    assert_eq!((kept.output.as_str(), kept.sequence), ("crossed out", 1));
    assert_eq!(kept.created_at, old.created_at, "it was said when it was said");
    assert_eq!(test.history().all_steps(thread).len(), 120, "and it stands there once");
    Ok(())
}

#[tokio::test]
async fn what_was_never_said_here_is_neither_changed_nor_taken_out() -> Result {
    let profile = ChatProfile::new("editor").on_message(async |chat: Chat, _: Message| {
        let elsewhere = Message::new("elsewhere");
        assert_eq!(chat.update(elsewhere.clone()).await, Err(ChatError::NoSuchMessage));
        assert_eq!(chat.remove(&elsewhere).await, Err(ChatError::NoSuchMessage));
        chat.send(elsewhere.clone()).await?;
        chat.remove(&elsewhere).await?;
        assert_eq!(chat.remove(&elsewhere).await, Err(ChatError::NoSuchMessage), "it is gone");
        chat.say("fine").await
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("editor").await?;
    chat.send("go").await?;
    assert_eq!(chat.replies(), ["fine"], "no assertion of the handler failed");
    Ok(())
}

#[tokio::test]
async fn a_message_out_of_the_thread_is_not_said_twice() -> Result {
    let profile = echo().on_feedback(async |chat: Chat, rated: Rated| {
        assert_eq!(chat.send(rated.message).await, Err(ChatError::AlreadySaid));
        Ok(())
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("echo").await?;
    chat.send("hello").await?;
    let thread = chat.thread();
    // After a new sign-in nobody remembers what was said; the thread does.
    let test = test.sign_in_again().await;
    let mut chat = test.resume(thread).await?;
    let reply = chat.last(StepKind::Assistant).unwrap().id;
    chat.rate(reply, Some(Feedback { rating: Rating::Up, comment: None })).await?;
    assert_eq!(test.history().all_steps(thread).len(), 2, "no step of the same id, and no failure");
    Ok(())
}

#[tokio::test]
async fn authors_and_remarks_of_the_app_are_told_apart() -> Result {
    let profile = ChatProfile::new("choir").on_message(async |chat: Chat, _: Message| {
        chat.send(Message::new("la").author("Alto")).await?;
        chat.send(Message::system("The choir is on a break")).await?;
        chat.say(chat.context().await?.len().to_string()).await
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("choir").await?;
    chat.send("sing").await?;
    let said: Vec<_> =
        chat.steps().iter().map(|step| (step.kind, step.name.as_str())).skip(1).collect();
    let (assistant, system) = (StepKind::Assistant, StepKind::System);
    assert_eq!(said, [(assistant, "Alto"), (system, ""), (assistant, "")]);
    assert_eq!(chat.replies()[1], "2", "a model does not read the app's remarks");
    Ok(())
}

#[tokio::test]
async fn a_profile_can_take_out_even_what_the_person_said() -> Result {
    let profile = ChatProfile::new("discreet").on_message(async |chat: Chat, message: Message| {
        chat.remove(&message).await?;
        chat.say("I heard nothing").await
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("discreet").await?;
    chat.send("a secret").await?;
    assert_eq!(chat.replies(), ["I heard nothing"]);
    assert_eq!(test.history().all_steps(chat.thread()), chat.steps(), "the secret is not kept");
    assert_eq!(chat.steps().len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_taken_out_for_want_of_room_stays() -> Result {
    let profile = ChatProfile::new("editor")
        .on_message(async |chat: Chat, _: Message| {
            Ok(chat.send(Message::new("note").action(Action::new("remove", "Remove"))).await?)
        })
        .on_action("remove", async |chat: Chat, pressed: Pressed| {
            Ok(chat.remove(&pressed.message).await?)
        });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("editor").await?;
    chat.send("go").await?;
    let note = chat.steps()[1].clone();
    test.history().set_full(true);
    chat.press(note.id, "remove").await?;
    test.history().set_full(false);
    assert_eq!(chat.steps()[1], note, "it is still shown");
    assert_eq!(test.history().step(chat.thread(), note.id).await?, Some(note), "and kept");
    Ok(())
}

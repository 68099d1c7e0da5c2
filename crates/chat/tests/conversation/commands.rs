//! What a message can be sent with, and what a profile tells besides messages: notices, a
//! proposal to go on elsewhere, a name.

use confidant_chat::app::ProfileError;
use confidant_chat::name::NameError;
use confidant_chat::port::history::{History, HistoryError};
use confidant_chat::prelude::*;
use confidant_chat::runtime::RunError;
use confidant_chat::testing::{TestApp, TestError};
use confidant_chat::toast::{MAX_TOAST, ToastKind};

use crate::support::echo;

/// Has the command `/sum`, a starter with `/hello`, and `/more` once somebody asked for more.
fn commanded() -> App {
    let profile = ChatProfile::new("clerk")
        .command(Command::new("sum", "Adds up").as_button())
        .category(
            StarterCategory::new("First steps")
                .starter(Starter::new("Hello", "Hello").command("hello")),
        )
        .on_message(async |chat: Chat, message: Message| {
            if message.text() == "more" {
                chat.set_commands(vec![Command::new("more", "Goes on")]).await?;
            }
            chat.say(format!("{:?} {}", message.command(), message.text())).await
        });
    App::new().profile(profile)
}

fn unknown<T>(name: &str) -> Result<T, TestError> {
    Err(TestError::Run(RunError::UnknownCommand { name: name.into() }))
}

#[tokio::test]
async fn a_command_goes_with_a_message_and_stays_with_it() -> Result {
    let test = commanded().test();
    let mut chat = test.open("clerk").await?;
    assert_eq!(chat.view().snapshot().commands, [Command::new("sum", "Adds up").as_button()]);
    chat.send_command("sum", "1 2").await?;
    assert_eq!(chat.replies(), [r#"Some("sum") 1 2"#]);
    assert_eq!(chat.steps()[0].command.as_deref(), Some("sum"));
    chat.send_command("hello", "Hello").await?;
    assert_eq!(chat.replies()[1], r#"Some("hello") Hello"#, "a starter's command needs no listing");
    assert_eq!(chat.send_command("rm", "all").await, unknown("rm"));
    assert_eq!(chat.steps().len(), 4, "nothing of it was kept");
    Ok(())
}

#[tokio::test]
async fn a_command_needs_no_words_and_names_the_thread_then() -> Result {
    let profile = ChatProfile::new("clerk").command(Command::new("sum", "Adds up")).on_message(
        async |chat: Chat, _: Message| {
            chat.say(chat.context().await?.pop().map(|it| it.text).unwrap_or_default()).await
        },
    );
    let test = App::new().profile(profile).test();
    let mut chat = test.open("clerk").await?;
    assert_eq!(chat.send("").await, Err(TestError::Run(RunError::Empty)));
    chat.send_command("sum", "").await?;
    assert_eq!(chat.view().snapshot().thread.name, "/sum");
    assert_eq!(chat.replies(), ["/sum"], "a model reads the command where there are no words");
    Ok(())
}

#[tokio::test]
async fn a_handler_replaces_the_commands_of_its_conversation() -> Result {
    let test = commanded().test();
    let mut chat = test.open("clerk").await?;
    assert_eq!(chat.send_command("more", "x").await, unknown("more"));
    let events = chat.send("more").await?;
    let now = vec![Command::new("more", "Goes on")];
    assert!(events.contains(&Event::Commands { commands: now.clone() }));
    assert_eq!(chat.view().snapshot().commands, now);
    chat.send_command("more", "x").await?;
    assert_eq!(chat.send_command("sum", "x").await, unknown("sum"), "it was replaced");
    chat.send_command("hello", "x").await?;

    let other = test.open("clerk").await?;
    assert_eq!(other.view().snapshot().commands[0].name, "sum", "other conversations have theirs");
    Ok(())
}

#[tokio::test]
async fn notices_are_shown_and_not_kept() -> Result {
    let profile = ChatProfile::new("herald").on_message(async |chat: Chat, _: Message| {
        chat.toast(Toast::warning("Storm ahead")).await?;
        Ok(chat.toast(Toast::info("x".repeat(2 * MAX_TOAST))).await?)
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("herald").await?;
    chat.send("go").await?;
    let [storm, long] = chat.view().toasts() else { panic!("two notices, even at the very end") };
    assert_eq!((storm.kind, storm.text.as_str()), (ToastKind::Warning, "Storm ahead"));
    assert_eq!(long.text.len(), MAX_TOAST, "what is longer is cut");
    assert_eq!(test.history().all_steps(chat.thread()).len(), 1, "the message alone");
    Ok(())
}

#[tokio::test]
async fn a_handover_is_proposed_only_to_whom_the_person_may_talk() -> Result {
    let porter = ChatProfile::new("porter").on_message(async |chat: Chat, message: Message| {
        Ok(chat.hand_over(message.text(), Some("Take over")).await?)
    });
    let admins = ChatProfile::new("admins").visible_to(|user| user.is_admin());
    let app = App::new().profile(porter).profile(admins).profile(echo());
    let test = TestApp::new(app).as_user(User::new("mel")?);
    let mut chat = test.open("porter").await?;
    for (name, error) in [("admins", ProfileError::Forbidden), ("nobody", ProfileError::Missing)] {
        chat.send(name).await?;
        let failure = chat.last(StepKind::Assistant).unwrap().failure.clone().unwrap();
        assert_eq!(failure.detail, error.to_string());
        assert_eq!(chat.view().handover(), None);
    }
    chat.send("echo").await?;
    assert_eq!(chat.view().handover(), Some(("echo", Some("Take over"))));
    Ok(())
}

#[tokio::test]
async fn a_handler_names_the_thread_even_before_there_is_one() -> Result {
    let profile = ChatProfile::new("namer")
        .on_chat_start(async |chat: Chat| Ok(chat.rename("  A new start ").await?))
        .on_message(async |chat: Chat, message: Message| Ok(chat.rename(message.text()).await?));
    let test = App::new().profile(profile).test();
    let mut chat = test.open("namer").await?;
    assert!(test.history().is_empty(), "a name alone is nothing to keep");
    chat.send("a\tb").await?;
    assert_eq!(
        chat.view().snapshot().thread.name,
        "A new start",
        "no name, so the first one stays"
    );
    let failure = chat.last(StepKind::Assistant).unwrap().failure.clone().unwrap();
    assert_eq!(failure.detail, NameError::Control.to_string());
    chat.send("Better").await?;
    assert_eq!(test.history().thread(chat.thread()).await?.name, "Better");
    Ok(())
}

#[tokio::test]
async fn a_name_that_was_refused_does_not_come_with_what_is_kept_next() -> Result {
    let test = App::new().profile(echo()).test();
    let mut chat = test.open("echo").await?;
    chat.send("one").await?;
    test.history().set_full(true);
    let refused = test.person().rename(chat.thread(), "never").await;
    assert_eq!(refused, Err(HistoryError::StorageFull.into()));
    test.history().set_full(false);
    chat.send("two").await?;
    assert_eq!(test.history().thread(chat.thread()).await?.name, "one");
    Ok(())
}

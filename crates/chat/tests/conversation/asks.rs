//! Questions: answered once, within their limits and their time.

use std::time::Duration;

use confidant_chat::ask::{Answer, AnswerError, AskState};
use confidant_chat::prelude::*;
use confidant_chat::settings::SettingError;
use confidant_chat::testing::{TestChat, TestError};
use serde_json::json;

use crate::support::{View, sign_in};

fn asking(within: Duration) -> ChatProfile {
    ChatProfile::new("asking").on_message(move |chat: Chat, _: Message| async move {
        let ask = AskFile::new("A table, please").accept(["text/csv"]).max_size(10).within(within);
        match chat.ask(ask).await? {
            Some(files) => chat.say(format!("Got {}", files[0].name)).await,
            None => chat.say("Nothing came").await,
        }
    })
}

async fn question(view: &mut View) -> Step {
    loop {
        let step = view.whole().await;
        if step.ask.is_some() {
            return step;
        }
    }
}

fn file(name: &str, size: u64) -> Answer {
    Answer::Files(vec![AskedFile::new(name.into(), size)])
}

#[tokio::test]
async fn a_question_is_answered_once_and_bad_answers_leave_it_open() {
    let desk = sign_in(App::new().profile(asking(Duration::from_secs(60))));
    let (thread, mut view) = desk.open("asking").await;
    desk.say(thread, "go").await;
    let step = question(&mut view).await.id;
    let too_large = desk.person.answer(thread, step, file("a.csv", 11)).await;
    assert_eq!(too_large, Err(AnswerError::TooLarge { name: "a.csv".into(), max: 10 }));
    let wrong = desk.person.answer(thread, step, file("a.png", 1)).await;
    assert_eq!(wrong, Err(AnswerError::WrongType { name: "a.png".into() }));
    desk.person.answer(thread, step, file("a.csv", 10)).await.unwrap();
    let answered = view.whole().await.ask.unwrap().state;
    assert_eq!(answered, AskState::Answered { summary: "a.csv".into() });
    assert_eq!(view.whole().await.output, "Got a.csv");
    let again = desk.person.answer(thread, step, file("a.csv", 10)).await;
    assert_eq!(again, Err(AnswerError::Closed));
}

#[tokio::test]
async fn nobody_answers_in_time() {
    let desk = sign_in(App::new().profile(asking(Duration::from_millis(20))));
    let (thread, mut view) = desk.open("asking").await;
    desk.say(thread, "go").await;
    question(&mut view).await;
    assert_eq!(view.whole().await.ask.unwrap().state, AskState::TimedOut);
    assert_eq!(view.whole().await.output, "Nothing came");
}

#[tokio::test]
async fn stop_and_decline_cancel_the_question() {
    let desk = sign_in(App::new().profile(asking(Duration::from_secs(60))));
    let (thread, mut view) = desk.open("asking").await;
    desk.say(thread, "one").await;
    let step = question(&mut view).await.id;
    desk.person.decline(thread, step).await.unwrap();
    assert_eq!(view.whole().await.ask.unwrap().state, AskState::Cancelled);
    assert_eq!(view.whole().await.output, "Nothing came");

    desk.say(thread, "two").await;
    question(&mut view).await;
    desk.person.stop(thread).await.unwrap();
    assert_eq!(view.whole().await.ask.unwrap().state, AskState::Cancelled);
    view.idle().await;
    let kept = desk.history.all_steps(thread);
    assert!(
        kept.iter().all(|step| step.ask.as_ref().is_none_or(|ask| ask.state != AskState::Open))
    );
}

/// Asks in all four ways, one after the other, and says what it got.
fn curious() -> App {
    let profile = ChatProfile::new("curious").on_message(async |chat: Chat, message: Message| {
        let got = match message.text() {
            "name" => chat.ask(AskUser::new("Your name?").max_length(5).single_line()).await?,
            "way" => {
                let way = AskAction::new("Which way?").option("l", "Left").option("r", "Right");
                chat.ask(way).await?
            }
            "trip" => {
                let trip = AskForm::new("The trip")
                    .field(Setting::text("to", "To", "", 20).required())
                    .field(Setting::number("days", "Days", Some(2.0)).between(1.0, 9.0));
                chat.ask(trip)
                    .await?
                    .map(|values| format!("{} for {}", values["to"], values["days"]))
            }
            _ => {
                let both = futures::try_join!(
                    chat.ask(AskUser::new("First?")),
                    chat.ask(AskUser::new("Second?")),
                );
                let (first, second) = both?;
                Some(format!("{first:?} {second:?}"))
            }
        };
        chat.say(got.unwrap_or_else(|| "nothing".into())).await
    });
    App::new().profile(profile)
}

fn state(chat: &TestChat) -> AskState {
    chat.steps().iter().rev().find_map(|step| step.ask.clone()).expect("something was asked").state
}

fn answered(summary: &str) -> AskState {
    AskState::Answered { summary: summary.into() }
}

#[tokio::test]
async fn words_buttons_and_forms_are_checked_and_read_as_the_person_saw_them() -> Result {
    let test = curious().test();
    let mut chat = test.open("curious").await?;
    chat.send("name").await?;
    let too_long = AnswerError::TooLong { max: 5 };
    assert_eq!(chat.answer("Augusta").await, Err(TestError::Answer(too_long)));
    assert_eq!(chat.answer("A\nda").await, Err(TestError::Answer(AnswerError::Unfit)), "one line");
    assert_eq!(chat.choose("Ada").await, Err(TestError::Answer(AnswerError::Unfit)), "no button");
    chat.answer(" Ada ").await?;
    assert_eq!((state(&chat), chat.replies().pop()), (answered("Ada"), Some("Ada".into())));

    chat.send("way").await?;
    assert_eq!(chat.choose("up").await, Err(TestError::Answer(AnswerError::Unfit)));
    chat.choose("r").await?;
    assert_eq!((state(&chat), chat.replies().pop()), (answered("Right"), Some("r".into())));

    chat.send("trip").await?;
    let required = SettingError::Required { id: "to".into() };
    let refused = chat.fill(json!({ "days": 3 })).await;
    assert_eq!(refused, Err(TestError::Answer(AnswerError::Field(required))));
    let refused = chat.fill(json!({ "to": "Oslo", "days": 10 })).await;
    assert!(matches!(refused, Err(TestError::Answer(AnswerError::Field(_)))), "too many days");
    chat.fill(json!({ "to": "Oslo" })).await?;
    assert_eq!(state(&chat), answered("To: Oslo\nDays: 2"), "what was not filled in has its value");
    assert_eq!(chat.replies().pop().unwrap(), r#""Oslo" for 2.0"#);
    Ok(())
}

#[tokio::test]
async fn two_questions_at_once_are_answered_in_any_order() -> Result {
    let test = curious().test();
    let mut chat = test.open("curious").await?;
    chat.say("both").await?;
    // It rests as soon as it asks something, and the second question comes then.
    let mut open = Vec::new();
    while open.len() < 2 {
        chat.next().await?;
        open = chat.steps().iter().filter(|step| step.ask.is_some()).map(|step| step.id).collect();
    }
    let (person, thread) = (test.person(), chat.thread());
    person.answer(thread, open[1], Answer::Text("b".into())).await?;
    person.answer(thread, open[0], Answer::Text("a".into())).await?;
    chat.rest().await?;
    assert_eq!(chat.replies().pop().unwrap(), r#"Some("a") Some("b")"#);
    Ok(())
}

#[tokio::test]
async fn a_question_closes_when_its_time_is_over_and_not_before() -> Result {
    let test = curious().test();
    let mut chat = test.open("curious").await?;
    for _ in 0..2 {
        chat.send("name").await?;
        test.advance(Duration::from_secs(59));
        chat.rest().await?;
        assert_eq!(state(&chat), AskState::Open);
        test.advance(Duration::from_secs(1));
        chat.rest().await?;
        assert_eq!(state(&chat), AskState::TimedOut);
        assert_eq!(chat.replies().pop().unwrap(), "nothing");
    }
    Ok(())
}

#[tokio::test]
async fn leaving_lets_a_question_wait_for_its_time_and_signing_out_does_not() -> Result {
    let test = curious().test();
    let mut chat = test.open("curious").await?;
    chat.send("name").await?;
    let thread = chat.thread();
    test.person().leave(thread).await;
    let mut chat = test.resume(thread).await?;
    assert_eq!(state(&chat), AskState::Open, "coming back, it can be answered");
    chat.answer("Ada").await?;
    assert_eq!(chat.replies().pop().unwrap(), "Ada");

    chat.send("name").await?;
    let leaving = tokio::spawn(chat.leave());
    test.advance(Duration::from_secs(60));
    leaving.await?;
    let mut chat = test.resume(thread).await?;
    assert_eq!(state(&chat), AskState::TimedOut, "it waited, and the turn went on to its end");
    assert_eq!(chat.replies().pop().unwrap(), "nothing");

    chat.send("name").await?;
    let test = test.sign_in_again().await;
    let chat = test.resume(thread).await?;
    assert_eq!(state(&chat), AskState::Cancelled);
    Ok(())
}

#[tokio::test]
async fn a_model_reads_what_was_asked_and_answered() -> Result {
    let profile = ChatProfile::new("curious").on_message(async |chat: Chat, _: Message| {
        chat.ask(AskAction::new("Which way?").option("l", "Left")).await?;
        chat.ask(AskUser::new("Why?")).await?;
        let context = chat.context().await?.into_iter();
        let lines: Vec<_> = context.map(|it| format!("{:?}: {}", it.author, it.text)).collect();
        chat.say(lines.join("\n")).await
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("curious").await?;
    chat.send("go").await?;
    chat.choose("l").await?;
    chat.decline().await?;
    let read = chat.replies().pop().unwrap();
    assert_eq!(
        read, "Assistant: Which way?\nUser: Left\nAssistant: Why?\nUser: go",
        "the button as the person saw it, nothing for what was declined, the message itself last"
    );
    Ok(())
}

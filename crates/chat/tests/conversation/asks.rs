//! Questions: answered once, within their limits and their time.

use std::time::Duration;

use confidant_chat::ask::{AnswerError, AskState};
use confidant_chat::prelude::*;
use confidant_chat::step::Step;

use crate::support::{View, sign_in};

fn asking(within: Duration) -> ChatProfile {
    ChatProfile::new("asking").on_message(move |chat: Chat, _: Message| async move {
        let ask = AskFile::new("A table, please").accept(["text/csv"]).max_size(10).within(within);
        match chat.ask_file(ask).await? {
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

fn file(name: &str, size: u64) -> Vec<AskedFile> {
    vec![AskedFile::new(name.into(), size)]
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

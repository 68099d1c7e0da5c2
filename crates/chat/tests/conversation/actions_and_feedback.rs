//! Buttons under messages, and what people think of replies.

use std::sync::{Arc, Mutex};

use confidant_chat::feedback::MAX_COMMENT;
use confidant_chat::ids::StepId;
use confidant_chat::port::history::{History, HistoryError};
use confidant_chat::prelude::*;
use confidant_chat::runtime::RunError;
use confidant_chat::testing::{TestChat, TestError};
use serde_json::json;

use crate::support::echo;

/// Offers a button for every message, and does what it says.
fn shop() -> App {
    let profile = ChatProfile::new("shop")
        .on_message(async |chat: Chat, message: Message| {
            let order = Action::new("order", "Order").payload(json!({ "what": message.text() }));
            let offer = Message::new("Shall I?").action(order).action(Action::SetUpModel);
            chat.send(offer.action(Action::new("dead", "Nobody listens"))).await?;
            if message.text() == "wait" {
                chat.ask(AskUser::new("Waiting")).await?;
            }
            Ok(())
        })
        .on_action("order", async |chat: Chat, pressed: Pressed| {
            chat.update(pressed.message.without_actions()).await?;
            chat.say(format!("Ordered {}", pressed.button.payload["what"])).await
        });
    App::new().profile(profile)
}

fn last(chat: &TestChat) -> StepId {
    chat.last(StepKind::Assistant).expect("there is a reply").id
}

fn up() -> Feedback {
    Feedback { rating: Rating::Up, comment: None }
}

#[tokio::test]
async fn a_button_runs_what_was_set_for_its_name_with_what_the_message_holds() -> Result {
    let test = shop().test();
    let mut chat = test.open("shop").await?;
    chat.send("bread").await?;
    let thread = chat.thread();
    let offer = last(&chat);
    let test = test.sign_in_again().await;
    let mut chat = test.resume(thread).await?;
    chat.press(offer, "order").await?;
    assert_eq!(chat.replies(), ["Shall I?", r#"Ordered "bread""#]);
    assert!(chat.steps()[1].actions.is_empty(), "the message gave up its buttons");
    let again = chat.press(offer, "order").await;
    assert_eq!(again, Err(TestError::Run(RunError::NoSuchMessage)), "and they are gone for good");
    Ok(())
}

#[tokio::test]
async fn a_button_that_is_not_there_does_nothing() -> Result {
    let test = shop().test();
    let mut chat = test.open("shop").await?;
    chat.send("bread").await?;
    let (message, offer) = (chat.steps()[0].id, last(&chat));
    let refused = Err(TestError::Run(RunError::NoSuchMessage));
    assert_eq!(chat.press(offer, "steal").await, refused, "no such button");
    assert_eq!(chat.press(offer, "dead").await, refused, "nothing was set for it");
    assert_eq!(chat.press(message, "order").await, refused, "another message has it");
    assert_eq!(chat.press(StepId::new(), "order").await, refused, "no such message");
    assert_eq!(chat.steps().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_button_waits_for_what_runs() -> Result {
    let test = shop().test();
    let mut chat = test.open("shop").await?;
    chat.send("wait").await?;
    let offer = chat.steps()[1].id;
    chat.press(offer, "order").await?;
    assert_eq!(chat.replies(), ["Shall I?", "Waiting"], "the message is still being answered");
    chat.answer("done").await?;
    assert_eq!(chat.replies(), ["Shall I?", "Waiting", r#"Ordered "wait""#]);
    Ok(())
}

/// What was judged, and how.
type Heard = Arc<Mutex<Vec<(String, Option<Feedback>)>>>;

/// Notes every judgement that it hears of.
fn judged() -> (App, Heard) {
    let heard = Heard::default();
    let noted = Arc::clone(&heard);
    let profile = echo().on_feedback(move |_: Chat, rated: Rated| {
        noted.lock().unwrap().push((rated.message.text().to_owned(), rated.feedback));
        async { Ok(()) }
    });
    (App::new().profile(profile), heard)
}

#[tokio::test]
async fn a_judgement_is_kept_changed_and_taken_back() -> Result {
    let (app, heard) = judged();
    let test = app.test();
    let mut chat = test.open("echo").await?;
    chat.send("hi").await?;
    let (thread, reply) = (chat.thread(), last(&chat));
    let down = Feedback { rating: Rating::Down, comment: Some("Too short".into()) };
    for feedback in [Some(up()), Some(down.clone())] {
        chat.rate(reply, feedback.clone()).await?;
        assert_eq!(chat.steps()[1].feedback, feedback, "it is shown");
    }
    let test = test.sign_in_again().await;
    let mut chat = test.resume(thread).await?;
    assert_eq!(chat.steps()[1].feedback, Some(down.clone()), "it comes back");
    chat.rate(reply, None).await?;
    let kept = test.history().step(thread, reply).await?.unwrap();
    assert_eq!(kept.feedback, None);
    let said = || "You said: hi".to_owned();
    let all = [(said(), Some(up())), (said(), Some(down)), (said(), None)];
    assert_eq!(*heard.lock().unwrap(), all, "the profile heard of each");
    Ok(())
}

#[tokio::test]
async fn only_replies_are_judged_and_in_few_words() -> Result {
    let (app, heard) = judged();
    let test = app.test();
    let mut chat = test.open("echo").await?;
    chat.send("hi").await?;
    let (message, reply) = (chat.steps()[0].id, last(&chat));
    let refused = Err(TestError::Run(RunError::NoSuchMessage));
    assert_eq!(chat.rate(message, Some(up())).await, refused, "one's own words");
    assert_eq!(chat.rate(StepId::new(), Some(up())).await, refused, "nobody's words");
    let comment = |length| Feedback { comment: Some("ä".repeat(length)), ..up() };
    let long = chat.rate(reply, Some(comment(MAX_COMMENT + 1))).await;
    assert_eq!(long, Err(TestError::Run(RunError::TooLong { max: MAX_COMMENT })));
    assert!(heard.lock().unwrap().is_empty(), "nothing to hear of so far");
    chat.rate(reply, Some(comment(MAX_COMMENT))).await?;
    Ok(())
}

#[tokio::test]
async fn a_judgement_that_cannot_be_kept_is_not_there_later_either() -> Result {
    let (app, heard) = judged();
    let test = app.test();
    let mut chat = test.open("echo").await?;
    chat.send("hi").await?;
    let reply = last(&chat);
    test.history().set_full(true);
    let full = RunError::History(HistoryError::StorageFull);
    assert_eq!(chat.rate(reply, Some(up())).await, Err(TestError::Run(full)));
    test.history().set_full(false);
    chat.send("more").await?;
    let kept = test.history().step(chat.thread(), reply).await?.unwrap();
    assert_eq!(kept.feedback, None, "it did not slip in with what was kept next");
    assert_eq!(chat.steps()[1].feedback, None);
    assert!(heard.lock().unwrap().is_empty());
    Ok(())
}

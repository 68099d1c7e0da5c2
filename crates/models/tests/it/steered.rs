//! The model that tests play by hand, as apps use it: behind the port.

use std::sync::Arc;

use confidant_chat::port::model::{Delta, Model, ModelError};
use confidant_models::SteeredModel;
use futures::StreamExt;

use crate::kit::{collect, question};

fn text(text: &str) -> Option<Result<Delta, ModelError>> {
    Some(Ok(Delta::Text(text.to_owned())))
}

#[tokio::test]
async fn it_says_what_the_test_says_when_it_says_it() {
    let model = SteeredModel::new("steered");
    let port: Arc<dyn Model> = Arc::new(model.clone());
    assert_eq!(port.name(), "steered");

    let mut reply = port.stream(question()).await.unwrap();
    let turn = model.next_turn().await;
    assert_eq!(turn.request(), &question());
    assert!(futures::poll!(reply.next()).is_pending(), "nothing is said yet");
    turn.say("Hel");
    assert_eq!(reply.next().await, text("Hel"));
    turn.say("lo");
    turn.finish();
    assert_eq!(collect(reply).await, ("lo".to_owned(), None));
    assert_eq!(model.requests(), [question()]);
}

#[tokio::test]
async fn it_breaks_off_when_told_and_when_let_go() {
    let model = SteeredModel::new("steered");
    let error = ModelError::Refused { detail: "no".to_owned() };

    let reply = model.stream(question()).await.unwrap();
    let turn = model.next_turn().await;
    turn.say("Hel");
    turn.fail(error.clone());
    assert_eq!(collect(reply).await, ("Hel".to_owned(), Some(error)));

    let reply = model.stream(question()).await.unwrap();
    drop(model.next_turn().await);
    let (said, error) = collect(reply).await;
    assert_eq!(said, "");
    assert!(matches!(error, Some(ModelError::Interrupted { .. })), "{error:?}");
}

#[tokio::test]
async fn it_refuses_once_and_is_checked_as_told() {
    let model = SteeredModel::new("steered");
    let error = ModelError::NotFound { detail: "gone".to_owned() };
    model.refuse_next(error.clone());
    assert_eq!(model.stream(question()).await.err(), Some(error.clone()));
    assert!(model.stream(question()).await.is_ok(), "only the next one");
    assert_eq!(model.requests().len(), 2, "the refused one counts");

    assert_eq!(model.check().await, Ok(()));
    model.set_check(Some(error.clone()));
    assert_eq!(model.check().await, Err(error));
    model.set_check(None);
    assert_eq!(model.check().await, Ok(()));
}

#[tokio::test]
async fn it_notices_a_stop() {
    let model = SteeredModel::new("steered");
    let reply = model.stream(question()).await.unwrap();
    let turn = model.next_turn().await;
    assert!(!turn.is_stopped());
    drop(reply);
    turn.stopped().await;
    assert!(turn.is_stopped());
    turn.say("to nobody");
    turn.finish();
}

#[tokio::test]
async fn several_replies_at_once_keep_apart() {
    let model = SteeredModel::new("steered");
    let mut first = model.stream(question()).await.unwrap();
    let mut second = model.stream(question()).await.unwrap();
    let turns = (model.next_turn().await, model.next_turn().await);
    turns.1.say("two");
    turns.0.say("one");
    assert_eq!(first.next().await, text("one"));
    assert_eq!(second.next().await, text("two"));
}

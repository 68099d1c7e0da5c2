//! What is written and not sent.

use std::sync::Arc;

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::prelude::*;
use confidant_chat::runtime::{MAX_MESSAGE_BYTES, RunError};

use crate::support::{echo, sign_in, sign_in_over};

#[tokio::test]
async fn each_thread_keeps_its_own_until_it_is_sent_or_the_thread_goes() {
    let app = App::new().profile(echo());
    let desk = sign_in(app.clone());
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "one").await;
    view.idle().await;
    desk.person.save_draft(Some(thread), "half a tho".into()).await.unwrap();
    desk.person.save_draft(None, "something new".into()).await.unwrap();

    let again = sign_in_over(app, Arc::clone(&desk.history));
    assert_eq!(again.person.draft(Some(thread)).await.unwrap(), "half a tho");
    assert_eq!(again.person.draft(None).await.unwrap(), "something new");
    again.person.save_draft(None, String::new()).await.unwrap();
    assert_eq!(again.person.draft(None).await.unwrap(), "");
    again.person.delete(thread).await.unwrap();
    assert!(desk.history.is_empty(), "its draft went with the thread");
}

#[tokio::test]
async fn one_that_cannot_be_kept_is_refused() {
    let desk = sign_in(App::new().profile(echo()));
    let nowhere = desk.person.save_draft(Some(ThreadId::new()), "words".into()).await;
    assert_eq!(nowhere, Err(RunError::History(HistoryError::NotFound)));
    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    let too_long = desk.person.save_draft(None, long).await;
    assert_eq!(too_long, Err(RunError::TooLong { max: MAX_MESSAGE_BYTES }));
}

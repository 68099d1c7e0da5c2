//! What messages carry besides their text, and the files among it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use confidant_chat::element::{Content, MAX_ELEMENT_BYTES};
use confidant_chat::failure::FailureCode;
use confidant_chat::ids::ElementId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::prelude::*;
use serde_json::json;

use crate::support::echo;

fn carrying(element: impl Fn() -> Element + Send + Sync + 'static) -> ChatProfile {
    ChatProfile::new("porter").on_message(move |chat: Chat, _: Message| {
        let message = Message::new("here").element(element());
        async move { Ok(chat.send(message).await?) }
    })
}

#[tokio::test]
async fn small_things_are_kept_within_their_message_and_come_back() -> Result {
    let all = || {
        [
            Element::text("text", "words").display(Display::Side),
            Element::code("code", "rust", "fn main() {}"),
            Element::dataframe("table", ["a", "b"], vec![vec![json!(1), json!("x")]]),
            Element::chart("chart", Chart::new(ChartKind::Bar, ["Mon"]).series("n", [f64::NAN])),
            Element::tasks("tasks", Some("Working"), vec![Task::new("one", TaskState::Running)]),
        ]
    };
    let profile = ChatProfile::new("porter").on_message(move |chat: Chat, _: Message| async move {
        Ok(chat.send(all().into_iter().fold(Message::new("here"), Message::element)).await?)
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("porter").await?;
    chat.send("go").await?;
    let (thread, sent) = (chat.thread(), chat.steps()[1].clone());
    let contents: Vec<_> = sent.elements.iter().map(|it| it.content.clone()).collect();
    assert_eq!(contents, all().map(|it| it.content));
    assert!(sent.elements.iter().all(|it| it.content.file().is_none()), "no file is needed");
    let chat = test.sign_in_again().await.resume(thread).await?;
    assert_eq!(chat.steps()[1], sent, "all of it comes back");
    Ok(())
}

#[rstest::rstest]
#[case(|bytes| Element::image("it", bytes), "image/svg+xml")]
#[case(|bytes| Element::pdf("it", bytes), "application/pdf")]
#[case(|bytes| Element::audio("it", "audio/mpeg", bytes), "audio/mpeg")]
#[case(|bytes| Element::video("it", "video/webm", bytes), "video/webm")]
#[case(|bytes| Element::file("it", "text/csv", bytes), "text/csv")]
#[tokio::test]
async fn files_are_kept_beside_the_thread(
    #[case] make: fn(Vec<u8>) -> Element,
    #[case] mime: &str,
) -> Result {
    let test = App::new().profile(carrying(move || make(b"0123456789".to_vec()))).test();
    let mut chat = test.open("porter").await?;
    chat.send("go").await?;
    let (step, thread) = (chat.steps()[1].clone(), chat.thread());
    let element = &step.elements[0];
    let file = element.content.file().unwrap();
    assert_eq!((file.mime.as_str(), file.size), (mime, 10));
    let person = test.person();
    assert_eq!(person.read_element(thread, element.id, 4, 3).await?, b"456");
    assert_eq!(person.read_element(thread, element.id, 10, 3).await?, b"", "that is its end");
    assert_eq!(person.element(thread, step.id, element.id).await?, *element);
    let unknown = person.read_element(thread, ElementId::new(), 0, 3).await;
    assert_eq!(unknown, Err(HistoryError::NotFound));
    person.delete(thread).await?;
    assert!(test.history().is_empty(), "files go with their thread");
    Ok(())
}

#[tokio::test]
async fn a_file_is_read_from_where_it_lies_and_its_size_filled_in() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("Photo.PNG");
    std::fs::write(&path, [7; 2_000])?;
    let test = App::new().profile(carrying(move || Element::at(&path))).test();
    let mut chat = test.open("porter").await?;
    chat.send("go").await?;
    let element = &chat.steps()[1].elements[0];
    assert_eq!(element.name, "Photo.PNG");
    assert!(
        matches!(&element.content, Content::Image { file } if file.size == 2_000),
        "a picture of that size, not {:?}",
        element.content
    );
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_there_is_an_error_that_says_so() -> Result {
    let path = PathBuf::from("/nowhere/at/all.png");
    let test = App::new().profile(carrying(move || Element::at(&path))).test();
    let mut chat = test.open("porter").await?;
    chat.send("go").await?;
    let failure = chat.steps()[1].failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::HandlerFailed);
    assert!(failure.detail.contains("cannot be read"), "a person can read {}", failure.detail);
    assert!(!failure.detail.contains("nowhere"), "where it lay is nobody's business");
    assert!(chat.replies().iter().all(String::is_empty), "the message was not said without it");
    Ok(())
}

#[tokio::test]
async fn what_is_too_large_for_a_message_is_refused_by_name() -> Result {
    let large = || Element::text("novel", "x".repeat(MAX_ELEMENT_BYTES));
    let test = App::new().profile(carrying(large)).test();
    let mut chat = test.open("porter").await?;
    chat.send("go").await?;
    let failure = chat.steps()[1].failure.clone().unwrap();
    assert!(failure.detail.contains("novel"), "it names the element: {}", failure.detail);
    assert_eq!(chat.steps().len(), 2, "the message and the failure");
    Ok(())
}

/// A profile that greets with a file.
fn greeting() -> (ChatProfile, Arc<Mutex<Option<ElementId>>>) {
    let sent = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&sent);
    let profile = echo().on_chat_start(move |chat: Chat| {
        let file = Element::file("rules.txt", "text/plain", b"Be kind".to_vec());
        *noted.lock().unwrap() = Some(file.id);
        async move { Ok(chat.send(Message::new("Welcome").element(file)).await?) }
    });
    (profile, sent)
}

#[tokio::test]
async fn files_of_a_conversation_that_nothing_was_said_in_are_cleared_away() -> Result {
    let (profile, sent) = greeting();
    let test = App::new().profile(profile).test();
    let chat = test.open("echo").await?;
    let (thread, file) = (chat.thread(), sent.lock().unwrap().unwrap());
    assert_eq!(test.person().read_element(thread, file, 0, 100).await?, b"Be kind");
    chat.leave().await;
    assert!(test.history().is_empty(), "nothing is left of it");
    Ok(())
}

#[tokio::test]
async fn files_of_a_greeting_stay_once_something_was_said() -> Result {
    let (profile, sent) = greeting();
    let test = App::new().profile(profile).test();
    let mut chat = test.open("echo").await?;
    chat.send("hello").await?;
    let (thread, file) = (chat.thread(), sent.lock().unwrap().unwrap());
    chat.leave().await;
    let test = test.sign_in_again().await;
    assert_eq!(test.person().read_element(thread, file, 0, 100).await?, b"Be kind");
    Ok(())
}

#[tokio::test]
async fn a_changed_message_keeps_the_files_it_keeps() -> Result {
    let profile = ChatProfile::new("porter").on_message(async |chat: Chat, _: Message| {
        let file = Element::file("log", "text/plain", b"ok".to_vec());
        let message = Message::new("here").action(Action::new("add", "Add")).element(file);
        Ok(chat.send(message).await?)
    });
    let profile = profile.on_action("add", async |chat: Chat, pressed: Pressed| {
        let more = Element::file("more", "text/plain", b"more".to_vec());
        Ok(chat.update(pressed.message.element(more)).await?)
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("porter").await?;
    chat.send("go").await?;
    let before = chat.steps()[1].clone();
    chat.press(before.id, "add").await?;
    let elements = &chat.steps()[1].elements;
    assert_eq!(elements[0], before.elements[0]);
    let more = test.person().read_element(chat.thread(), elements[1].id, 0, 100).await?;
    assert_eq!(more, b"more");
    Ok(())
}

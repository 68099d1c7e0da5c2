//! Replies that begin: how they arrive, how they are stopped and how they break off.

use std::time::{Duration, Instant};

use confidant_chat::port::model::{Author, Delta, Model, ModelError, ModelMessage, Request};
use confidant_models::Endpoint;
use futures::StreamExt;
use proptest::prelude::*;
use rstest::rstest;
use tokio::io::AsyncWriteExt;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::kit::{
    BOUND, CHUNKED_HEAD, DONE, HEAD, KEY, RawServer, SILENCE, chunk, collect, finish, model_at,
    piece, question, until_closed,
};

/// What is said by a server that sends these bytes and closes.
async fn reply_to(bytes: impl Into<Vec<u8>>) -> (String, Option<ModelError>) {
    let server = RawServer::sending(bytes).await;
    let stream = model_at(&server.base_url).stream(question()).await.unwrap();
    collect(stream).await
}

#[tokio::test]
async fn the_question_reaches_the_server_as_it_was_asked() {
    let server = MockServer::start().await;
    let expected = serde_json::json!({
        "model": "org::test-high", "stream": true, "temperature": 0.25,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Grüß dich"},
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "Bye"},
        ],
    });
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .and(body_json(expected))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_raw(piece("Bye") + &finish("stop") + DONE, "text/event-stream"),
        )
        .expect(1)
        .mount(&server)
        .await;
    let base_url = format!("{}/v1/", server.uri());
    let model = Endpoint::new(&base_url, "org::test-high", Some(KEY.into())).unwrap().open();
    let message = |author, text: &str| ModelMessage { author, text: text.to_owned() };
    let request = Request {
        system: Some("Be brief.".to_owned()),
        messages: vec![
            message(Author::User, "Grüß dich"),
            message(Author::Assistant, "Hello"),
            message(Author::User, "Bye"),
        ],
        temperature: Some(0.25),
    };
    let stream = model.stream(request).await.unwrap();
    assert_eq!(collect(stream).await, ("Bye".to_owned(), None));
    assert_eq!(model.name(), "org::test-high");
    assert!(!format!("{model:?}").contains(KEY), "Debug never shows the key");
}

#[tokio::test]
async fn without_a_key_none_is_sent() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(
            ResponseTemplate::new(200).set_body_raw(piece("x") + DONE, "text/event-stream"),
        )
        .mount(&server)
        .await;
    let model = Endpoint::new(&server.uri(), "m", None).unwrap().open();
    collect(model.stream(question()).await.unwrap()).await;
    let requests = server.received_requests().await.unwrap();
    assert!(!requests[0].headers.contains_key("authorization"), "not even an empty one");
}

#[tokio::test]
async fn two_thousand_pieces_arrive_in_order() {
    let words: Vec<String> = (0..2_000).map(|number| format!("{number} ")).collect();
    let mut answer = HEAD.to_owned();
    answer.extend(words.iter().map(|word| piece(word)));
    answer.push_str(DONE);
    let server = RawServer::sending(answer).await;
    let stream = model_at(&server.base_url).stream(question()).await.unwrap();
    let deltas: Vec<_> = stream.map(Result::unwrap).collect().await;
    let expected: Vec<_> = words.into_iter().map(Delta::Text).collect();
    assert_eq!(deltas, expected, "one delta for each piece, none merged, lost or swapped");
}

#[tokio::test]
async fn letters_split_between_packets_arrive_whole() {
    const TEXT: &str = "Zoë schrieb: 日本語 🦀 e\u{301}";
    // Unescaped, so that the bytes of one letter come apart.
    let body = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{TEXT}\"}}}}]}}\r\n\r\n");
    let server = RawServer::start(move |mut connection| async move {
        connection.write_all(HEAD.as_bytes()).await.unwrap();
        for byte in body.bytes().chain(DONE.bytes()) {
            connection.write_all(&[byte]).await.unwrap();
            connection.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await;
    let stream = model_at(&server.base_url).stream(question()).await.unwrap();
    assert_eq!(collect(stream).await, (TEXT.to_owned(), None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a model says comes through any splitting into packets.
    #[test]
    fn any_text_in_any_packets(
        texts in prop::collection::vec("\\PC{1,30}", 1..8),
        cuts in prop::collection::vec(1_usize..40, 1..20),
    ) {
        let mut body: String = texts.iter().map(|text| piece(text)).collect();
        body.push_str(DONE);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let heard = runtime.block_on(async {
            let server = RawServer::start(move |mut connection| async move {
                connection.write_all(HEAD.as_bytes()).await.unwrap();
                let mut rest = body.as_bytes();
                for cut in cuts.iter().cycle() {
                    let (now, later) = rest.split_at((*cut).min(rest.len()));
                    connection.write_all(now).await.unwrap();
                    tokio::task::yield_now().await;
                    rest = later;
                    if rest.is_empty() {
                        break;
                    }
                }
            })
            .await;
            collect(model_at(&server.base_url).stream(question()).await.unwrap()).await
        });
        prop_assert_eq!(heard, (texts.concat(), None));
    }
}

#[tokio::test]
async fn pieces_come_as_they_are_said() {
    let (go_on, wait) = tokio::sync::oneshot::channel::<()>();
    let server = RawServer::start(|mut connection| async move {
        connection.write_all((HEAD.to_owned() + &piece("first")).as_bytes()).await.unwrap();
        wait.await.unwrap();
        connection.write_all((piece("second") + DONE).as_bytes()).await.unwrap();
    })
    .await;
    let mut stream = model_at(&server.base_url).stream(question()).await.unwrap();
    let first = tokio::time::timeout(BOUND, stream.next()).await.unwrap();
    assert_eq!(first, Some(Ok(Delta::Text("first".to_owned()))), "before the second was sent");
    go_on.send(()).unwrap();
    assert_eq!(collect(stream).await, ("second".to_owned(), None));
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    // Keeps talking, so that only a closed connection can end it.
    let server = RawServer::start(|mut connection| async move {
        connection.write_all(CHUNKED_HEAD.as_bytes()).await.unwrap();
        let mut sent = 0_u32;
        while connection.write_all(chunk(&piece("on and on ")).as_bytes()).await.is_ok() {
            sent += 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sent
    })
    .await;
    let mut stream = model_at(&server.base_url).stream(question()).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    drop(stream);
    // `outcome` is bounded: it fails where the connection stays open.
    assert!(server.outcome().await > 0, "it had begun");
}

#[tokio::test]
async fn dropping_a_silent_stream_closes_the_connection() {
    let server = RawServer::start(|mut connection| async move {
        let opening = CHUNKED_HEAD.to_owned() + &chunk(&piece("so"));
        connection.write_all(opening.as_bytes()).await.unwrap();
        until_closed(&mut connection).await;
    })
    .await;
    let model = Endpoint::new(&server.base_url, "m", None).unwrap().open();
    let mut stream = model.stream(question()).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    drop(stream);
    // With the usual patience of a minute: it is the drop that closes, not the time.
    server.outcome().await;
}

#[tokio::test]
async fn giving_up_before_the_first_word_closes_the_connection() {
    let server = RawServer::stalling("").await;
    let model = Endpoint::new(&server.base_url, "m", None).unwrap().open();
    let asked = tokio::time::timeout(Duration::from_millis(200), model.stream(question())).await;
    assert!(asked.is_err(), "the server says nothing");
    server.outcome().await;
}

/// In good order without `[DONE]`, without a reason, in the same event as the last words.
#[rstest]
#[case(piece("Hello") + &finish("stop"))]
#[case(piece("Hello") + DONE)]
#[case(piece("Hello") + "data: [DONE]")]
#[case(piece("Hello") + &finish("length") + DONE)]
#[case("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\n".to_owned())]
#[case(": ping\n\n".to_owned() + &piece("") + &piece("Hello") + DONE)]
#[case(piece("Hello") + &finish("stop") + "data: {\"choices\":[],\"usage\":{}}\n\n" + DONE)]
#[case(piece("Hello") + &finish("stop") + "<garbage>\n\n")]
#[tokio::test]
async fn whole_replies(#[case] body: String) {
    assert_eq!(reply_to(HEAD.to_owned() + &body).await, ("Hello".to_owned(), None));
}

#[tokio::test]
async fn an_empty_reply_is_whole() {
    assert_eq!(reply_to(HEAD.to_owned() + DONE).await, (String::new(), None));
}

#[rstest]
#[case(piece("Hel"))]
#[case(piece("Hel") + "data: {\"choices\":[{\"delta\":{\"content\":\"lo")]
#[case(piece("Hel") + "<html>Bad gateway</html>\n\n")]
#[case(piece("Hel") + "data: nonsense\n\n" + DONE)]
#[case(piece("Hel") + "data: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\n")]
#[tokio::test]
async fn broken_replies_keep_what_arrived(#[case] body: String) {
    let (said, error) = reply_to(HEAD.to_owned() + &body).await;
    assert_eq!(said, "Hel");
    let Some(ModelError::Interrupted { detail }) = error else { panic!("{error:?}") };
    assert!(!detail.is_empty(), "there is something to show");
}

#[tokio::test]
async fn a_cut_connection_breaks_the_reply_off() {
    let (said, error) = reply_to(CHUNKED_HEAD.to_owned() + &chunk(&piece("Hel"))).await;
    assert_eq!(said, "Hel");
    assert!(matches!(error, Some(ModelError::Interrupted { .. })), "{error:?}");
}

#[tokio::test]
async fn bytes_that_are_no_text_break_the_reply_off() {
    let mut bytes = (HEAD.to_owned() + &piece("Hel")).into_bytes();
    bytes.extend_from_slice(b"data: \xff\xff\n\n");
    let (said, error) = reply_to(bytes).await;
    assert_eq!(said, "Hel");
    assert!(matches!(error, Some(ModelError::Interrupted { .. })), "{error:?}");
}

#[tokio::test]
async fn an_error_midway_is_quoted_without_the_key() {
    let event = format!("data: {{\"error\":\"worker died with {KEY}\"}}\n\n");
    let (said, error) = reply_to(HEAD.to_owned() + &piece("Hel") + &event).await;
    assert_eq!(said, "Hel");
    let detail = "worker died with [key]".to_owned();
    assert_eq!(error, Some(ModelError::Interrupted { detail }));
}

#[tokio::test]
async fn silence_in_the_middle_breaks_the_reply_off() {
    let server = RawServer::stalling(HEAD.to_owned() + &piece("Hel")).await;
    let stream = model_at(&server.base_url).stream(question()).await.unwrap();
    let asked = Instant::now();
    let (said, error) = collect(stream).await;
    assert_eq!(said, "Hel");
    assert!(matches!(error, Some(ModelError::Interrupted { .. })), "{error:?}");
    assert!(asked.elapsed() < SILENCE * 10, "{:?}", asked.elapsed());
    server.outcome().await;
}

#[tokio::test]
async fn slow_but_steady_is_no_silence() {
    let server = RawServer::start(|mut connection| async move {
        connection.write_all(HEAD.as_bytes()).await.unwrap();
        // In all twice the time that would be silence; a comment is a sign of life, too.
        for text in [piece("a"), ": ping\n\n".to_owned(), piece("b"), piece("c")] {
            tokio::time::sleep(SILENCE / 2).await;
            connection.write_all(text.as_bytes()).await.unwrap();
        }
        connection.write_all(DONE.as_bytes()).await.unwrap();
    })
    .await;
    let stream = model_at(&server.base_url).stream(question()).await.unwrap();
    assert_eq!(collect(stream).await, ("abc".to_owned(), None));
}

#[tokio::test]
async fn a_server_that_hangs_after_its_last_word_is_not_waited_for() {
    let server = RawServer::stalling(HEAD.to_owned() + &piece("Hello") + &finish("stop")).await;
    let model = Endpoint::new(&server.base_url, "m", None).unwrap().open();
    let stream = model.stream(question()).await.unwrap();
    let asked = Instant::now();
    assert_eq!(collect(stream).await, ("Hello".to_owned(), None));
    assert!(asked.elapsed() < Duration::from_secs(10), "the usual patience is a minute");
}

#[tokio::test]
async fn a_filtered_reply_says_so() {
    let (said, error) = reply_to(HEAD.to_owned() + &piece("Hel") + &finish("content_filter")).await;
    assert_eq!(said, "Hel");
    assert!(matches!(error, Some(ModelError::Refused { .. })), "{error:?}");
}

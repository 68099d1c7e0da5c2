//! Replies that do not begin, each with the error that a person can act on.

use std::time::{Duration, Instant};

use confidant_chat::port::model::{Model, ModelError};
use confidant_models::{Endpoint, Patience};
use rstest::rstest;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::kit::{HEAD, KEY, RawServer, SILENCE, model_at, question, until_closed};

/// What asking a server comes to that answers so.
async fn refusal(answer: ResponseTemplate) -> ModelError {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(answer)
        .expect(1)
        .mount(&server)
        .await;
    failure(&format!("{}/v1", server.uri())).await
}

async fn failure(base_url: &str) -> ModelError {
    match model_at(base_url).stream(question()).await {
        Ok(_) => panic!("no reply can begin here"),
        Err(error) => error,
    }
}

fn error_body(message: &str) -> String {
    serde_json::json!({"error": {"message": message, "type": "t", "code": "c"}}).to_string()
}

#[rstest]
#[case(401)]
#[case(403)]
#[tokio::test]
async fn a_refused_key(#[case] status: u16) {
    let error =
        refusal(ResponseTemplate::new(status).set_body_string(error_body("no entry"))).await;
    assert_eq!(error, ModelError::Unauthorized { detail: "no entry".to_owned() });
}

#[tokio::test]
async fn a_key_that_the_server_repeats_is_taken_out() {
    let words = format!("Incorrect API key provided: {KEY}. {}", "x".repeat(2_000));
    for body in [error_body(&words), words.clone()] {
        let error = refusal(ResponseTemplate::new(401).set_body_string(body)).await;
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(KEY), "the key is in: {shown}");
        assert!(error.detail().starts_with("Incorrect API key provided: [key]."));
        assert_eq!(error.detail().chars().count(), 500, "long words are cut");
    }
}

#[rstest]
#[case("17", Duration::from_secs(17))]
#[case("0", Duration::ZERO)]
#[case("Thu, 01 Jan 1970 00:00:00 GMT", Duration::ZERO)]
#[tokio::test]
async fn patience_asked_for(#[case] retry_after: &str, #[case] wait: Duration) {
    let answer = ResponseTemplate::new(429)
        .insert_header("retry-after", retry_after)
        .set_body_string(error_body("slow down"));
    let expected = ModelError::RateLimited { retry_in: Some(wait), detail: "slow down".to_owned() };
    assert_eq!(refusal(answer).await, expected);
}

#[tokio::test]
async fn patience_asked_for_until_a_date() {
    let then = confidant_chat::clock::now() + Duration::from_secs(90);
    let date = then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let answer = ResponseTemplate::new(429).insert_header("retry-after", date.as_str());
    let ModelError::RateLimited { retry_in: Some(wait), .. } = refusal(answer).await else {
        panic!("429 is about patience")
    };
    // The date has whole seconds, and asking took time.
    assert!((60..=90).contains(&wait.as_secs()), "{wait:?}");
}

#[tokio::test]
async fn patience_without_a_time() {
    let error = refusal(ResponseTemplate::new(429)).await;
    let detail = "429 Too Many Requests".to_owned();
    assert_eq!(error, ModelError::RateLimited { retry_in: None, detail });
}

#[tokio::test]
async fn too_long_a_conversation() {
    let body = r#"{"error": {"message": "Too long.", "code": "context_length_exceeded"}}"#;
    let error = refusal(ResponseTemplate::new(400).set_body_string(body)).await;
    assert_eq!(error, ModelError::ContextTooLong { detail: "Too long.".to_owned() });
}

#[tokio::test]
async fn no_such_model() {
    let error = refusal(ResponseTemplate::new(404).set_body_string(error_body("no m"))).await;
    assert_eq!(error, ModelError::NotFound { detail: "no m".to_owned() });
}

#[rstest]
#[case(400, "400 Bad Request: oops")]
#[case(418, "418 I'm a teapot: oops")]
#[case(500, "500 Internal Server Error: oops")]
#[case(503, "503 Service Unavailable: oops")]
#[tokio::test]
async fn anything_else(#[case] status: u16, #[case] detail: &str) {
    let error = refusal(ResponseTemplate::new(status).set_body_string(error_body("oops"))).await;
    assert_eq!(error, ModelError::Refused { detail: detail.to_owned() });
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let elsewhere = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&elsewhere)
        .await;
    let location = format!("{}/v1/chat/completions", elsewhere.uri());
    let answer = ResponseTemplate::new(308).insert_header("location", location.as_str());
    let detail = format!("308 Permanent Redirect: the server points to {location}");
    assert_eq!(refusal(answer).await, ModelError::Refused { detail });
}

#[tokio::test]
async fn a_web_page_is_no_reply() {
    let page = "<!doctype html>\n<title>Welcome</title>\n<p>Log in first";
    let answer = ResponseTemplate::new(200).set_body_raw(page, "text/html");
    let detail = "<!doctype html> <title>Welcome</title> <p>Log in first".to_owned();
    assert_eq!(refusal(answer).await, ModelError::Refused { detail });
}

#[tokio::test]
async fn an_endless_web_page_does_not_hold_anyone_up() {
    let answer = ResponseTemplate::new(200).set_body_raw("<p>".repeat(500_000), "text/html");
    let error = refusal(answer).await;
    assert!(matches!(&error, ModelError::Refused { detail } if detail.chars().count() == 500));
}

#[rstest]
#[case("application/json")]
#[case("text/event-stream")]
#[tokio::test]
async fn an_error_under_a_good_status(#[case] content_type: &str) {
    let pretty = "{\n  \"error\": {\n    \"message\": \"model is loading\"\n  }\n}\n";
    let answer = ResponseTemplate::new(200).set_body_raw(pretty, content_type);
    let detail = "model is loading".to_owned();
    assert_eq!(refusal(answer).await, ModelError::Refused { detail });
}

#[tokio::test]
async fn an_error_as_the_first_event() {
    let event = format!("data: {}\n\n", error_body("overloaded"));
    let answer = ResponseTemplate::new(200).set_body_raw(event, "text/event-stream");
    let detail = "overloaded".to_owned();
    assert_eq!(refusal(answer).await, ModelError::Refused { detail });
}

#[rstest]
#[case(b"\xff\xfe\x00garbage\n\n".as_slice())]
#[case(b"data: {not json\n\n".as_slice())]
#[case(b"data: {\"choices\": 5}\n\n".as_slice())]
#[case(b"".as_slice())]
#[case(b": ping\n\n".as_slice())]
#[tokio::test]
async fn other_garbage_at_once(#[case] body: &[u8]) {
    let answer = ResponseTemplate::new(200).set_body_raw(body, "text/event-stream");
    let error = refusal(answer).await;
    assert!(matches!(&error, ModelError::Refused { detail } if !detail.is_empty()), "{error:?}");
}

#[tokio::test]
async fn what_is_no_http_at_all() {
    let server = RawServer::sending("220 mail.example.com ESMTP\r\n").await;
    let error = failure(&server.base_url).await;
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = failure(&format!("http://{address}/v1")).await;
    assert!(
        matches!(&error, ModelError::Unreachable { detail } if detail.contains("refused")),
        "the network's words are kept: {error:?}"
    );
}

#[tokio::test]
async fn a_name_that_is_none() {
    // RFC 6761 promises that this never resolves.
    let error = failure("http://model.invalid/v1").await;
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_closes_without_an_answer() {
    let server = RawServer::sending("").await;
    let error = failure(&server.base_url).await;
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_head_does_not_begin_the_silence_anew() {
    let silence = Duration::from_secs(2);
    let server = RawServer::start(move |mut connection| async move {
        tokio::time::sleep(silence * 3 / 4).await;
        connection.write_all(HEAD.as_bytes()).await.unwrap();
        until_closed(&mut connection).await;
    })
    .await;
    let patience = Patience { silence, ..Patience::default() };
    let model = Endpoint::new(&server.base_url, "m", None).unwrap().with_patience(patience).open();
    let asked = Instant::now();
    let error = model.stream(question()).await.map(drop).unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
    assert!(asked.elapsed() < silence * 3 / 2, "{:?}", asked.elapsed());
    server.outcome().await;
}

/// Silent from the start, silent after the head, and silent but for signs of life too rare.
#[rstest]
#[case("")]
#[case(HEAD)]
#[tokio::test]
async fn silence_before_the_first_word(#[case] sent: &str) {
    let server = RawServer::stalling(sent).await;
    let asked = Instant::now();
    let error = failure(&server.base_url).await;
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
    assert!(asked.elapsed() >= SILENCE, "it was patient as long as it was told to be");
    assert!(asked.elapsed() < SILENCE * 10, "and not much longer");
    server.outcome().await;
}

//! Signs of life, without spending tokens where that is possible.

use confidant_chat::port::model::{Model, ModelError};
use confidant_models::Endpoint;
use rstest::rstest;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::kit::{DONE, KEY, RawServer, model_at, piece};

/// A server that answers so when it is asked for its models with the key.
async fn server(models: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/models"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .respond_with(models)
        .expect(1)
        .mount(&server)
        .await;
    server
}

/// Lets it answer so when it is asked for its models without any key.
async fn without_key(server: &MockServer, models: ResponseTemplate) {
    let no_key = |request: &Request| !request.headers.contains_key("authorization");
    let mock = Mock::given(method("GET")).and(path("/v1/models")).and(no_key);
    mock.respond_with(models).expect(1).mount(server).await;
}

/// Lets it answer so when the model is asked for at most so many tokens.
async fn chat(server: &MockServer, max_tokens: Option<u32>, answer: ResponseTemplate) {
    let asked = move |request: &Request| {
        let question: Value = request.body_json().unwrap();
        question["model"] == "test-model" && question["max_tokens"] == json!(max_tokens)
    };
    let mock = Mock::given(method("POST")).and(path("/v1/chat/completions")).and(asked);
    mock.respond_with(answer).expect(1).mount(server).await;
}

/// What a check comes to, with every answer given once and nothing else asked for.
async fn outcome(server: MockServer) -> Result<(), ModelError> {
    let result = model_at(&format!("{}/v1", server.uri())).check().await;
    server.verify().await;
    result
}

/// What a check comes to where `/models` answers so and a chat, if any, so.
async fn check(
    models: ResponseTemplate,
    reply: Option<ResponseTemplate>,
) -> Result<(), ModelError> {
    let server = server(models).await;
    if let Some(reply) = reply {
        chat(&server, Some(1), reply).await;
    }
    outcome(server).await
}

fn list(ids: &[&str]) -> ResponseTemplate {
    let data: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": data}))
}

fn reply() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(piece("H") + DONE, "text/event-stream")
}

fn refused(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"message": "no"}}))
}

#[rstest]
#[case("test-model")]
#[case("test-model:latest")]
#[case("models/test-model")]
#[tokio::test]
async fn a_model_in_a_list_for_keys_alone_needs_no_token(#[case] id: &str) {
    let server = server(list(&["other", id])).await;
    without_key(&server, refused(401)).await;
    assert_eq!(outcome(server).await, Ok(()));
}

#[tokio::test]
async fn a_list_for_everybody_proves_no_key() {
    let everybody = async || {
        let server = server(list(&["test-model"])).await;
        without_key(&server, list(&["test-model"])).await;
        server
    };
    let server = everybody().await;
    chat(&server, Some(1), refused(401)).await;
    let detail = "no".to_owned();
    assert_eq!(outcome(server).await, Err(ModelError::Unauthorized { detail }));

    let server = everybody().await;
    chat(&server, Some(1), reply()).await;
    assert_eq!(outcome(server).await, Ok(()));
}

#[tokio::test]
async fn without_a_key_there_is_none_to_prove() {
    let server = MockServer::start().await;
    without_key(&server, list(&["test-model"])).await;
    let base_url = format!("{}/v1", server.uri());
    let model = Endpoint::new(&base_url, "test-model", None).unwrap().open();
    assert_eq!(model.check().await, Ok(()));
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "a local model stays asleep");
}

#[tokio::test]
async fn a_model_that_knows_no_such_limit_is_asked_without() {
    for (answer, expected) in [
        (reply(), Ok(())),
        (refused(429), Err(ModelError::RateLimited { retry_in: None, detail: "no".to_owned() })),
    ] {
        let server = server(ResponseTemplate::new(404)).await;
        chat(&server, Some(1), refused(400)).await;
        chat(&server, None, answer).await;
        assert_eq!(outcome(server).await, expected, "what a reply would come to");
    }
}

#[rstest]
#[case(&[])]
#[case(&["other", "test-model-2", "my-test-model", "test-model:8b"])]
#[tokio::test]
async fn a_model_that_is_not_listed(#[case] ids: &[&str]) {
    let error = check(list(ids), None).await.unwrap_err();
    assert!(matches!(error, ModelError::NotFound { .. }), "{error:?}");
}

#[rstest]
#[case(ResponseTemplate::new(404))]
#[case(ResponseTemplate::new(405))]
#[case(ResponseTemplate::new(200).set_body_raw("<html>", "text/html"))]
#[case(ResponseTemplate::new(200).set_body_json(json!({"data": [{"id": "a"}], "has_more": true})))]
#[tokio::test]
async fn without_a_clear_list_the_model_is_asked(#[case] models: ResponseTemplate) {
    assert_eq!(check(models.clone(), Some(reply())).await, Ok(()));
    let error = check(models, Some(refused(404))).await.unwrap_err();
    assert_eq!(error, ModelError::NotFound { detail: "no".to_owned() });
}

#[tokio::test]
async fn a_refused_key_is_found_out() {
    let body = format!("{{\"error\":{{\"message\":\"bad key {KEY}\"}}}}");
    let error = check(ResponseTemplate::new(401).set_body_string(body), None).await.unwrap_err();
    assert_eq!(error, ModelError::Unauthorized { detail: "bad key [key]".to_owned() });
}

#[tokio::test]
async fn a_failing_server_is_found_out() {
    let error = check(ResponseTemplate::new(502), None).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn a_silent_server_is_found_out() {
    let server = RawServer::stalling("").await;
    let error = model_at(&server.base_url).check().await.unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
    server.outcome().await;
}

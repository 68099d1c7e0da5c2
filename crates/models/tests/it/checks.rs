//! Signs of life, without spending tokens where that is possible.

use confidant_chat::port::model::{Model, ModelError};
use rstest::rstest;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::kit::{DONE, KEY, RawServer, model_at, piece};

/// What a check comes to where `/models` answers so and a chat, if any, so.
async fn check(models: ResponseTemplate, chat: Option<ResponseTemplate>) -> Result<(), ModelError> {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/models"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .respond_with(models)
        .expect(1)
        .mount(&server)
        .await;
    if let Some(chat) = chat {
        Mock::given(method("POST"))
            .and(path("/v1/chat/completions"))
            .and(body_partial_json(serde_json::json!({"model": "test-model", "max_tokens": 1})))
            .respond_with(chat)
            .expect(1)
            .mount(&server)
            .await;
    }
    let result = model_at(&format!("{}/v1", server.uri())).check().await;
    let asked = server.received_requests().await.unwrap().len();
    server.verify().await;
    assert!(asked <= 2, "no more than the list and one chat");
    result
}

fn list(ids: &[&str]) -> ResponseTemplate {
    let data: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
    ResponseTemplate::new(200).set_body_json(serde_json::json!({"object": "list", "data": data}))
}

fn reply() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(piece("H") + DONE, "text/event-stream")
}

#[rstest]
#[case("test-model")]
#[case("test-model:latest")]
#[case("models/test-model")]
#[tokio::test]
async fn a_listed_model_needs_no_token(#[case] id: &str) {
    assert_eq!(check(list(&["other", id]), None).await, Ok(()));
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
#[case(ResponseTemplate::new(200).set_body_json(serde_json::json!({"data": [{"id": "a"}], "has_more": true})))]
#[tokio::test]
async fn without_a_clear_list_the_model_is_asked(#[case] models: ResponseTemplate) {
    assert_eq!(check(models.clone(), Some(reply())).await, Ok(()));
    let refused = ResponseTemplate::new(404).set_body_string("no such model");
    let error = check(models, Some(refused)).await.unwrap_err();
    assert_eq!(error, ModelError::NotFound { detail: "no such model".to_owned() });
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

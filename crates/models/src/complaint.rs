//! What a server's "no" means to a person.

use std::time::Duration;

use confidant_chat::port::model::ModelError;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::scrub::Scrub;

/// A server's "no", as far as it said why.
///
/// Servers agree on nothing here. Seen: `{"error": {"message", "type", "code"}}` (`OpenAI` and most
/// others, the code a text, a number or null), `{"error": "…"}` (Ollama), `{"detail": "…"}` and
/// `{"message": "…"}` (Python servers and gateways), and pages of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The words, not yet fit to be shown.
    words: String,
    /// The kinds of error that the server named, such as `context_length_exceeded`.
    kinds: Vec<String>,
    /// An HTTP status inside the body, as `OpenRouter` sends with a status of 200.
    status: Option<StatusCode>,
}

impl Complaint {
    /// From the body of an answer.
    pub(crate) fn from_body(body: &str) -> Self {
        match serde_json::from_str::<Value>(body) {
            Ok(value) => Self::from_json(&value),
            Err(_) => Self { words: body.to_owned(), kinds: Vec::new(), status: None },
        }
    }

    /// From the body of an answer that is JSON, the whole of it.
    pub(crate) fn from_json(body: &Value) -> Self {
        let error = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
        let words = match error {
            Value::String(words) => words.clone(),
            _ => ["message", "detail", "msg"]
                .iter()
                .find_map(|name| error.get(name).and_then(Value::as_str))
                .map_or_else(|| error.to_string(), str::to_owned),
        };
        let kinds = ["code", "type"]
            .iter()
            .filter_map(|name| error.get(name).and_then(Value::as_str))
            .map(str::to_owned)
            .collect();
        let status = error
            .get("code")
            .and_then(Value::as_u64)
            .and_then(|code| u16::try_from(code).ok())
            .and_then(|code| StatusCode::from_u16(code).ok())
            .filter(|status| status.is_client_error() || status.is_server_error());
        Self { words, kinds, status }
    }

    /// The words, fit to be shown.
    pub(crate) fn words(&self, scrub: &Scrub) -> String {
        scrub.words(&self.words)
    }

    /// What an answer with this HTTP status means.
    pub(crate) fn refusal(
        &self,
        status: StatusCode,
        retry_in: Option<Duration>,
        scrub: &Scrub,
    ) -> ModelError {
        let detail = match self.words(scrub) {
            empty if empty.is_empty() => status.to_string(),
            words => words,
        };
        match status.as_u16() {
            400 | 413 | 422 if self.is_about_length() => ModelError::ContextTooLong { detail },
            401 | 403 => ModelError::Unauthorized { detail },
            404 => ModelError::NotFound { detail },
            // 402 is how OpenRouter and DeepSeek say that the money is spent.
            402 | 429 => ModelError::RateLimited { retry_in, detail },
            _ => ModelError::Refused { detail: scrub.words(&format!("{status}: {detail}")) },
        }
    }

    /// What it means where there is no such status: in the stream itself, or under a status of 200.
    pub(crate) fn refusal_in_stream(&self, scrub: &Scrub) -> ModelError {
        match self.status {
            Some(status) => self.refusal(status, None, scrub),
            None if self.is_about_length() => {
                ModelError::ContextTooLong { detail: self.words(scrub) }
            }
            None => ModelError::Refused { detail: self.words(scrub) },
        }
    }

    /// Only `OpenAI` and a few others have a code for it; the rest have words.
    fn is_about_length(&self) -> bool {
        const KINDS: [&str; 2] = ["context_length_exceeded", "exceed_context_size_error"];
        const WORDS: [&str; 5] = [
            "context_length_exceeded",
            // vLLM, OpenRouter
            "maximum context length",
            // llama.cpp
            "available context size",
            // LM Studio
            "context length of only",
            // Groq, Mistral
            "context window",
        ];
        let words = self.words.to_lowercase();
        self.kinds.iter().any(|kind| KINDS.contains(&kind.as_str()))
            || WORDS.iter().any(|known| words.contains(known))
    }
}

/// How long a server asks to wait: `Retry-After` in seconds or as a date, or `OpenAI`'s
/// `retry-after-ms`, which is finer. A date that has passed means zero.
pub(crate) fn retry_in(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(|value| value.parse().ok()) {
        return seconds(milliseconds).map(|wait| wait / 1000);
    }
    let value = text(RETRY_AFTER.as_str())?;
    if let Ok(number) = value.parse() {
        return seconds(number);
    }
    // RFC 9110 has dates in the form of RFC 2822.
    let then = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

/// A number that a stranger sent, as a duration; nothing where that makes no sense.
fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};
    use rstest::rstest;

    use super::*;

    fn refusal(status: u16, body: &str) -> ModelError {
        let status = StatusCode::from_u16(status).unwrap();
        Complaint::from_body(body).refusal(status, None, &Scrub::new(None))
    }

    fn detail(text: &str) -> String {
        text.to_owned()
    }

    #[rstest]
    #[case(r#"{"error":{"message":"no","type":"t","code":null}}"#)]
    #[case(r#"{"error":{"message":"no","code":401}}"#)]
    #[case(r#"{"error":"no"}"#)]
    #[case(r#"{"detail":"no"}"#)]
    #[case(r#"{"message":"no"}"#)]
    #[case("no")]
    #[case("\n no\n")]
    fn the_words_are_found_wherever_they_are(#[case] body: &str) {
        assert_eq!(refusal(401, body), ModelError::Unauthorized { detail: detail("no") });
    }

    #[rstest]
    #[case("{}", "{}")]
    #[case("[1]", "[1]")]
    #[case(r#"{"error":{"code":7}}"#, r#"{"code":7}"#)]
    #[case("", "401 Unauthorized")]
    fn without_words_what_there_is_is_shown(#[case] body: &str, #[case] shown: &str) {
        assert_eq!(refusal(401, body), ModelError::Unauthorized { detail: detail(shown) });
    }

    #[rstest]
    #[case(400, r#"{"error":{"message":"x","code":"context_length_exceeded"}}"#)]
    #[case(400, r#"{"error":{"message":"x","type":"exceed_context_size_error","code":400}}"#)]
    #[case(
        400,
        r#"{"object":"error","message":"This model's maximum context length is 4096 tokens."}"#
    )]
    #[case(413, r#"{"error":"Larger than the context window"}"#)]
    fn too_long_is_recognised(#[case] status: u16, #[case] body: &str) {
        assert!(matches!(refusal(status, body), ModelError::ContextTooLong { .. }));
    }

    #[test]
    fn words_about_length_mean_nothing_under_another_status() {
        let error = refusal(500, r#"{"error":"maximum context length"}"#);
        assert!(matches!(error, ModelError::Refused { .. }), "a failing server is no long text");
    }

    #[rstest]
    #[case(r#"{"error":{"message":"x","code":429}}"#, ModelError::RateLimited { retry_in: None, detail: detail("x") })]
    #[case(r#"{"error":{"message":"x","code":"context_length_exceeded"}}"#, ModelError::ContextTooLong { detail: detail("x") })]
    #[case(r#"{"error":{"message":"x","code":7}}"#, ModelError::Refused { detail: detail("x") })]
    #[case(r#"{"error":{"message":"x","code":200}}"#, ModelError::Refused { detail: detail("x") })]
    fn a_stream_can_carry_a_status(#[case] body: &str, #[case] expected: ModelError) {
        let error = Complaint::from_body(body).refusal_in_stream(&Scrub::new(None));
        assert_eq!(error, expected);
    }

    #[rstest]
    #[case("retry-after", "7", Some(7_000))]
    #[case("retry-after", " 7 ", Some(7_000))]
    #[case("retry-after", "0.5", Some(500))]
    #[case("retry-after-ms", "250", Some(250))]
    #[case("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT", Some(30_000))]
    #[case("retry-after", "Wed, 21 Oct 2015 07:27:00 GMT", Some(0))]
    #[case("retry-after", "soon", None)]
    #[case("retry-after", "-1", None)]
    #[case("retry-after", "NaN", None)]
    #[case("retry-after", "1e300", None)]
    #[case("x-other", "7", None)]
    fn waiting_times(
        #[case] name: &'static str,
        #[case] value: &'static str,
        #[case] milliseconds: Option<u64>,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        let now = "2015-10-21T07:28:00Z".parse().unwrap();
        assert_eq!(retry_in(&headers, now), milliseconds.map(Duration::from_millis));
    }

    #[test]
    fn the_finer_waiting_time_wins() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("1"));
        headers.insert("retry-after-ms", HeaderValue::from_static("300"));
        let now = "2015-10-21T07:28:00Z".parse().unwrap();
        assert_eq!(retry_in(&headers, now), Some(Duration::from_millis(300)));
    }
}

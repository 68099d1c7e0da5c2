//! The JSON of the protocol, as much of it as is used.
//! By <https://platform.openai.com/docs/api-reference/chat/create>.

use confidant_chat::port::model::{Author, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of a request for a reply.
#[derive(Serialize)]
pub(super) struct Question<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Question<'a> {
    pub(super) fn new(model: &'a str, request: &'a Request) -> Self {
        let system = request.system.iter().map(|text| Message { role: "system", content: text });
        let said = request.messages.iter().map(|message| Message {
            role: match message.author {
                Author::User => "user",
                Author::Assistant => "assistant",
            },
            content: &message.text,
        });
        Self {
            model,
            messages: system.chain(said).collect(),
            stream: true,
            // JSON has no other numbers; `null` would be refused by some.
            temperature: request.temperature.filter(|value| value.is_finite()),
            max_tokens: None,
        }
    }

    /// The smallest question there is, to see whether the model answers, and answered with as many
    /// tokens at most.
    pub(super) fn probe(model: &'a str, max_tokens: Option<u32>) -> Self {
        Self {
            model,
            messages: vec![Message { role: "user", content: "Hi" }],
            stream: true,
            temperature: None,
            max_tokens,
        }
    }
}

/// One event of a reply.
#[derive(Deserialize)]
pub(super) struct Chunk {
    /// Missing from what is no part of a reply; empty in a chunk that only counts tokens.
    choices: Option<Vec<Choice>>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Option<Said>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<Content>,
    /// What the model says instead when it declines; a person reads it all the same.
    refusal: Option<String>,
}

/// A text with almost everybody, a list with Mistral.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    /// Missing from parts that hold thoughts or references, which are no part of the reply.
    text: Option<String>,
}

/// What one event says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing that concerns a reply.
    Nothing,
    /// A piece of the reply, perhaps empty, and why the reply ends if it does, such as `stop`.
    Piece { text: String, finished: Option<String> },
    /// An error, in the server's own form.
    Complaint(Value),
    /// The reply is whole.
    Done,
}

impl Heard {
    /// Reads the data of one event; nothing where it is not of the protocol.
    pub(super) fn from_data(data: &str) -> Option<Self> {
        if data.trim() == "[DONE]" {
            return Some(Self::Done);
        }
        let value: Value = serde_json::from_str(data).ok()?;
        // Some servers put `"error": null` into every chunk.
        if value.get("error").is_some_and(|error| !error.is_null()) {
            return Some(Self::Complaint(value));
        }
        let Some(choices) = Chunk::deserialize(value).ok()?.choices else {
            return Some(Self::Nothing);
        };
        let Some(choice) = choices.into_iter().next() else { return Some(Self::Nothing) };
        Some(Self::Piece {
            text: choice.delta.map(Said::into_text).unwrap_or_default(),
            // Some servers send an empty reason until there is one.
            finished: choice.finish_reason.filter(|reason| !reason.is_empty()),
        })
    }
}

impl Said {
    fn into_text(self) -> String {
        let mut text = match self.content {
            None => String::new(),
            Some(Content::Text(text)) => text,
            Some(Content::Parts(parts)) => parts.into_iter().filter_map(|part| part.text).collect(),
        };
        text.push_str(self.refusal.as_deref().unwrap_or_default());
        text
    }
}

#[cfg(test)]
mod tests {
    use confidant_chat::port::model::ModelMessage;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn piece(text: &str, finished: Option<&str>) -> Option<Heard> {
        Some(Heard::Piece { text: text.to_owned(), finished: finished.map(str::to_owned) })
    }

    #[rstest]
    #[case(r#"{"choices":[{"delta":{"content":"a"}}]}"#, piece("a", None))]
    #[case(
        r#"{"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#,
        piece("", None)
    )]
    #[case(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, piece("", Some("stop")))]
    #[case(r#"{"choices":[{"finish_reason":"stop"}],"error":null}"#, piece("", Some("stop")))]
    #[case(r#"{"choices":[{"delta":{"content":"a"},"finish_reason":""}]}"#, piece("a", None))]
    #[case(r#"{"choices":[{"delta":{"refusal":"I cannot"}}]}"#, piece("I cannot", None))]
    #[case(
        r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"a"}]}}]}"#,
        piece("a", None)
    )]
    #[case(r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, piece("", None))]
    #[case(r#"{"choices":[],"usage":{"total_tokens":3}}"#, Some(Heard::Nothing))]
    #[case(r#"{"type":"ping"}"#, Some(Heard::Nothing))]
    #[case("[DONE]", Some(Heard::Done))]
    #[case(" [DONE] ", Some(Heard::Done))]
    #[case(r#"{"choices":[{"delta":{"content":"#, None)]
    #[case(r#"{"choices":[{"delta":{"content":5}}]}"#, None)]
    #[case("hello", None)]
    fn events_as_servers_send_them(#[case] data: &str, #[case] heard: Option<Heard>) {
        assert_eq!(Heard::from_data(data), heard);
    }

    #[test]
    fn an_error_in_the_stream_is_seen_before_anything_else() {
        let data = r#"{"error":{"message":"no"},"choices":[{"delta":{"content":"a"}}]}"#;
        assert!(matches!(Heard::from_data(data), Some(Heard::Complaint(_))));
    }

    #[test]
    fn questions_hold_what_was_asked_and_nothing_else() {
        let request = Request {
            system: Some("Be brief.".to_owned()),
            messages: vec![
                ModelMessage { author: Author::User, text: "Hi".to_owned() },
                ModelMessage { author: Author::Assistant, text: "Hello".to_owned() },
            ],
            temperature: Some(0.5),
        };
        let expected = json!({
            "model": "m", "stream": true, "temperature": 0.5,
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello"},
            ],
        });
        assert_eq!(json!(Question::new("m", &request)), expected);

        let bare = Request { temperature: Some(f64::NAN), ..Request::default() };
        let expected = json!({"model": "m", "stream": true, "messages": []});
        assert_eq!(json!(Question::new("m", &bare)), expected, "NaN is no JSON");
    }
}

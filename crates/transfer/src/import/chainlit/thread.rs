//! A thread of a Chainlit database, as its row and its steps tell it.

use confidant_chat::ids::ThreadId;
use confidant_chat::thread::{MAX_THREAD_NAME, Thread, name_from};
use jiff::Timestamp;
use rusqlite::Row;
use serde_json::{Map, Value};

use super::value::{own_or_made, text, time};
use crate::import::named::one_line;

/// What the row of a thread says.
#[derive(Default)]
pub(super) struct Header {
    created_at: Option<Timestamp>,
    name: Option<String>,
    metadata: Map<String, Value>,
}

/// What its steps say.
#[derive(Default)]
pub(super) struct Span {
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) said: Option<String>,
}

impl Header {
    pub(super) fn of(row: &Row<'_>) -> Self {
        let mut metadata = text(row, "metadata").map(Value::String);
        // Some ways of an app lead to JSON within JSON.
        while let Some(Value::String(inner)) = metadata {
            metadata = serde_json::from_str(&inner).ok();
        }
        Self {
            created_at: text(row, "createdAt").as_deref().and_then(time),
            name: text(row, "name"),
            metadata: metadata.and_then(|it| it.as_object().cloned()).unwrap_or_default(),
        }
    }

    pub(super) fn thread(self, id: &str, span: Span, profile: &str) -> Thread {
        let created_at = span.first.or(self.created_at).unwrap_or(Timestamp::UNIX_EPOCH);
        let named = self.metadata.get("chat_profile").and_then(Value::as_str);
        let settings = self.metadata.get("chat_settings").and_then(Value::as_object);
        // The name there is all of the first message.
        let name = self.name.or(span.said).unwrap_or_default();
        Thread {
            id: ThreadId::from_bytes(own_or_made(id, "thread", created_at)),
            name: one_line(&name_from(&name), MAX_THREAD_NAME),
            profile: named.filter(|it| !it.is_empty()).unwrap_or(profile).to_owned(),
            created_at,
            last_activity: span.last.unwrap_or(created_at),
            session: session(&self.metadata),
            settings: settings.cloned().unwrap_or_default(),
            branches: Vec::new(),
            branch: 0,
            pinned: false,
            binned_at: None,
        }
    }
}

/// What the app kept in the session of a thread: everything but what Chainlit put there itself.
fn session(metadata: &Map<String, Value>) -> Map<String, Value> {
    const THEIRS: &[&str] = &[
        "id",
        "env",
        "chat_settings",
        "user",
        "chat_profile",
        "client_type",
        "languages",
        "http_referer",
        "http_cookie",
        "name",
        "is_shared",
    ];
    let own = metadata.iter().filter(|(key, _)| !THEIRS.contains(&key.as_str()));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

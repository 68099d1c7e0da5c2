//! A step of a Chainlit database.

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::step::{Step, StepKind, StepState};
use confidant_chat::thread::MAX_THREAD_NAME;
use jiff::Timestamp;
use rusqlite::Row;
use serde_json::Value;

use super::value::{number, own_or_made, text, time};
use crate::import::named::one_line;
use crate::record::KindRecord;

/// A step of a row; `None` where it only holds others together.
pub(super) fn step(
    name: &str,
    row: &Row<'_>,
    place: u32,
    began: Timestamp,
    thread: ThreadId,
) -> Option<Step> {
    let kind = text(row, "type").unwrap_or_default();
    let kind = serde_json::from_value(Value::String(kind)).unwrap_or(KindRecord::Undefined);
    let kind = StepKind::from(kind);
    let (input, output) = (text(row, "input"), text(row, "output"));
    let (input, output) = (input.unwrap_or_default(), output.unwrap_or_default());
    // What wraps each turn there: its name is that of a hook, and what it holds stands for itself.
    const WRAPPERS: &[&str] = &["on_chat_start", "on_message", "on_audio_end"];
    let own_name = text(row, "name").unwrap_or_default();
    if kind == StepKind::Run && WRAPPERS.contains(&own_name.as_str()) {
        return None;
    }
    let own = |id: &str, at| StepId::from_bytes(own_or_made(id, &thread.to_string(), at));
    let at = ["createdAt", "start"].iter().find_map(|key| time(&text(row, key)?)).unwrap_or(began);
    let mut step = Step::said(kind, place, output);
    step.id = own(name, at);
    step.created_at = at;
    step.ended_at = text(row, "end").as_deref().and_then(time).or(Some(at));
    step.language = text(row, "language").filter(|it| !it.is_empty());
    step.command = text(row, "command").filter(|it| !it.is_empty());
    if number(row, "isError").is_some_and(|it| it != 0) {
        step.state = StepState::Failed;
    }
    if kind.is_message() {
        // Where the author is the person, it is the account that is signed in here.
        if kind != StepKind::User {
            step.name = one_line(&own_name, MAX_THREAD_NAME);
        }
    } else {
        step.name = one_line(&own_name, MAX_THREAD_NAME);
        // The app may have kept to itself what went in.
        if text(row, "showInput").as_deref() != Some("false") {
            step.input = input;
        }
    }
    Some(step)
}

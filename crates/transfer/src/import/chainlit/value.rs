//! Single values of a Chainlit database, whatever type their column was given.

use confidant_chat::ids::StepId;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::import::made;

/// The bytes of a UUID, or what stands for an identifier that is none.
pub(super) fn own_or_made(id: &str, within: &str, at: Timestamp) -> [u8; 16] {
    match id.parse::<StepId>() {
        Ok(id) => *id.as_bytes(),
        Err(_) => made::id(&["chainlit", within, id], at),
    }
}

/// A time as Chainlit writes it: in UTC, with or without saying so.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let stated = text.parse::<Timestamp>().ok();
    stated.or_else(|| {
        let time = text.parse::<DateTime>().ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

/// A column as text, where it has any.
pub(super) fn text(row: &Row<'_>, column: &str) -> Option<String> {
    match row.get_ref(column).ok()? {
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            Some(String::from_utf8_lossy(text).into_owned())
        }
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Null => None,
    }
}

pub(super) fn number(row: &Row<'_>, column: &str) -> Option<i64> {
    match row.get_ref(column).ok()? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Text(text) => match text.to_ascii_lowercase().as_slice() {
            b"true" => Some(1),
            text => std::str::from_utf8(text).ok()?.parse().ok(),
        },
        _ => None,
    }
}

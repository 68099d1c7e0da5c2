//! The one place that reads the time of day.

use jiff::Timestamp;

/// The present moment, cut to milliseconds: what is stored reads back equal, and an RFC 3339 text
/// of it is the same length everywhere.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the clock that others are sent to")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

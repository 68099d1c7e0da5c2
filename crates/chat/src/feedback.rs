//! What a person thinks of a reply.

use serde::{Deserialize, Serialize};

/// The longest comment, in characters.
pub const MAX_COMMENT: usize = 4_000;

/// A person's judgement of one reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Feedback {
    /// Good or not.
    pub rating: Rating,
    /// In the person's words.
    pub comment: Option<String>,
}

/// Good or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Rating {
    /// It helped. 1 in an export.
    Up,
    /// It did not. 0 in an export.
    Down,
}

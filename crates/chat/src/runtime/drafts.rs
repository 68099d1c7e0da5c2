//! What a person wrote and has not sent yet. Kept and sealed like all they said.

use serde_json::Value;

use crate::ids::ThreadId;
use crate::port::history::{Change, Durability, HistoryError};
use crate::runtime::conversation::{MAX_MESSAGE_BYTES, RunError};
use crate::runtime::signed_in::SignedIn;

impl SignedIn {
    /// The draft of a thread, or of the conversation that does not begin before it is sent. Empty
    /// where there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub async fn draft(&self, thread: Option<ThreadId>) -> Result<String, HistoryError> {
        match self.history().preference(&name(thread)).await? {
            Some(Value::String(text)) => Ok(text),
            _ => Ok(String::new()),
        }
    }

    /// Keeps a draft in place of the one before; an empty one is forgotten.
    ///
    /// # Errors
    ///
    /// When it is longer than a message may be, there is no such thread, or it could not be kept.
    pub async fn save_draft(&self, thread: Option<ThreadId>, text: String) -> Result<(), RunError> {
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(RunError::TooLong { max: MAX_MESSAGE_BYTES });
        }
        if let Some(thread) = thread.filter(|_| !text.is_empty()) {
            self.history().thread(thread).await?;
        }
        let value = (!text.is_empty()).then_some(Value::String(text));
        let change = Change::PutPreference { name: name(thread), value };
        Ok(self.history().write(vec![change], Durability::Soon).await?)
    }
}

/// The change that goes with deleting a thread.
pub(super) fn forgotten(thread: ThreadId) -> Change {
    Change::PutPreference { name: name(Some(thread)), value: None }
}

fn name(thread: Option<ThreadId>) -> String {
    thread.map_or_else(|| "draft".to_owned(), |thread| format!("draft/{thread}"))
}

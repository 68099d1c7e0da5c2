//! Questions that a handler asks and waits for, as a thread keeps them.

mod answer;
mod files;
mod question;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use answer::{Answer, AnswerError, MAX_ANSWER};
pub use files::AskedFile;
pub(crate) use question::Parts;
pub use question::{AskAction, AskFile, AskForm, AskUser, Question};

use crate::action::Button;
use crate::settings::Setting;

/// A question as the thread keeps it: what is wanted, until when, and how it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// What is wanted.
    pub want: Want,
    /// When the question closes by itself.
    #[specta(type = String)]
    pub deadline: Timestamp,
    /// How it went.
    pub state: AskState,
}

/// What a question wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Want {
    /// Words.
    Text {
        /// Shown while the field is empty.
        placeholder: String,
        /// The most characters.
        max_length: u32,
        /// Whether there may be several lines.
        multiline: bool,
    },
    /// Files from this computer.
    Files {
        /// Accepted MIME types, `image/*` for all pictures; empty accepts all.
        accept: Vec<String>,
        /// The largest file, in bytes.
        #[specta(type = u32)]
        max_size: u64,
        /// The most files at once.
        max_files: u32,
    },
    /// One of several buttons.
    Choice {
        /// The buttons.
        options: Vec<Button>,
    },
    /// Several values at once.
    Form {
        /// What is wanted, each with its bounds.
        fields: Vec<Setting>,
        /// What the button says, when not just "Submit".
        submit: Option<String>,
    },
}

/// How a question went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum AskState {
    /// Waiting for an answer.
    Open,
    /// Answered, with these words: the text, the names of the files, the button, or a line for
    /// each value of a form.
    Answered {
        /// What the person gave, in short.
        summary: String,
    },
    /// Nobody answered in time.
    TimedOut,
    /// Stopped, or left, before an answer came.
    Cancelled,
}

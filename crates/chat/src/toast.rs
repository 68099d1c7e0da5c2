//! Short notices that the window shows for a moment. They are not part of a thread.

use serde::{Deserialize, Serialize};

/// The longest text of a notice, in characters; what is longer is cut.
pub const MAX_TOAST: usize = 500;

/// A short notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Toast {
    /// How it is meant.
    pub kind: ToastKind,
    /// What it says, in plain text.
    pub text: String,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum ToastKind {
    /// Something to know.
    Info,
    /// Something went well.
    Success,
    /// Something to look after.
    Warning,
    /// Something went wrong.
    Error,
}

impl Toast {
    /// Something to know.
    pub fn info(text: impl Into<String>) -> Self {
        Self::new(ToastKind::Info, text)
    }

    /// Something went well.
    pub fn success(text: impl Into<String>) -> Self {
        Self::new(ToastKind::Success, text)
    }

    /// Something to look after.
    pub fn warning(text: impl Into<String>) -> Self {
        Self::new(ToastKind::Warning, text)
    }

    /// Something went wrong.
    pub fn error(text: impl Into<String>) -> Self {
        Self::new(ToastKind::Error, text)
    }

    fn new(kind: ToastKind, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if let Some((cut, _)) = text.char_indices().nth(MAX_TOAST) {
            text.truncate(cut);
        }
        Self { kind, text }
    }
}

//! Commands: what a message can be sent with, as `/name`.

use serde::{Deserialize, Serialize};

/// Something a person can choose for a message by typing `/` or pressing a button. The handler
/// reads it with [`Message::command`](crate::message::Message::command).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// What identifies it, without the slash.
    pub name: String,
    /// What it does, in one sentence.
    pub description: String,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
    /// Whether it is also shown as a button.
    pub button: bool,
}

impl Command {
    /// A command `/name`.
    #[must_use]
    pub fn new(name: &str, description: &str) -> Self {
        Self { name: name.into(), description: description.into(), icon: None, button: false }
    }

    /// The same command with an icon from the Lucide set.
    #[must_use]
    pub fn icon(mut self, icon: &str) -> Self {
        self.icon = Some(icon.into());
        self
    }

    /// The same command, also shown as a button.
    #[must_use]
    pub fn as_button(mut self) -> Self {
        self.button = true;
        self
    }
}

//! Chat profiles: the different partners that an app offers to talk to.

use serde::{Deserialize, Serialize};

/// A ready-made first message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Starter {
    /// What the button says.
    pub label: String,
    /// What is sent when it is pressed.
    pub message: String,
    /// The command to send it with.
    pub command: Option<String>,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
}

impl Starter {
    /// A button `label` that sends `message`.
    pub fn new(label: &str, message: &str) -> Self {
        Self { label: label.into(), message: message.into(), command: None, icon: None }
    }

    /// The same starter with an icon from the Lucide set.
    #[must_use]
    pub fn icon(mut self, icon: &str) -> Self {
        self.icon = Some(icon.into());
        self
    }

    /// The same starter sent with a command.
    #[must_use]
    pub fn command(mut self, command: &str) -> Self {
        self.command = Some(command.into());
        self
    }
}

/// A profile as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileCard {
    /// What identifies it.
    pub name: String,
    /// What it is called.
    pub display_name: String,
    /// What it is for, in Markdown.
    pub markdown_description: String,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
    /// Whether it is chosen at first.
    pub default: bool,
    /// Its ready-made first messages.
    pub starters: Vec<Starter>,
}

//! Buttons under a message.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::message::Message;

/// A button under a message. What the app itself can do is told apart from what a profile's code
/// does, so that a reply can offer either without the interface having to trust a name.
///
/// ```
/// use confidant_chat::prelude::*;
///
/// let message = Message::new("Shall I order it?")
///     .action(Action::new("order", "Order").payload(serde_json::json!({ "article": 7 })));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Opens the settings where a model is chosen.
    SetUpModel,
    /// Runs what [`on_action`](crate::hook::SetHooks::on_action) set for its name.
    Call(Button),
}

/// A button that calls back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Button {
    /// What identifies it among the buttons of its message.
    pub name: String,
    /// What it says.
    pub label: String,
    /// What it does, in a few words more.
    pub tooltip: Option<String>,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
    /// Whatever the code that runs wants to know.
    pub payload: Value,
}

/// A button that was pressed, as the code that runs for it gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    /// The button, with its payload as the handler made it.
    pub button: Button,
    /// The message that it stands under.
    pub message: Message,
}

impl Action {
    /// A button `label` that runs what was set for `name`.
    pub fn new(name: &str, label: &str) -> Self {
        Self::Call(Button::new(name, label))
    }

    /// The same button with something for the code that runs.
    #[must_use]
    pub fn payload(self, payload: Value) -> Self {
        self.changed(|button| button.payload = payload)
    }

    /// The same button with a few words more.
    #[must_use]
    pub fn tooltip(self, text: &str) -> Self {
        self.changed(|button| button.tooltip = Some(text.into()))
    }

    /// The same button with an icon from the Lucide set.
    #[must_use]
    pub fn icon(self, icon: &str) -> Self {
        self.changed(|button| button.icon = Some(icon.into()))
    }

    /// The button, if it is one that calls back.
    #[must_use]
    pub fn button(&self) -> Option<&Button> {
        match self {
            Self::SetUpModel => None,
            Self::Call(button) => Some(button),
        }
    }

    fn changed(mut self, change: impl FnOnce(&mut Button)) -> Self {
        if let Self::Call(button) = &mut self {
            change(button);
        }
        self
    }
}

impl Button {
    /// A button `label` identified by `name`, with nothing for the code that runs.
    #[must_use]
    pub fn new(name: &str, label: &str) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            tooltip: None,
            icon: None,
            payload: Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_app_itself_does_is_stored_as_one_word() {
        let stored = serde_json::to_value(Action::SetUpModel).unwrap();
        assert_eq!(stored, serde_json::json!("setUpModel"), "as it was stored from the first");
    }
}

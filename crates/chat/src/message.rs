//! Messages as handlers see and make them.

use crate::ids::StepId;
use crate::step::{Action, Step, StepKind};

/// One message: received by a handler, or made by one and sent with
/// [`Chat::send`](crate::chat::Chat::send).
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    id: StepId,
    kind: StepKind,
    text: String,
    author: String,
    command: Option<String>,
    actions: Vec<Action>,
}

impl Message {
    /// A message of the profile, in Markdown.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            id: StepId::new(),
            kind: StepKind::Assistant,
            text: text.into(),
            author: String::new(),
            command: None,
            actions: Vec::new(),
        }
    }

    /// The same message under another name than the profile's.
    #[must_use]
    pub fn author(mut self, name: impl Into<String>) -> Self {
        self.author = name.into();
        self
    }

    /// The same message with a button.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// What identifies it in its thread.
    #[must_use]
    pub fn id(&self) -> StepId {
        self.id
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whom it comes from, when that is not the profile itself; else empty.
    #[must_use]
    pub fn author_name(&self) -> &str {
        &self.author
    }

    /// The command that the person chose with it, without the slash.
    #[must_use]
    pub fn command(&self) -> Option<&str> {
        self.command.as_deref()
    }

    /// The message as the profile says it. One that was received gets an identity of its own.
    pub(crate) fn into_said(mut self) -> Self {
        if self.kind == StepKind::User {
            (self.id, self.kind, self.command) = (StepId::new(), StepKind::Assistant, None);
        }
        self
    }

    pub(crate) fn from_step(step: &Step) -> Self {
        Self {
            id: step.id,
            kind: step.kind,
            text: step.output.clone(),
            author: step.name.clone(),
            command: step.command.clone(),
            actions: step.actions.clone(),
        }
    }

    pub(crate) fn into_step(self, sequence: u32) -> Step {
        Step {
            id: self.id,
            name: self.author,
            command: self.command,
            actions: self.actions,
            ..Step::said(self.kind, sequence, self.text)
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

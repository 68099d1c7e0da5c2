//! Messages as handlers see and make them.

use crate::action::Action;
use crate::element::Element;
use crate::ids::StepId;
use crate::step::{Step, StepKind};

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
    pub(crate) elements: Vec<Element>,
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
            elements: Vec::new(),
        }
    }

    /// A remark of the app itself, in Markdown.
    pub fn system(text: impl Into<String>) -> Self {
        Self { kind: StepKind::System, ..Self::new(text) }
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

    /// The same message with an element.
    #[must_use]
    pub fn element(mut self, element: Element) -> Self {
        self.elements.push(element);
        self
    }

    /// The same message saying something else. For one that was said, see
    /// [`Chat::update`](crate::chat::Chat::update).
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// The same message without buttons.
    #[must_use]
    pub fn without_actions(mut self) -> Self {
        self.actions.clear();
        self
    }

    /// The same message without elements.
    #[must_use]
    pub fn without_elements(mut self) -> Self {
        self.elements.clear();
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

    /// What it carries besides its text.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
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
            elements: step.elements.clone(),
        }
    }

    /// Makes a step say what this message says.
    pub(crate) fn change(self, step: &mut Step) {
        step.output = self.text;
        step.name = self.author;
        step.actions = self.actions;
        step.elements = self.elements;
    }

    pub(crate) fn into_step(self, sequence: u32) -> Step {
        Step {
            id: self.id,
            name: self.author,
            command: self.command,
            actions: self.actions,
            elements: self.elements,
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

//! Work that a person can look into while it goes on: a tool, a model, a search.

use crate::chat::{Chat, ChatError};
use crate::element::Element;
use crate::ids::StepId;
use crate::runtime::op::{Op, StepChange};
use crate::step::StepKind;

/// A step that is at work, for the code that does it. It times itself, and shows an error that the
/// code returns. See [`Chat::step`].
#[derive(Clone)]
pub struct OpenStep {
    pub(crate) chat: Chat,
    pub(crate) id: StepId,
}

impl OpenStep {
    /// What identifies it in its thread.
    #[must_use]
    pub fn id(&self) -> StepId {
        self.id
    }

    /// The conversation.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Shows what went in.
    ///
    /// # Errors
    ///
    /// When it could not be kept, or the turn is over.
    pub async fn input(&self, text: impl Into<String>) -> Result<(), ChatError> {
        self.change(StepChange::Input(text.into())).await
    }

    /// Shows what came out, in place of what was there.
    ///
    /// # Errors
    ///
    /// When it could not be kept, or the turn is over.
    pub async fn output(&self, text: impl Into<String>) -> Result<(), ChatError> {
        self.change(StepChange::Output(text.into())).await
    }

    /// Adds to what came out.
    ///
    /// # Errors
    ///
    /// When the turn is over.
    pub async fn append(&self, text: impl Into<String>) -> Result<(), ChatError> {
        self.chat.tell_actor(Op::Append { step: self.id, text: text.into() }).await
    }

    /// Says that what comes out is code in a language such as `json`.
    ///
    /// # Errors
    ///
    /// When it could not be kept, or the turn is over.
    pub async fn language(&self, name: &str) -> Result<(), ChatError> {
        self.change(StepChange::Language(name.into())).await
    }

    /// Shows an element with it.
    ///
    /// # Errors
    ///
    /// When it is too large or could not be kept, or the turn is over.
    pub async fn element(&self, element: Element) -> Result<(), ChatError> {
        let element = self.chat.stored(element).await?;
        self.change(StepChange::Element(Box::new(element))).await
    }

    /// Does a part of the work as a step of its own within this one.
    ///
    /// # Errors
    ///
    /// As [`Chat::step`].
    pub async fn step<T>(
        &self,
        kind: StepKind,
        name: &str,
        work: impl AsyncFnOnce(OpenStep) -> crate::hook::Result<T>,
    ) -> crate::hook::Result<T> {
        self.chat.step_under(Some(self.id), kind, name, work).await
    }

    async fn change(&self, change: StepChange) -> Result<(), ChatError> {
        self.chat.ask_actor(|done| Op::Change { step: self.id, change, done }).await
    }
}

//! Steps: the messages of a thread and the work between them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::ask::Ask;
use crate::branch::TRUNK;
use crate::clock;
use crate::element::Element;
use crate::failure::{Failure, FailureCode};
use crate::feedback::Feedback;
use crate::ids::StepId;

/// One message or one piece of work in a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Never changes, and never comes twice.
    pub id: StepId,
    /// The place in the thread, counted from 0. Steps are shown in this order.
    pub sequence: u32,
    /// The branch it was said in; 0 is the one that the thread began with.
    pub branch: u32,
    /// The step this one is part of: tool work under a message.
    pub parent: Option<StepId>,
    /// The message that it was said or done to answer.
    #[specta(skip)]
    pub answers: Option<StepId>,
    /// Who speaks, or what is done.
    pub kind: StepKind,
    /// The author or the tool, as shown above the text. Empty where the profile's name is meant.
    pub name: String,
    /// What went in, for steps that are work. Empty for messages.
    pub input: String,
    /// The text of a message, or what came out of the work. Markdown.
    pub output: String,
    /// The language of `output` where it is code rather than Markdown.
    pub language: Option<String>,
    /// Whether it is still being written, and how it ended.
    pub state: StepState,
    /// Why it ended badly, when it did.
    pub failure: Option<Failure>,
    /// The question that this step asks.
    pub ask: Option<Ask>,
    /// Buttons under the text.
    pub actions: Vec<Action>,
    /// What it carries besides its text.
    pub elements: Vec<Element>,
    /// What the person thinks of it.
    pub feedback: Option<Feedback>,
    /// The command (`/name`) that the person chose with this message.
    pub command: Option<String>,
    /// When it was said or begun.
    #[specta(type = String)]
    pub created_at: Timestamp,
    /// When it was finished.
    #[specta(type = Option<String>)]
    pub ended_at: Option<Timestamp>,
}

/// Who speaks, or what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum StepKind {
    /// The person's message.
    User,
    /// The profile's message.
    Assistant,
    /// A remark by the app itself.
    System,
    /// Several pieces of work together.
    Run,
    /// A tool at work.
    Tool,
    /// A language model at work.
    Llm,
    /// Text being turned into vectors.
    Embedding,
    /// Something being looked up.
    Retrieval,
    /// What was looked up being sorted.
    Rerank,
}

impl StepKind {
    /// Whether this is somebody's word rather than work.
    #[must_use]
    pub fn is_message(self) -> bool {
        matches!(self, Self::User | Self::Assistant | Self::System)
    }
}

/// Whether a step is still being written, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// More text may come.
    Writing,
    /// Whole.
    Done,
    /// The person pressed Stop.
    Stopped,
    /// The app ended while it was being written.
    Interrupted,
    /// It failed; [`Step::failure`] says why.
    Failed,
}

impl Step {
    /// A finished step of `kind` saying `text`, at `sequence`.
    #[must_use]
    pub fn said(kind: StepKind, sequence: u32, text: String) -> Self {
        let now = clock::now();
        Self {
            id: StepId::new(),
            sequence,
            branch: TRUNK,
            parent: None,
            answers: None,
            kind,
            name: String::new(),
            input: String::new(),
            output: text,
            language: None,
            state: StepState::Done,
            failure: None,
            ask: None,
            actions: Vec::new(),
            elements: Vec::new(),
            feedback: None,
            command: None,
            created_at: now,
            ended_at: Some(now),
        }
    }

    /// Whether it is a reply that says something and was broken off, so that it can go on.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        let broken_off = match self.state {
            StepState::Stopped | StepState::Interrupted => true,
            StepState::Failed => self
                .failure
                .as_ref()
                .is_some_and(|failure| failure.code == FailureCode::ModelInterrupted),
            StepState::Writing | StepState::Done => false,
        };
        let is_reply = self.kind == StepKind::Assistant && self.ask.is_none();
        broken_off && is_reply && !self.output.is_empty()
    }

    /// Marks the step as ended now, in `state`.
    pub fn end(&mut self, state: StepState) {
        self.state = state;
        self.ended_at = Some(clock::now());
    }
}

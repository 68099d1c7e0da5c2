//! What reaches a conversation: commands from the window, operations from a running handler.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

use crate::ask::{Answer, AnswerError, AskState, Want};
use crate::chat::ChatError;
use crate::element::Element;
use crate::failure::Failure;
use crate::feedback::Feedback;
use crate::ids::{ElementId, StepId};
use crate::message::Message;
use crate::port::history::HistoryError;
use crate::port::model::ModelMessage;
use crate::runtime::conversation::{RunError, Sink};
use crate::session::SessionError;
use crate::settings::SettingValues;
use crate::step::{Step, StepKind, StepState};
use crate::toast::Toast;

/// Where the answer to a command or an operation goes.
pub(crate) type Done<T, E> = oneshot::Sender<Result<T, E>>;

/// Where the answer to a question goes; `None` when there will be none.
pub(crate) type Answered = oneshot::Sender<Option<Answer>>;

/// An operation and the hook run it belongs to. Operations of a run that is over are dropped.
pub(crate) struct Scoped {
    pub(crate) scope: u64,
    pub(crate) op: Op,
}

/// What a handler does through [`Chat`](crate::chat::Chat).
pub(crate) enum Op {
    Say {
        message: Message,
        state: StepState,
        done: Done<(), ChatError>,
    },
    /// A reply that was broken off goes on.
    Reopen {
        step: StepId,
        done: Done<(), ChatError>,
    },
    /// A piece of work begins.
    Begin {
        parent: Option<StepId>,
        kind: StepKind,
        name: String,
        done: Done<StepId, ChatError>,
    },
    Append {
        step: StepId,
        text: String,
    },
    Change {
        step: StepId,
        change: StepChange,
        done: Done<(), ChatError>,
    },
    Finish {
        step: StepId,
        failure: Option<Failure>,
        done: Done<(), ChatError>,
    },
    Update {
        message: Message,
        done: Done<(), ChatError>,
    },
    Remove {
        step: StepId,
        done: Done<(), ChatError>,
    },
    Context {
        done: Done<Vec<ModelMessage>, ChatError>,
    },
    Steps {
        done: Done<Vec<Step>, ChatError>,
    },
    Ask {
        prompt: String,
        want: Want,
        within: Duration,
        answer: Answered,
        done: Done<StepId, ChatError>,
    },
    AskTimedOut {
        step: StepId,
        done: Done<(), ChatError>,
    },
    Rename {
        name: String,
        done: Done<(), ChatError>,
    },
    Toast {
        toast: Toast,
        done: Done<(), ChatError>,
    },
    SetCommands {
        commands: Vec<crate::command::Command>,
        done: Done<(), ChatError>,
    },
    HandOver {
        profile: String,
        message: Option<String>,
        done: Done<(), ChatError>,
    },
}

/// What changes in a piece of work that goes on.
pub(crate) enum StepChange {
    Input(String),
    Output(String),
    Language(String),
    Element(Box<Element>),
}

/// What the person does.
pub(crate) enum Command {
    /// The conversation comes (back) into view.
    Attach {
        sink: Sink,
        done: Done<(), HistoryError>,
    },
    Send {
        text: String,
        command: Option<String>,
        done: Done<(), RunError>,
    },
    Stop,
    /// Answers the last message once more.
    Retry {
        done: Done<(), RunError>,
    },
    /// Answers the message before a reply once more.
    Regenerate {
        reply: StepId,
        done: Done<(), RunError>,
    },
    /// Goes on with a reply that was broken off.
    Continue {
        reply: StepId,
        done: Done<(), RunError>,
    },
    /// Says something else in place of a message.
    Edit {
        message: StepId,
        text: String,
        done: Done<(), RunError>,
    },
    ShowBranch {
        branch: u32,
        done: Done<(), RunError>,
    },
    Press {
        message: StepId,
        button: String,
        done: Done<(), RunError>,
    },
    Rate {
        reply: StepId,
        feedback: Option<Feedback>,
        done: Done<(), RunError>,
    },
    /// An element of a step.
    Element {
        step: StepId,
        element: ElementId,
        done: Done<Element, HistoryError>,
    },
    /// What an open question wants.
    Want {
        step: StepId,
        done: Done<Want, AnswerError>,
    },
    Answer {
        step: StepId,
        answer: Answer,
        done: Done<(), AnswerError>,
    },
    Decline {
        step: StepId,
        done: Done<(), AnswerError>,
    },
    UpdateSettings {
        values: SettingValues,
        done: Done<(), SessionError>,
    },
    SetValue {
        key: String,
        /// `None` removes what is there.
        value: Option<Value>,
        done: Done<(), SessionError>,
    },
    Rename {
        name: String,
        done: Done<(), HistoryError>,
    },
    Pin {
        pinned: bool,
        done: Done<(), HistoryError>,
    },
    /// The person looks elsewhere. A turn under way is finished first.
    Leave,
    /// The conversation has to end now.
    End,
}

/// How a question is closed.
pub(crate) struct Closing {
    pub(crate) state: AskState,
    pub(crate) answer: Option<Answer>,
}

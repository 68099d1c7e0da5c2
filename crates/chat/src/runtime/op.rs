//! What reaches a conversation: commands from the window, operations from a running handler.

use serde_json::Value;
use tokio::sync::oneshot;

use crate::ask::{AnswerError, AskFile, AskedFile, Want};
use crate::chat::ChatError;
use crate::failure::Failure;
use crate::ids::StepId;
use crate::message::Message;
use crate::port::history::HistoryError;
use crate::port::model::ModelMessage;
use crate::runtime::conversation::{RunError, Sink};
use crate::session::SessionError;
use crate::settings::SettingValues;
use crate::step::StepState;

/// Where the answer to a command or an operation goes.
pub(crate) type Done<T, E> = oneshot::Sender<Result<T, E>>;

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
    Append {
        step: StepId,
        text: String,
    },
    Finish {
        step: StepId,
        failure: Option<Failure>,
        done: Done<(), ChatError>,
    },
    Context {
        done: Done<Vec<ModelMessage>, ChatError>,
    },
    AskFile {
        ask: AskFile,
        answer: oneshot::Sender<Option<Vec<AskedFile>>>,
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
    Retry {
        done: Done<(), RunError>,
    },
    /// What an open question wants.
    Want {
        step: StepId,
        done: Done<Want, AnswerError>,
    },
    Answer {
        step: StepId,
        files: Vec<AskedFile>,
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
        value: Value,
        done: Done<(), SessionError>,
    },
    Rename {
        name: String,
        done: Done<(), HistoryError>,
    },
    /// The person looks elsewhere. A turn under way is finished first.
    Leave,
    /// The conversation has to end now.
    End,
}

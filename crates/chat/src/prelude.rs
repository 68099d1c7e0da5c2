//! What an app's code needs nearly always.

/// Errors of handlers: `anyhow::bail!` and friends.
pub use anyhow;

pub use crate::action::{Action, Button, Pressed};
pub use crate::app::App;
pub use crate::ask::{AskAction, AskFile, AskForm, AskUser, AskedFile};
pub use crate::chat::{Chat, ChatError};
pub use crate::command::Command;
pub use crate::element::{Chart, ChartKind, Display, Element, Task, TaskState};
pub use crate::event::Event;
pub use crate::feedback::{Feedback, Rating};
pub use crate::hook::{Rated, Result, SetHooks};
pub use crate::message::Message;
pub use crate::person::Person;
pub use crate::port::model::{
    Author, Delta, DeltaStream, Model, ModelError, ModelMessage, Request,
};
pub use crate::profile::{ChatProfile, Starter, StarterCategory};
pub use crate::session::{SessionError, UserSession};
pub use crate::session_key::SessionKey;
pub use crate::settings::{Setting, SettingValues};
pub use crate::step::{Step, StepKind, StepState};
pub use crate::testing::{TestApp, TestChat, TestError};
pub use crate::thread::Thread;
pub use crate::toast::Toast;
pub use crate::user::{PersistedUser, User};
pub use crate::work::OpenStep;

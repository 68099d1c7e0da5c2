//! What an app's code needs nearly always.

pub use crate::app::App;
pub use crate::ask::{AskFile, AskedFile};
pub use crate::chat::Chat;
pub use crate::hook::{Result, SetHooks};
pub use crate::message::Message;
pub use crate::port::model::{Delta, Model, ModelError, ModelMessage, Request};
pub use crate::profile::{ChatProfile, Starter};
pub use crate::session::UserSession;
pub use crate::session_key::SessionKey;
pub use crate::settings::{Setting, SettingValues};
pub use crate::step::Action;
pub use crate::thread::Thread;
pub use crate::user::{PersistedUser, User};

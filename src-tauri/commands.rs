//! The commands of the window, by what they are about.
//!
//! Each one finds who is signed in, does one thing, and answers. Who somebody is comes from the
//! sign-in, never from an argument.

pub(crate) mod account;
pub(crate) mod app;
pub(crate) mod ask;
pub(crate) mod chat;
pub(crate) mod element;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod profile;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod thread;
pub(crate) mod transfer;

use tauri::State;

use crate::error::CommandError;
use crate::shell::Shell;

pub(crate) type Result<T = ()> = std::result::Result<T, CommandError>;
pub(crate) type AtShell<'a> = State<'a, Shell>;

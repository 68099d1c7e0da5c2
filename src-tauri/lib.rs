//! Confidant: a desktop home for conversational apps.
//!
//! Write profiles and handlers with the [`prelude`], call [`run`](Run::run), and get the whole app
//! around them: accounts in the operating system's keyring, sealed history, streaming replies.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use confidant::prelude::*;
//!
//! const TURNS: SessionKey<u32> = SessionKey::new("turns", || 0);
//!
//! fn main() -> ExitCode {
//!     App::new()
//!         .profile(
//!             ChatProfile::new("assistant")
//!                 .describe("A general **AI** assistant")
//!                 .starter(Starter::new("Ask a question", "What would you like to know?"))
//!                 .on_message(answer),
//!         )
//!         .run()
//! }
//!
//! async fn answer(chat: Chat, message: Message) -> Result {
//!     let turn = chat.session().update(TURNS, |n| n + 1)?;
//!     chat.say(format!("Turn {turn}: {}", message.text())).await
//! }
//! ```

mod bindings;
mod cli;
mod commands;
mod desktop;
mod error;
mod graphics;
#[cfg(doctest)]
mod guide;
#[cfg(target_os = "linux")]
mod leaving;
mod log;
mod model_choice;
mod run;
mod save;
mod shell;
mod transfers;
mod variables;

pub use bindings::export_bindings;
pub use run::{Run, Site, attach};

pub use confidant_chat as chat;

/// What an app's code needs nearly always.
pub mod prelude {
    pub use confidant_chat::prelude::*;

    pub use crate::run::Run;
}

//! Conversations: what they are made of, and the runtime that carries them.
//!
//! An [`app::App`] has profiles, a profile has hooks, and a hook works on a [`chat::Chat`].
//! Everything that happens comes out as an [`event::Event`]. What the runtime needs from the world
//! (accounts, history, models) it names in [`port`]; nothing in this crate does I/O.

pub mod app;
pub mod ask;
pub mod chat;
pub mod clock;
pub mod event;
pub mod failure;
pub mod hook;
pub mod ids;
pub mod message;
pub mod name;
pub mod port;
pub mod prelude;
pub mod profile;
pub mod runtime;
pub mod session;
pub mod session_key;
pub mod settings;
pub mod step;
pub mod thread;
pub mod user;

//! Conversations: what they are made of, and the runtime that carries them.
//!
//! An [`app::App`] has profiles, a profile has hooks, and a hook works on a [`chat::Chat`].
//! Everything that happens comes out as an [`event::Event`]. What the runtime needs from the world
//! (accounts, history, models) it names in [`port`]; nothing in this crate does I/O.

pub mod action;
pub mod app;
pub mod ask;
pub mod branch;
pub mod chat;
pub mod clock;
pub mod command;
pub mod element;
pub mod event;
pub mod failure;
pub mod feedback;
pub mod hook;
pub mod ids;
pub mod message;
pub mod mime;
pub mod name;
pub mod person;
pub mod port;
pub mod prelude;
pub mod profile;
pub mod runtime;
pub mod search;
pub mod session;
pub mod session_key;
pub mod settings;
pub mod shared;
pub mod step;
pub mod testing;
pub mod thread;
pub mod toast;
pub mod user;
pub mod work;

//! Conversations: what they are made of, and the runtime that carries them.

pub mod ask;
pub mod clock;
pub mod event;
pub mod failure;
pub mod ids;
pub mod port;
pub mod profile;
pub mod settings;
pub mod step;
pub mod thread;
pub mod user;

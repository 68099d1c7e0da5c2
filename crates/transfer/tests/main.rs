//! Exports and imports over a history in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chainlit;
mod chatgpt;
mod generated;
mod hostile;
mod kit;
mod markdown;
mod own;

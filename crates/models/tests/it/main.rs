//! Models against servers that answer well, badly and not at all. Everything listens on 127.0.0.1.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod checks;
mod kit;
mod refusals;
mod replies;
mod steered;

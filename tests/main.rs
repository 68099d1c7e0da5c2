//! The whole app: its commands under a window that is not drawn, and its real window.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod bindings;
mod coverage;
mod ipc;
mod outside;
mod support;
mod window;

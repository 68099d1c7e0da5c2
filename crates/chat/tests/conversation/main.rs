//! Whole conversations without a window: what a person does, and the events that come out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod asks;
mod drafts;
mod lifecycle;
mod messages;
mod settings_and_session;
mod support;

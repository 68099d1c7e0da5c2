//! Whole conversations without a window: what a person does, and the events that come out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod actions_and_feedback;
mod asks;
mod bin;
mod branches;
mod changes;
mod commands;
mod continuing;
mod drafts;
mod elements;
mod finding;
mod floods;
mod hostile;
mod lifecycle;
mod messages;
mod moody;
mod properties;
mod session;
mod settings_and_session;
mod steps;
mod support;
mod too_late;
mod users;

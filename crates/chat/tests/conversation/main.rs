//! Whole conversations without a window: what a person does, and the events that come out.

mod asks;
mod lifecycle;
mod messages;
mod settings_and_session;
mod support;

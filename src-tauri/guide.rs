//! The framework's guide, so that every Rust block in it is compiled with the tests.

#[doc = include_str!("../README.md")]
mod readme {}

#[doc = include_str!("../docs/framework/getting-started.md")]
mod getting_started {}

#[doc = include_str!("../docs/framework/profiles.md")]
mod profiles {}

#[doc = include_str!("../docs/framework/handlers.md")]
mod handlers {}

#[doc = include_str!("../docs/framework/sessions.md")]
mod sessions {}

#[doc = include_str!("../docs/framework/users.md")]
mod users {}

#[doc = include_str!("../docs/framework/messages-and-steps.md")]
mod messages_and_steps {}

#[doc = include_str!("../docs/framework/asks.md")]
mod asks {}

#[doc = include_str!("../docs/framework/settings.md")]
mod settings {}

#[doc = include_str!("../docs/framework/elements.md")]
mod elements {}

#[doc = include_str!("../docs/framework/commands-and-actions.md")]
mod commands_and_actions {}

#[doc = include_str!("../docs/framework/testing.md")]
mod testing {}

#[doc = include_str!("../docs/framework/shipping.md")]
mod shipping {}

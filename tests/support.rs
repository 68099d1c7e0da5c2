//! What the tests of the whole app stand on: a home of their own, a keyring, a model's server, and
//! the real window.

pub(crate) mod dialog;
pub(crate) mod home;
pub(crate) mod keyring;
pub(crate) mod memory;
pub(crate) mod model_server;
pub(crate) mod process;
pub(crate) mod window;

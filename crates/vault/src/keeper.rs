//! Where accounts are kept.

use serde::{Deserialize, Serialize};

/// What keeps the accounts of this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Keeper {
    /// The operating system's keyring.
    Keyring,
    /// A file in the app's data directory: for a computer without a keyring, and only where the
    /// person chose it. Every account in it has a password, and none is remembered.
    File,
}

/// What keeps the accounts now, and what else there is to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Keeping {
    /// What keeps them now.
    pub keeper: Keeper,
    /// Whether there is a file of accounts, used or not.
    pub has_file: bool,
}

//! An account as the rest of the app sees it.

use confidant_chat::user::{PersistedUser, User};
use confidant_seal::DataKey;
use secrecy::SecretString;
use serde::Serialize;

/// Somebody with an account on this computer, and how they can sign in.
#[derive(Clone, Debug, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Who they are.
    #[serde(flatten)]
    pub user: PersistedUser,
    /// Whether a password opens it.
    pub has_password: bool,
    /// Whether a recovery code opens it.
    pub has_recovery: bool,
    /// Whether this computer's keyring opens it without one.
    pub remembered: bool,
}

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Who it is for. The role is decided by the vault, whatever this says.
    pub user: User,
    /// The password that opens it, if any.
    pub password: Option<SecretString>,
    /// Whether this computer remembers it. Without a password it does in any case, because there
    /// would be no other way in.
    pub remember: bool,
}

/// An account somebody has just signed in to, and the key to everything of theirs.
#[derive(Debug)]
pub struct Unlocked {
    /// The account.
    pub account: Account,
    /// Its data key. Dropping it wipes it from memory.
    pub key: DataKey,
}

//! What can go wrong with accounts, as far as somebody can do something about it.

use std::time::Duration;

use confidant_chat::name::NameError;
use confidant_chat::port::directory::DirectoryError;
use confidant_seal::{NoRandomness, RememberedError, SlotError};

/// Why the vault could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// This computer has no keyring, or nothing that answers for one.
    #[error("there is no keyring on this computer")]
    NoKeyring,
    /// The keyring is locked, has never been set up, or did not answer in time: on Linux that is
    /// how it waits for the person to unlock it.
    #[error("the keyring is locked")]
    KeyringLocked,
    /// Anything else that went wrong with it, in words for a log. They hold nothing that is kept
    /// there.
    #[error("the keyring failed: {0}")]
    Keyring(String),
    /// The identifier and the password do not belong together. Whether there is such an account is
    /// not said.
    #[error("wrong password")]
    WrongPassword,
    /// Signing in failed too often, and this attempt was not looked at.
    #[error("too many failed attempts, try again in {} s", retry_in.as_secs().max(1))]
    TooManyAttempts {
        /// How long until the next attempt is looked at.
        retry_in: Duration,
    },
    /// Somebody else has this identifier.
    #[error("this identifier is taken")]
    Taken,
    /// The identifier or the display name cannot be used.
    #[error(transparent)]
    Name(#[from] NameError),
    /// An empty password was given for a new account. One without a password gives none.
    #[error("the password is empty")]
    PasswordRequired,
    /// The accounts are kept in a file, where a key that is remembered could be read by anybody who
    /// reads the file.
    #[error("an account that is kept in a file cannot be remembered")]
    RememberingOff,
    /// Both copies of the file of accounts are damaged or gone.
    #[error("the file of accounts cannot be read: both of its copies are damaged or gone")]
    FileDamaged,
    /// There is no room left for the file of accounts.
    #[error("there is no room left on the disk for the file of accounts")]
    FileFull,
    /// The file of accounts is on a disk that nothing can be written to.
    #[error("the file of accounts is on a disk that nothing can be written to")]
    FileReadOnly,
    /// Anything else that went wrong with the file of accounts, in words for a log.
    #[error("the file of accounts failed: {0}")]
    File(String),
    /// This computer does not remember this account: it opens with its password.
    #[error("this computer does not remember this account")]
    NotRemembered,
    /// Without a password, being remembered is the only way in.
    #[error("this account has no password and cannot be opened unless it is remembered")]
    OnlySlot,
    /// Somebody has to be admin.
    #[error("the last admin cannot be removed")]
    LastAdmin,
    /// No such account.
    #[error("there is no such account")]
    NotFound,
    /// What is kept of this account cannot be read: it was changed.
    #[error("what is kept of this account cannot be read")]
    Damaged,
    /// A newer version of this program wrote an account. It was left as it is.
    #[error("an account has format {found}, and this version reads up to {known}: update the app")]
    Newer {
        /// The version that was found.
        found: u32,
        /// The newest version this build knows.
        known: u32,
    },
}

impl From<NoRandomness> for VaultError {
    fn from(error: NoRandomness) -> Self {
        Self::Keyring(error.to_string())
    }
}

impl From<RememberedError> for VaultError {
    fn from(_: RememberedError) -> Self {
        Self::Damaged
    }
}

impl From<SlotError> for VaultError {
    fn from(error: SlotError) -> Self {
        match error {
            SlotError::WrongPassword => Self::WrongPassword,
            SlotError::Cost(_) | SlotError::Damaged => Self::Damaged,
            SlotError::OutOfMemory | SlotError::NoRandomness(_) => Self::Keyring(error.to_string()),
        }
    }
}

impl From<VaultError> for DirectoryError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoKeyring => Self::NoKeyring,
            VaultError::KeyringLocked => Self::KeyringLocked,
            VaultError::Taken => Self::Taken,
            VaultError::LastAdmin => Self::LastAdmin,
            VaultError::NotFound => Self::NotFound,
            VaultError::Keyring(detail) => Self::Failed(detail),
            VaultError::RememberingOff
            | VaultError::FileDamaged
            | VaultError::FileFull
            | VaultError::FileReadOnly
            | VaultError::File(_)
            | VaultError::WrongPassword
            | VaultError::TooManyAttempts { .. }
            | VaultError::Name(_)
            | VaultError::PasswordRequired
            | VaultError::NotRemembered
            | VaultError::OnlySlot
            | VaultError::Damaged
            | VaultError::Newer { .. } => Self::Failed(error.to_string()),
        }
    }
}

//! The accounts of this computer, as far as conversations need to know of them. Signing in is the
//! vault's own affair and the shell's: it deals in keys, which the runtime never sees.

use async_trait::async_trait;

use crate::ids::UserId;
use crate::user::{PersistedUser, User};

/// The people with an account here.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Everybody, oldest account first.
    ///
    /// # Errors
    ///
    /// When the keyring cannot be read.
    async fn people(&self) -> Result<Vec<PersistedUser>, DirectoryError>;

    /// Stores what is now known of a person; `id` and the time of creation stay.
    ///
    /// # Errors
    ///
    /// When there is no such account, another one has that identifier, the last admin would lose
    /// the role, or the keyring cannot be written.
    async fn update(&self, id: UserId, user: User) -> Result<PersistedUser, DirectoryError>;
}

/// Why an account could not be read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// No such account.
    #[error("there is no such account")]
    NotFound,
    /// Somebody else has this identifier.
    #[error("this identifier is taken")]
    Taken,
    /// Somebody has to be admin.
    #[error("the last admin cannot be removed")]
    LastAdmin,
    /// Only an admin may do this.
    #[error("only an admin may do this")]
    NotAllowed,
    /// This computer has no keyring, or it is not running.
    #[error("there is no keyring on this computer")]
    NoKeyring,
    /// The keyring is there and locked.
    #[error("the keyring is locked")]
    KeyringLocked,
    /// Anything else that the keyring said.
    #[error("the keyring failed: {0}")]
    Failed(String),
}

//! Facts about this installation, for whoever administers it.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::ids::UserId;

/// What the app can say of itself.
#[async_trait]
pub trait Installation: Send + Sync {
    /// The facts as they are now.
    async fn facts(&self) -> Facts;
}

/// The state of an installation at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The app's version.
    pub version: String,
    /// When this process started.
    pub started_at: Timestamp,
    /// What keeps the accounts, such as `Secret Service`.
    pub keyring: String,
    /// Bytes on the disk under each account's directory.
    pub bytes: Vec<(UserId, u64)>,
}

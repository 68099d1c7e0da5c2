//! What accounts are kept as: texts by name. Every call blocks.

use zeroize::Zeroizing;

use crate::error::VaultError;

/// The entries of one service, wherever they are kept.
pub(crate) trait Entries: Send {
    /// The text of the entry `name`, if there is one.
    fn read(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError>;

    /// Stores `text` as the entry `name`, over what was there.
    fn write(&mut self, name: &str, text: &str) -> Result<(), VaultError>;

    /// Removes the entry `name`; whether there was one.
    fn remove(&mut self, name: &str) -> Result<bool, VaultError>;

    /// Whether there is an entry `name`.
    fn holds(&mut self, name: &str) -> Result<bool, VaultError>;

    /// The names of all entries, in no order.
    fn names(&mut self) -> Result<Vec<String>, VaultError>;

    /// Whether nobody but the person can read them. Otherwise no key may be kept there as it is.
    fn are_secret(&self) -> bool;

    /// Forgets what a call that panicked may have left broken.
    fn recover(&mut self) {}
}

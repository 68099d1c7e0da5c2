//! Accounts in the operating system's keyring, or in a file where there is none.
//!
//! A [`Vault`] keeps everybody's account as entries of one service: who they are, the data key
//! sealed with their password, the same key as it is if this computer is to remember them, their
//! API keys, and how often somebody failed to sign in. It speaks Secret Service on Linux, Keychain
//! on macOS and Credential Manager on Windows.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use confidant_chat::user::User;
//! use confidant_vault::{NewAccount, Vault};
//!
//! let vault = Vault::open("my-app");
//! let password = Some("correct horse battery staple".into());
//! let alice = NewAccount { user: User::new("alice@example.com")?, password, remember: true };
//! let unlocked = vault.create(alice).await?;
//! assert!(unlocked.account.user.user.is_admin(), "the first account administers the others");
//!
//! let again = vault.unlock_remembered(unlocked.account.user.id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! | entry | holds |
//! |---|---|
//! | `user:<id>` | identifier, names, metadata, time of creation, slots of the password and the recovery code: JSON |
//! | `unlock:<id>` | the data key, if this computer remembers the account |
//! | `secret:<id>:<name>` | an API key or another secret of that account |
//! | `attempts:<id>` | how often signing in failed, and when last |
//! | `part:<generation>:<number>:<entry>` | a piece of an entry that is too long for one |
//!
//! The same entries make up the file of a computer without a keyring. What is a secret by itself is
//! not in it: `unlock` entries are refused, and `secret` entries sealed with the data key. Nobody
//! gets there by falling back: [`Vault::choose`] is called for a person who said so.
//!
//! # One at a time
//!
//! Everything that a vault is asked is done one after the other on a thread that may block, from
//! start to end even if whoever asked has gone. So two accounts cannot be given one identifier, nor
//! two passwords be tried at once. Other processes are not kept out: an app has one window for one
//! keyring.

mod account;
mod accounts;
mod attempts;
mod checksum;
mod directory;
mod entries;
mod entry_file;
mod error;
mod keeper;
mod keyring;
mod long_text;
mod names;
mod platform;
mod record;
mod secrets;
mod sign_in;
#[cfg(test)]
mod testing;
mod vault;
mod versioned;

pub use account::{Account, NewAccount, Unlocked};
pub use error::VaultError;
pub use keeper::{Keeper, Keeping};
pub use secrets::Secrets;
pub use vault::{PATIENCE, Vault};

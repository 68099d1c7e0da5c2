//! Keys and sealed bytes. This crate does no I/O: it turns bytes into other bytes.
//!
//! Everybody with an account has one random [`DataKey`]. What they keep on disk is sealed with a
//! [`SealingKey`] derived from it, one for each [`Purpose`], together with the [`Place`] it is kept
//! at, so that bytes moved elsewhere do not open. The data key itself is kept in slots: a
//! [`PasswordSlot`] opens with a password or with a [`RecoveryCode`], a [`RememberedSlot`] is the key as text for an entry of
//! its own in the operating system's keyring.
//!
//! ```
//! use confidant_seal::{DataKey, Place, Purpose};
//!
//! let key = DataKey::random()?.sealing_key(Purpose::Records);
//! let place = Place { tree: "threads", key: b"42", user: b"alice" };
//! let sealed = key.seal(&place, b"hello")?;
//!
//! assert_eq!(key.open(&place, &sealed)?, b"hello");
//! assert!(key.open(&Place { key: b"43", ..place }, &sealed).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cost;
mod data_key;
mod password_slot;
mod place;
mod random;
mod recovery_code;
mod remembered_slot;
mod sealing;
mod wiped;

pub use cost::{Cost, CostError};
pub use data_key::{DataKey, Purpose};
pub use password_slot::{PasswordSlot, SlotError};
pub use place::Place;
pub use random::NoRandomness;
pub use recovery_code::RecoveryCode;
pub use remembered_slot::{RememberedError, RememberedSlot};
pub use sealing::{OVERHEAD, OpenError, SealError, SealingKey, VERSION};

//! The slot that needs no password: the data key as text, for a keyring entry of its own.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use crate::data_key::{DataKey, LENGTH};

/// What the text begins with, so that a later form can be told from this one.
const PREFIX: &str = "confidant-key-1:";

/// The data key as text. Whoever can read it can read everything of that account, so its only place
/// is an entry of its own in the operating system's keyring. It cannot be printed, and is wiped
/// from memory when it is dropped.
pub struct RememberedSlot(Zeroizing<String>);

/// The text of a remembered slot is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the remembered key is damaged")]
pub struct RememberedError;

impl RememberedSlot {
    /// The slot that opens to `key`.
    #[must_use]
    pub fn lock(key: &DataKey) -> Self {
        // Reserved in full: a string that grows leaves a copy of the key behind.
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + LENGTH * 2));
        text.push_str(PREFIX);
        STANDARD_NO_PAD.encode_string(key.bytes(), &mut text);
        Self(text)
    }

    /// The slot that was stored as `text`.
    #[must_use]
    pub fn from_text(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// What to store.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The key in it.
    ///
    /// # Errors
    ///
    /// When the text is not one that [`lock`](Self::lock) made.
    pub fn unlock(&self) -> Result<DataKey, RememberedError> {
        let encoded = self.0.strip_prefix(PREFIX).ok_or(RememberedError)?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| RememberedError)?;
        DataKey::from_slice(&Zeroizing::new(bytes)).ok_or(RememberedError)
    }
}

impl fmt::Debug for RememberedSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RememberedSlot(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_stored_format_does_not_change() {
        let key = DataKey::from_slice(&[0; LENGTH]).unwrap();
        let expected = format!("confidant-key-1:{}", "A".repeat(43));
        assert_eq!(RememberedSlot::lock(&key).text(), expected);
    }

    #[test]
    fn printing_it_shows_nothing_of_it() {
        let slot = RememberedSlot::lock(&DataKey::random().unwrap());
        assert_eq!(format!("{slot:?}"), "RememberedSlot(..)");
    }

    proptest! {
        #[test]
        fn the_key_comes_back(bytes in any::<[u8; LENGTH]>()) {
            let slot = RememberedSlot::lock(&DataKey::from_slice(&bytes).unwrap());
            let stored = Zeroizing::new(slot.text().to_owned());
            let opened = RememberedSlot::from_text(stored).unlock().unwrap();
            prop_assert_eq!(opened.bytes(), &bytes);
        }

        #[test]
        fn garbage_is_refused(text in "(confidant-key-1:)?[A-Za-z0-9+/=]{0,42}|.{0,60}") {
            let slot = RememberedSlot::from_text(Zeroizing::new(text));
            prop_assert!(slot.unlock().is_err(), "no such text is a whole key");
        }
    }
}

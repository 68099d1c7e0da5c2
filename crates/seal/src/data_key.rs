//! The one secret of an account, and what is derived from it.

use std::fmt;

use hkdf::Hkdf;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};
use crate::sealing::SealingKey;

/// The length of a data key in bytes.
pub(crate) const LENGTH: usize = 32;

/// An account's data key: 256 random bits from which every key of theirs is derived. It cannot be
/// copied or printed, and is wiped from memory when it is dropped.
pub struct DataKey(SecretBox<[u8; LENGTH]>);

/// What a derived key is for. Keys of different purposes have nothing in common, so what is sealed
/// for one does not open with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Threads, steps and everything else in trees.
    Records,
    /// The journal of changes.
    Journal,
    /// The search index.
    Index,
    /// Attachments and other content in files of their own.
    Files,
    /// API keys and the like, where nothing else keeps them secret.
    Secrets,
}

impl Purpose {
    /// What HKDF tells the keys apart by. Part of the stored format: changing one makes everything
    /// sealed for that purpose unreadable.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Records => b"confidant/v1/records",
            Self::Journal => b"confidant/v1/journal",
            Self::Index => b"confidant/v1/index",
            Self::Files => b"confidant/v1/files",
            Self::Secrets => b"confidant/v1/secrets",
        }
    }
}

impl DataKey {
    /// A new key for a new account.
    ///
    /// # Errors
    ///
    /// When the operating system has no random bytes to give.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut key = Self::zero();
        random::fill(key.0.expose_secret_mut())?;
        Ok(key)
    }

    /// The key that seals and opens what is kept for `purpose`. The same data key always gives the
    /// same one.
    #[must_use]
    pub fn sealing_key(&self, purpose: Purpose) -> SealingKey {
        let mut derived = Zeroizing::new([0; LENGTH]);
        let hkdf = Hkdf::<Sha256>::new(None, self.bytes());
        let Ok(()) = hkdf.expand(purpose.label(), derived.as_mut_slice()) else {
            unreachable!("HKDF-SHA-256 gives up to 8,160 bytes, and this asks for 32");
        };
        SealingKey::from_bytes(&derived)
    }

    /// The key that `bytes` are, or nothing when there are not exactly 32.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zero();
        if bytes.len() != LENGTH {
            return None;
        }
        key.0.expose_secret_mut().copy_from_slice(bytes);
        Some(key)
    }

    /// The key itself, for the slots that keep it.
    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        self.0.expose_secret()
    }

    /// Boxed before it is filled, so that no copy of it stays behind on the stack.
    fn zero() -> Self {
        Self(SecretBox::new(Box::new([0; LENGTH])))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    const ALL: [Purpose; 5] =
        [Purpose::Records, Purpose::Journal, Purpose::Index, Purpose::Files, Purpose::Secrets];

    #[test]
    fn what_is_sealed_for_one_purpose_does_not_open_for_another() {
        let key = DataKey::random().unwrap();
        let place = Place { tree: "steps", key: b"1", user: b"u" };
        for sealer in ALL {
            let sealed = key.sealing_key(sealer).seal(&place, b"text").unwrap();
            for opener in ALL {
                let opened = key.sealing_key(opener).open(&place, &sealed);
                assert_eq!(opened.is_ok(), sealer == opener, "{sealer:?} opened as {opener:?}");
            }
        }
    }

    #[test]
    fn two_random_keys_differ() {
        let [one, other] = [DataKey::random().unwrap(), DataKey::random().unwrap()];
        assert_ne!(one.bytes(), other.bytes(), "a constant is no key");
        assert_ne!(one.bytes(), &[0; LENGTH], "an unfilled key is no key");
    }

    #[test]
    fn printing_a_key_shows_nothing_of_it() {
        let key = DataKey::from_slice(&[0xAB; LENGTH]).unwrap();
        assert_eq!(format!("{key:?}"), "DataKey(..)");
        assert_eq!(format!("{:?}", key.sealing_key(Purpose::Files)), "SealingKey(..)");
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for length in [0, 31, 33] {
            assert!(DataKey::from_slice(&vec![1; length]).is_none(), "{length} bytes are no key");
        }
    }
}

//! Names of preferences as keys: keys in the store can be read by whoever reads the disk, so a
//! name becomes a keyed hash.

use confidant_chat::port::history::HistoryError;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::record::{Seal, damaged};
use crate::trees::Tree;

const LENGTH: usize = 32;

/// Where the key of the hash is kept in `meta`, sealed.
pub(crate) const KEY: &[u8] = b"names";

/// The key of the hash: random, made with the store, and kept in it sealed. As the first record
/// that is opened it also tells whether the store belongs to the key it is opened with.
pub(crate) struct Names(Zeroizing<[u8; LENGTH]>);

impl Names {
    /// A new key.
    pub(crate) fn random() -> Result<Self, HistoryError> {
        let mut key = Zeroizing::new([0; LENGTH]);
        getrandom::fill(key.as_mut_slice())
            .map_err(|error| HistoryError::Failed(error.to_string()))?;
        Ok(Self(key))
    }

    /// The key as `meta` keeps it.
    pub(crate) fn close(&self, seal: &Seal) -> Result<Vec<u8>, HistoryError> {
        seal.close_bytes(Tree::Meta, KEY, b"", self.0.as_slice())
    }

    /// The key that `meta` keeps as `value`.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Damaged`] when it does not open: most likely the store is another person's.
    pub(crate) fn open(seal: &Seal, value: &[u8]) -> Result<Self, HistoryError> {
        let plain = Zeroizing::new(seal.open_bytes(Tree::Meta, KEY, 0, value)?);
        let mut key = Zeroizing::new([0; LENGTH]);
        if plain.len() != LENGTH {
            return Err(damaged(Tree::Meta, KEY, "it has another length"));
        }
        key.copy_from_slice(&plain);
        Ok(Self(key))
    }

    /// The key in `preferences` of the preference called `name`: HMAC-SHA-256, which is what the
    /// first half of HKDF is.
    pub(crate) fn hash(&self, name: &str) -> [u8; LENGTH] {
        Hkdf::<Sha256>::extract(Some(self.0.as_slice()), name.as_bytes()).0.into()
    }
}

#[cfg(test)]
mod tests {
    use confidant_chat::ids::UserId;
    use confidant_seal::DataKey;

    use super::*;

    #[test]
    fn the_hash_is_that_of_rfc_4231() {
        // Test case 2 of RFC 4231, its key filled up with zeros as HMAC does itself.
        let mut key = [0; LENGTH];
        key[..4].copy_from_slice(b"Jefe");
        let hash = Names(Zeroizing::new(key)).hash("what do ya want for nothing?");
        let hex = hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn it_is_the_same_after_closing_and_another_in_another_store() {
        let data_key = DataKey::random().unwrap();
        let seal = Seal::new(UserId::new(), &data_key);
        let names = Names::random().unwrap();
        let again = Names::open(&seal, &names.close(&seal).unwrap()).unwrap();
        assert_eq!(again.hash("model"), names.hash("model"));
        assert_ne!(names.hash("model"), names.hash("theme"));
        assert_ne!(Names::random().unwrap().hash("model"), names.hash("model"));

        let stranger = Seal::new(UserId::new(), &data_key);
        let refused = Names::open(&stranger, &names.close(&seal).unwrap());
        assert!(matches!(refused, Err(HistoryError::Damaged(_))), "another person's store");
    }
}

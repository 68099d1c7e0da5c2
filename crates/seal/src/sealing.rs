//! Sealed bytes: `version(1) ‖ nonce(24) ‖ XChaCha20-Poly1305(ciphertext ‖ tag(16))`, with the
//! version and the [`Place`] as associated data.

use std::fmt;

use chacha20poly1305::aead::Payload;
use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};

use crate::place::Place;
use crate::random::{self, NoRandomness};

/// The version of the sealed format that this crate writes, and the only one it reads.
pub const VERSION: u8 = 1;

/// How many bytes longer sealed bytes are than what they hold.
pub const OVERHEAD: usize = HEADER + TAG;

const NONCE: usize = 24;
const HEADER: usize = 1 + NONCE;
const TAG: usize = 16;

/// A key that seals and opens. It cannot be copied or printed, and is wiped from memory when it is
/// dropped.
pub struct SealingKey(Box<XChaCha20Poly1305>);

/// Why bytes could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no random nonce to be had, and one used twice would give the key away.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// More than the 256 GiB that one nonce can encrypt.
    #[error("too much to seal at once")]
    TooLong,
}

/// Why sealed bytes did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Shorter than the sealed form of nothing: cut off, or never sealed.
    #[error("too short to be sealed bytes")]
    TooShort,
    /// Sealed by another version of this format, most likely a newer one.
    #[error("sealed in format {0}, and this program knows only format {VERSION}")]
    UnknownVersion(u8),
    /// Another key, another place, or changed bytes: these cannot be told apart.
    #[error("the sealed bytes do not open: another key, another place, or they were changed")]
    DoesNotOpen,
}

impl SealingKey {
    /// The key that these bytes are.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(XChaCha20Poly1305::new(bytes.into())))
    }

    /// `plain` sealed for `place`, [`OVERHEAD`] bytes longer. Sealing the same twice gives
    /// different bytes.
    ///
    /// # Errors
    ///
    /// When the operating system has no random bytes to give, or `plain` is longer than 256 GiB.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        random::fill(&mut nonce)?;
        self.seal_with(place, plain, &nonce)
    }

    /// What [`seal`](Self::seal) sealed for `place`.
    ///
    /// # Errors
    ///
    /// When `sealed` is too short or of an unknown version, was sealed with another key or for
    /// another place, or differs in any bit from what [`seal`](Self::seal) gave.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (&version, rest) = sealed.split_first().ok_or(OpenError::TooShort)?;
        // The version comes first: another version may well be shorter than this one.
        if version != VERSION {
            return Err(OpenError::UnknownVersion(version));
        }
        let (nonce, msg) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::TooShort)?;
        if msg.len() < TAG {
            return Err(OpenError::TooShort);
        }
        let aad = place.associated_data(version);
        self.0
            .decrypt(&XNonce::from(*nonce), Payload { msg, aad: &aad })
            .map_err(|_| OpenError::DoesNotOpen)
    }

    fn seal_with(
        &self,
        place: &Place<'_>,
        plain: &[u8],
        nonce: &[u8; NONCE],
    ) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
        sealed.push(VERSION);
        sealed.extend_from_slice(nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .0
            .encrypt_inout_detached(
                &XNonce::from(*nonce),
                &place.associated_data(VERSION),
                InOutBuf::from(&mut sealed[HEADER..]),
            )
            .map_err(|_| SealError::TooLong)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{DataKey, Purpose};

    const PLACE: Place<'_> = Place { tree: "steps", key: b"\x01\x02", user: b"alice" };

    fn key() -> SealingKey {
        SealingKey::from_bytes(&[7; 32])
    }

    #[test]
    fn nothing_can_be_sealed_too() {
        let sealed = key().seal(&PLACE, b"").unwrap();
        assert_eq!(sealed.len(), OVERHEAD, "there is nothing in it but the wrapping");
        assert_eq!(key().open(&PLACE, &sealed), Ok(vec![]));
    }

    #[test]
    fn the_same_text_never_looks_the_same_twice() {
        let [one, other] = [(), ()].map(|()| key().seal(&PLACE, b"same").unwrap());
        assert_ne!(one, other, "equal texts must not be recognisable on disk");
    }

    #[test]
    fn another_version_is_named_and_not_tried() {
        let mut sealed = key().seal(&PLACE, b"text").unwrap();
        sealed[0] = 2;
        assert_eq!(key().open(&PLACE, &sealed), Err(OpenError::UnknownVersion(2)));
        assert_eq!(key().open(&PLACE, &[9]), Err(OpenError::UnknownVersion(9)));
    }

    #[test]
    fn whatever_is_shorter_than_the_wrapping_is_too_short() {
        let sealed = key().seal(&PLACE, b"").unwrap();
        for length in 0..OVERHEAD {
            let cut = key().open(&PLACE, &sealed[..length]);
            assert_eq!(cut, Err(OpenError::TooShort), "{length} of {OVERHEAD} bytes");
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(
            plain in prop::collection::vec(any::<u8>(), 0..2000),
            tree in ".{0,12}",
            place_key in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let place = Place { tree: &tree, key: &place_key, user: b"u" };
            let sealed = key().seal(&place, &plain).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            prop_assert_eq!(key().open(&place, &sealed), Ok(plain));
        }

        #[test]
        fn no_byte_can_be_changed(
            plain in prop::collection::vec(any::<u8>(), 0..64),
            at in any::<prop::sample::Index>(),
            flip in 1..=255u8,
        ) {
            let mut sealed = key().seal(&PLACE, &plain).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= flip;
            let expected = match at {
                0 => OpenError::UnknownVersion(sealed[0]),
                _ => OpenError::DoesNotOpen,
            };
            prop_assert_eq!(key().open(&PLACE, &sealed), Err(expected));
        }

        #[test]
        fn nothing_can_be_cut_off_or_added(
            plain in prop::collection::vec(any::<u8>(), 1..64),
            cut in any::<prop::sample::Index>(),
            more in prop::collection::vec(any::<u8>(), 1..8),
        ) {
            let sealed = key().seal(&PLACE, &plain).unwrap();
            let shorter = &sealed[..cut.index(sealed.len())];
            prop_assert!(key().open(&PLACE, shorter).is_err());
            let longer = [&sealed[..], &more[..]].concat();
            prop_assert_eq!(key().open(&PLACE, &longer), Err(OpenError::DoesNotOpen));
        }

        #[test]
        fn a_moved_record_does_not_open(
            tree in "[a-z]{0,4}",
            place_key in prop::collection::vec(any::<u8>(), 0..4),
            user in prop::collection::vec(any::<u8>(), 0..4),
        ) {
            let elsewhere = Place { tree: &tree, key: &place_key, user: &user };
            prop_assume!(elsewhere != PLACE);
            let sealed = key().seal(&PLACE, b"text").unwrap();
            prop_assert_eq!(key().open(&elsewhere, &sealed), Err(OpenError::DoesNotOpen));
        }

        #[test]
        fn another_key_opens_nothing(bytes in any::<[u8; 32]>()) {
            prop_assume!(bytes != [7; 32]);
            let sealed = key().seal(&PLACE, b"text").unwrap();
            let other = SealingKey::from_bytes(&bytes);
            prop_assert_eq!(other.open(&PLACE, &sealed), Err(OpenError::DoesNotOpen));
        }

        #[test]
        fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(key().open(&PLACE, &bytes).is_err());
        }

        #[test]
        fn garbage_of_the_right_version_is_refused(
            mut bytes in prop::collection::vec(any::<u8>(), 1..200),
        ) {
            bytes[0] = VERSION;
            prop_assert!(key().open(&PLACE, &bytes).is_err());
        }
    }

    /// What is on people's disks today must open in every later release. The expected bytes were
    /// computed by an independent program from the description at the top of this file.
    #[test]
    fn the_stored_format_does_not_change() {
        let data_key = DataKey::from_slice(&(0..32).collect::<Vec<u8>>()).unwrap();
        let nonce: [u8; NONCE] = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let expected = [
            (
                Purpose::Records,
                "01404142434445464748494a4b4c4d4e4f5051525354555657add17ab2c2cf8b78a1584c8cc1794c38c033342c86",
            ),
            (
                Purpose::Journal,
                "01404142434445464748494a4b4c4d4e4f5051525354555657eb440c4f2402fea68a7dcb9d1888974e90409b93ea",
            ),
            (
                Purpose::Index,
                "01404142434445464748494a4b4c4d4e4f505152535455565708e7b4cb280a94826ca0827309729328331eea12d3",
            ),
            (
                Purpose::Files,
                "01404142434445464748494a4b4c4d4e4f5051525354555657b273a26de7788b54494eaa8c100f18e4186c1a6307",
            ),
        ];
        for (purpose, expected) in expected {
            let key = data_key.sealing_key(purpose);
            let sealed = key.seal_with(&PLACE, b"hello", &nonce).unwrap();
            let hex = sealed.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            assert_eq!(hex, expected, "{purpose:?}");
        }
    }
}

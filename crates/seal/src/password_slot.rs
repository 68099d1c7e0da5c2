//! The slot that opens with a password.

use argon2::{Algorithm, Argon2, Block, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::cost::{Cost, CostError};
use crate::data_key::{DataKey, LENGTH};
use crate::place::Place;
use crate::random::{self, NoRandomness};
use crate::sealing::{OVERHEAD, SealingKey, VERSION};

/// The length of a salt in bytes, as RFC 9106 recommends.
const SALT: usize = 16;

/// A sealed data key is kept in its slot and nowhere else, so its place has no more than a name.
const PLACE: Place<'_> = Place { tree: "password-slot", key: b"", user: b"" };

/// A data key sealed with a password: what it cost to make, a salt, and the sealed key. Neither
/// the password nor the key made from it is stored, and there is no other trace of the password to
/// compare with: opening the slot *is* the check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordSlot {
    cost: Cost,
    salt: String,
    sealed: String,
}

/// Why a slot did not open, or could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// This is not the password. A slot whose salt or sealed key was changed says the same: the
    /// two cannot be told apart.
    #[error("wrong password")]
    WrongPassword,
    /// The stored cost is beyond anything this program writes, and was not tried.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// The slot is not one that this version of the program can read.
    #[error("the password slot is damaged")]
    Damaged,
    /// There is not enough memory to make a key from the password.
    #[error("there is not enough memory to try the password")]
    OutOfMemory,
    /// A new slot needs a random salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl PasswordSlot {
    /// A slot that opens to `key` with `password`, at the default [`Cost`]. Takes about a tenth of
    /// a second and 64 MiB of memory, on purpose: call it where blocking is fine.
    ///
    /// # Errors
    ///
    /// When there is not enough memory, or the operating system has no random bytes to give.
    pub fn lock(key: &DataKey, password: &SecretString) -> Result<Self, SlotError> {
        Self::lock_at(Cost::default(), key, password)
    }

    /// Like [`lock`](Self::lock), at a cost of one's own.
    ///
    /// # Errors
    ///
    /// Also when `cost` is over one of its maxima or under what Argon2 allows.
    pub fn lock_at(cost: Cost, key: &DataKey, password: &SecretString) -> Result<Self, SlotError> {
        let mut salt = [0; SALT];
        random::fill(&mut salt)?;
        let sealed = stretch(cost, &salt, password)?
            .seal(&PLACE, key.bytes())
            .map_err(|_| SlotError::NoRandomness(NoRandomness))?;
        Ok(Self {
            cost,
            salt: STANDARD_NO_PAD.encode(salt),
            sealed: STANDARD_NO_PAD.encode(sealed),
        })
    }

    /// A slot that no password opens, and that takes as long to say so as any other. Trying it when
    /// there is no account of that name keeps a stranger from learning which names there are.
    ///
    /// # Errors
    ///
    /// When the operating system has no random bytes to give.
    pub fn decoy() -> Result<Self, NoRandomness> {
        let mut salt = [0; SALT];
        let mut sealed = [0; LENGTH + OVERHEAD];
        random::fill(&mut salt)?;
        random::fill(&mut sealed)?;
        sealed[0] = VERSION;
        Ok(Self {
            cost: Cost::default(),
            salt: STANDARD_NO_PAD.encode(salt),
            sealed: STANDARD_NO_PAD.encode(sealed),
        })
    }

    /// The data key, if this is the password. Takes as long and as much memory as
    /// [`lock`](Self::lock) did.
    ///
    /// # Errors
    ///
    /// [`SlotError::WrongPassword`] when it is not; another [`SlotError`] when it was not tried at
    /// all.
    pub fn unlock(&self, password: &SecretString) -> Result<DataKey, SlotError> {
        let salt = STANDARD_NO_PAD.decode(&self.salt).map_err(|_| SlotError::Damaged)?;
        let sealed = STANDARD_NO_PAD.decode(&self.sealed).map_err(|_| SlotError::Damaged)?;
        if salt.len() != SALT || sealed.len() != LENGTH + OVERHEAD || sealed[0] != VERSION {
            return Err(SlotError::Damaged);
        }
        let opened = stretch(self.cost, &salt, password)?
            .open(&PLACE, &sealed)
            .map_err(|_| SlotError::WrongPassword)?;
        DataKey::from_slice(&Zeroizing::new(opened)).ok_or(SlotError::Damaged)
    }
}

/// The key that `password` stretches to.
fn stretch(cost: Cost, salt: &[u8], password: &SecretString) -> Result<SealingKey, SlotError> {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
    let mut memory = memory(argon.params().block_count())?;
    let mut key = Zeroizing::new([0; LENGTH]);
    let password = password.expose_secret().as_bytes();
    argon
        .hash_password_into_with_memory(password, salt, key.as_mut_slice(), memory.as_mut_slice())
        .map_err(|error| match error {
            argon2::Error::OutOfMemory => SlotError::OutOfMemory,
            _ => SlotError::Damaged,
        })?;
    Ok(SealingKey::from_bytes(&key))
}

/// What Argon2 fills. The key follows from it without the password, so it is wiped when it is
/// dropped; what Argon2 allocates for itself is not.
fn memory(blocks: usize) -> Result<Zeroizing<Vec<Block>>, SlotError> {
    let mut memory = Zeroizing::new(Vec::new());
    memory.try_reserve_exact(blocks).map_err(|_| SlotError::OutOfMemory)?;
    memory.resize(blocks, Block::new());
    Ok(memory)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// The least that Argon2 allows, so that property tests can try many passwords.
    const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    fn slot(password: &str) -> (PasswordSlot, DataKey) {
        let key = DataKey::random().unwrap();
        (PasswordSlot::lock_at(CHEAP, &key, &password.into()).unwrap(), key)
    }

    fn with(slot: &PasswordSlot, field: &str, value: Value) -> PasswordSlot {
        let mut json = serde_json::to_value(slot).unwrap();
        json[field] = value;
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_default_cost_is_64_mib_and_three_passes_and_is_stored() {
        let key = DataKey::random().unwrap();
        let slot = PasswordSlot::lock(&key, &"correct horse".into()).unwrap();
        let json = serde_json::to_value(&slot).unwrap();
        assert_eq!(json["cost"], json!({"memoryKib": 65_536, "passes": 3, "lanes": 1}));

        let stored: PasswordSlot = serde_json::from_value(json).unwrap();
        assert_eq!(stored.unlock(&"correct horse".into()).unwrap().bytes(), key.bytes());
        assert_eq!(stored.unlock(&"Correct horse".into()).unwrap_err(), SlotError::WrongPassword);
    }

    #[rstest::rstest]
    #[case::memory(json!({"memoryKib": Cost::MAX_MEMORY_KIB + 1, "passes": 1, "lanes": 1}))]
    #[case::all_memory(json!({"memoryKib": u32::MAX, "passes": 1, "lanes": 1}))]
    #[case::passes(json!({"memoryKib": 64, "passes": Cost::MAX_PASSES + 1, "lanes": 1}))]
    #[case::lanes(json!({"memoryKib": 4096, "passes": 1, "lanes": Cost::MAX_LANES + 1}))]
    #[case::nothing(json!({"memoryKib": 0, "passes": 0, "lanes": 0}))]
    fn an_absurd_stored_cost_is_refused_and_not_paid(#[case] cost: Value) {
        let absurd = with(&slot("p").0, "cost", cost);
        let refused = absurd.unlock(&"p".into()).unwrap_err();
        assert!(matches!(refused, SlotError::Cost(_)), "{refused:?}");
    }

    #[rstest::rstest]
    #[case("salt", "!")]
    #[case("salt", "AAAA")]
    #[case("sealed", "not base64")]
    #[case("sealed", "AQ")]
    fn a_slot_of_another_shape_is_damaged(#[case] field: &str, #[case] value: &str) {
        let damaged = with(&slot("p").0, field, value.into());
        assert_eq!(damaged.unlock(&"p".into()).unwrap_err(), SlotError::Damaged);
    }

    #[test]
    fn a_decoy_looks_like_a_slot_and_never_opens() {
        let decoy = PasswordSlot::decoy().unwrap();
        let real = PasswordSlot::lock(&DataKey::random().unwrap(), &"p".into()).unwrap();
        assert_eq!(decoy.cost, real.cost, "or it would take another time to fail");
        assert_eq!(decoy.sealed.len(), real.sealed.len());
        assert_eq!(decoy.unlock(&"p".into()).unwrap_err(), SlotError::WrongPassword);
    }

    #[test]
    fn what_is_stored_holds_neither_the_password_nor_the_key() {
        let (slot, key) = slot("hunter2hunter2");
        let stored = serde_json::to_string(&slot).unwrap() + &format!("{slot:?}");
        assert!(!stored.contains("hunter2"), "the password is nowhere");
        for plain in [b"hunter2hunter2".as_slice(), key.bytes()] {
            assert!(!stored.contains(&STANDARD_NO_PAD.encode(plain)), "nor is either as base64");
        }
    }

    proptest! {
        #[test]
        fn the_password_opens_and_another_does_not(
            password in ".{0,24}",
            other in ".{0,24}",
        ) {
            let (slot, key) = slot(&password);
            let opened = slot.unlock(&password.as_str().into()).unwrap();
            prop_assert_eq!(opened.bytes(), key.bytes());
            prop_assume!(other != password);
            let refused = slot.unlock(&other.as_str().into()).unwrap_err();
            prop_assert_eq!(refused, SlotError::WrongPassword);
        }

        #[test]
        fn no_byte_of_the_salt_or_the_sealed_key_can_be_changed(
            field in prop::sample::select(vec!["salt", "sealed"]),
            at in any::<prop::sample::Index>(),
            flip in 1..=255u8,
        ) {
            let (slot, _) = slot("p");
            let text = if field == "salt" { &slot.salt } else { &slot.sealed };
            let mut bytes = STANDARD_NO_PAD.decode(text).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            let changed = with(&slot, field, STANDARD_NO_PAD.encode(bytes).into());
            prop_assert!(changed.unlock(&"p".into()).is_err());
        }

        #[test]
        fn garbage_is_refused(
            salt in "[A-Za-z0-9+/]{22}|.{0,30}",
            sealed in "AQ[A-Za-z0-9+/]{96}|.{0,120}",
        ) {
            let garbage = PasswordSlot { cost: CHEAP, salt, sealed };
            prop_assert!(garbage.unlock(&"p".into()).is_err());
        }
    }
}

//! The code that opens an account whose password is forgotten.

use std::fmt;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::data_key::DataKey;
use crate::password_slot::{PasswordSlot, SlotError};
use crate::random::{self, NoRandomness};

/// Digits and letters that are not taken for one another, as Crockford's base 32 has them.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many symbols a code has: five bits each make 125 bits, which nobody guesses.
const LENGTH: usize = 25;

/// How many of them are written together.
const GROUP: usize = 5;

/// What a code is sealed with begins with this, so that no password is ever a code.
const PREFIX: &str = "recovery-code-1:";

/// A random code, to be written down and kept away from the computer. It cannot be printed by
/// accident, and is wiped from memory when it is dropped.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// A new code.
    ///
    /// # Errors
    ///
    /// When the operating system has no random bytes to give.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        random::fill(bytes.as_mut_slice())?;
        let mut symbols = Zeroizing::new(String::with_capacity(LENGTH));
        // 32 divides 256, so every symbol is as likely as any other.
        symbols.extend(bytes.iter().map(|byte| char::from(SYMBOLS[usize::from(byte % 32)])));
        Ok(Self(symbols))
    }

    /// The code that somebody entered, whatever they put between its symbols, and also with the
    /// letters that are easily taken for digits. `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut symbols = Zeroizing::new(String::with_capacity(LENGTH));
        for entered in text.chars().filter(|entered| !entered.is_whitespace() && *entered != '-') {
            let symbol = match entered.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                symbol => symbol,
            };
            let known = symbol.is_ascii() && SYMBOLS.contains(&(symbol as u8));
            if !known || symbols.len() == LENGTH {
                return None;
            }
            symbols.push(symbol);
        }
        (symbols.len() == LENGTH).then_some(Self(symbols))
    }

    /// How it is written down: in groups, with hyphens between them.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
        for (place, symbol) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(symbol);
        }
        text
    }

    /// A slot that opens to `key` with this code. Takes as long as one for a password.
    ///
    /// # Errors
    ///
    /// As [`PasswordSlot::lock`].
    pub fn lock(&self, key: &DataKey) -> Result<PasswordSlot, SlotError> {
        PasswordSlot::lock(key, &self.secret())
    }

    /// The data key in `slot`, if this is its code.
    ///
    /// # Errors
    ///
    /// As [`PasswordSlot::unlock`].
    pub fn unlock(&self, slot: &PasswordSlot) -> Result<DataKey, SlotError> {
        slot.unlock(&self.secret())
    }

    fn secret(&self) -> SecretString {
        let mut secret = String::with_capacity(PREFIX.len() + LENGTH);
        secret.push_str(PREFIX);
        secret.push_str(&self.0);
        secret.into()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(one: &RecoveryCode, other: &RecoveryCode) -> bool {
        one.0 == other.0
    }

    #[test]
    fn a_code_opens_its_slot_and_no_other_does() {
        let key = DataKey::random().unwrap();
        let code = RecoveryCode::random().unwrap();
        let slot = code.lock(&key).unwrap();
        let entered = RecoveryCode::parse(&code.text().to_lowercase()).unwrap();
        assert_eq!(entered.unlock(&slot).unwrap().bytes(), key.bytes());
        let other = RecoveryCode::random().unwrap();
        assert_eq!(other.unlock(&slot).unwrap_err(), SlotError::WrongPassword);
        let as_password = slot.unlock(&code.0.as_str().into());
        assert_eq!(as_password.unwrap_err(), SlotError::WrongPassword, "a code is no password");
        assert_eq!(format!("{code:?}"), "RecoveryCode(..)", "it is never in a log");
    }

    #[test]
    fn it_is_written_in_five_groups_and_read_as_people_write() {
        let code = RecoveryCode::parse("0123456789ABCDEFGHJKMNPQR").unwrap();
        assert_eq!(code.text().as_str(), "01234-56789-ABCDE-FGHJK-MNPQR");
        for entered in [" o1234 56789 abcde fghjk mnpqr\n", "0L234-56789-ABCDE-FGHJKM-NPQ-R-"] {
            assert!(same(&RecoveryCode::parse(entered).unwrap(), &code), "{entered}");
        }
        for entered in
            ["", "01234", "01234-56789-ABCDE-FGHJK-MNPQRS", "01234-56789-ABCDE-FGHJK-MNPQU"]
        {
            assert!(RecoveryCode::parse(entered).is_none(), "{entered}");
        }
    }

    proptest! {
        #[test]
        fn anything_can_be_entered(text in "\\PC{0,60}") {
            if let Some(code) = RecoveryCode::parse(&text) {
                prop_assert!(same(&RecoveryCode::parse(&code.text()).unwrap(), &code));
            }
        }
    }
}

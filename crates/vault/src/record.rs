//! The text of a `user:<id>` entry.

use confidant_chat::ids::UserId;
use confidant_chat::user::PersistedUser;
use confidant_seal::PasswordSlot;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::error::VaultError;
use crate::versioned;

/// The version of the record that this program writes, and the newest it reads. 2 has a recovery
/// slot, which version 1 would drop.
const VERSION: u32 = 2;

/// What stands in place of a record whose account is being deleted. It is written first, so that a
/// deletion that is interrupted is finished later instead of leaving half an account.
pub(crate) const DELETED: &str = "deleted";

/// What is stored of an account: who it is, and what its password opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UserRecord {
    version: u32,
    #[serde(flatten)]
    pub(crate) user: PersistedUser,
    pub(crate) password: Option<PasswordSlot>,
    /// What the recovery code opens.
    #[serde(default)]
    pub(crate) recovery: Option<PasswordSlot>,
}

/// A record, and whether the keyring also holds its data key.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) record: UserRecord,
    pub(crate) remembered: bool,
}

impl UserRecord {
    pub(crate) fn new(user: PersistedUser, password: Option<PasswordSlot>) -> Self {
        Self { version: VERSION, user, password, recovery: None }
    }

    /// The record of the account `id` in `text`.
    ///
    /// # Errors
    ///
    /// [`VaultError::Newer`] when a newer version of this program wrote it, [`VaultError::Damaged`]
    /// when it is not a record of that account.
    pub(crate) fn parse(id: UserId, text: &str) -> Result<Self, VaultError> {
        versioned::check(text, VERSION, VaultError::Damaged)?;
        let mut record: Self = serde_json::from_str(text).map_err(|_| VaultError::Damaged)?;
        // A record under another account's name would hand that account's data to this one.
        if record.version == 0 || record.user.id != id {
            return Err(VaultError::Damaged);
        }
        record.version = VERSION;
        Ok(record)
    }

    pub(crate) fn text(&self) -> Result<String, VaultError> {
        serde_json::to_string(self).map_err(|error| VaultError::Keyring(error.to_string()))
    }
}

impl Stored {
    pub(crate) fn account(&self) -> Account {
        Account {
            user: self.record.user.clone(),
            has_password: self.record.password.is_some(),
            has_recovery: self.record.recovery.is_some(),
            remembered: self.remembered,
        }
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.record.user.user.is_admin()
    }
}

#[cfg(test)]
mod tests {
    use confidant_chat::clock;
    use confidant_chat::user::User;
    use confidant_seal::DataKey;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn record() -> UserRecord {
        let user = User::new("alice").unwrap().with_display_name("Alice Ä").unwrap();
        let user = PersistedUser { id: UserId::new(), created_at: clock::now(), user };
        let slot = PasswordSlot::lock(&DataKey::random().unwrap(), &"pw".into()).unwrap();
        UserRecord::new(user, Some(slot))
    }

    #[test]
    fn a_record_reads_back_equal() {
        let mut record = record();
        record.user.user.metadata.insert("theme".into(), json!({"dark": [1, 2.5, null]}));
        let text = record.text().unwrap();
        assert_eq!(UserRecord::parse(record.user.id, &text), Ok(record));
    }

    #[test]
    fn what_is_stored_has_these_names() {
        let text = record().text().unwrap();
        let Value::Object(json) = serde_json::from_str(&text).unwrap() else {
            panic!("a record is an object")
        };
        let mut names = json.keys().map(String::as_str).collect::<Vec<_>>();
        names.sort_unstable();
        let expected = [
            "createdAt",
            "displayName",
            "id",
            "identifier",
            "metadata",
            "password",
            "recovery",
            "version",
        ];
        assert_eq!(names, expected);
    }

    /// What is in people's keyrings today must open in every later release.
    #[test]
    fn version_one_reads_for_good() {
        let text = record().text().unwrap();
        let mut json: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
        json.remove("recovery");
        json.insert("version".into(), 1.into());
        let id = serde_json::from_value(json["id"].clone()).unwrap();
        let record = UserRecord::parse(id, &serde_json::to_string(&json).unwrap()).unwrap();
        assert!(record.password.is_some() && record.recovery.is_none());
    }

    #[test]
    fn another_accounts_record_is_not_read() {
        let text = record().text().unwrap();
        assert_eq!(UserRecord::parse(UserId::new(), &text), Err(VaultError::Damaged));
    }

    #[test]
    fn a_newer_record_is_called_newer_whatever_is_in_it_and_an_impossible_one_damaged() {
        let id = UserId::new();
        let newer = VaultError::Newer { found: 3, known: VERSION };
        for text in [r#"{"version":3}"#, r#"{"version":3,"id":7,"people":[{}]}"#] {
            assert_eq!(UserRecord::parse(id, text), Err(newer.clone()), "{text}");
        }
        assert!(newer.to_string().contains("update the app"), "that is what helps: {newer}");
        for text in [r#"{"version":0}"#, r#"{"version":-1}"#, r#"{"version":"2"}"#, "{}"] {
            assert_eq!(UserRecord::parse(id, text), Err(VaultError::Damaged), "{text}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_damage(text in "\\PC{0,200}|[{}\\[\\]\",:a-z0-9]{0,200}") {
            prop_assert_eq!(UserRecord::parse(UserId::new(), &text), Err(VaultError::Damaged));
        }

        #[test]
        fn a_record_that_is_cut_off_is_damage(at in any::<prop::sample::Index>()) {
            let record = UserRecord::new(
                PersistedUser {
                    id: UserId::new(),
                    created_at: clock::now(),
                    user: User::new("alice").unwrap(),
                },
                None,
            );
            let text = record.text().unwrap();
            let cut = &text[..at.index(text.len())];
            prop_assert_eq!(UserRecord::parse(record.user.id, cut), Err(VaultError::Damaged));
        }
    }
}

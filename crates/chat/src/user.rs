//! People: who they are, and what the app knows of them.

use std::ops::Deref;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::UserId;
use crate::name::{self, NameError};

/// The longest identifier or display name, in characters after trimming.
pub const MAX_NAME: usize = 256;

/// The role that sees the admin profile and may change other people's roles.
pub const ADMIN: &str = "admin";

/// Who somebody is, before the app has stored them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// What makes this person unique on this machine: an e-mail address, a user name. Trimmed and
    /// case-folded.
    pub identifier: String,
    /// The name to greet them by, when it is not the identifier.
    pub display_name: Option<String>,
    /// Whatever else the app keeps about them. `role` is the one key with a meaning of its own.
    pub metadata: Map<String, Value>,
}

/// A person with an account: a [`User`] with a place to come back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PersistedUser {
    /// Never changes.
    pub id: UserId,
    /// When the account was made. Never changes.
    #[specta(type = String)]
    pub created_at: Timestamp,
    /// The part that may change.
    #[serde(flatten)]
    pub user: User,
}

/// What is known of a person is asked of their account directly.
impl Deref for PersistedUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.user
    }
}

impl User {
    /// A person known by `identifier`, which is trimmed and case-folded.
    ///
    /// # Errors
    ///
    /// When the identifier is empty, longer than [`MAX_NAME`] or holds control characters.
    pub fn new(identifier: &str) -> Result<Self, NameError> {
        Ok(Self {
            identifier: checked_name(&identifier.to_lowercase())?,
            display_name: None,
            metadata: Map::new(),
        })
    }

    /// The same person with a name to greet them by; a blank one counts as none.
    ///
    /// # Errors
    ///
    /// When the name is longer than [`MAX_NAME`] or holds control characters.
    pub fn with_display_name(mut self, name: &str) -> Result<Self, NameError> {
        self.display_name = match checked_name(name) {
            Ok(name) => Some(name),
            Err(NameError::Empty) => None,
            Err(error) => return Err(error),
        };
        Ok(self)
    }

    /// The same person with a role.
    #[must_use]
    pub fn with_role(mut self, role: &str) -> Self {
        self.metadata.insert("role".into(), role.into());
        self
    }

    /// The role in `metadata.role`, if there is one.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.metadata.get("role").and_then(Value::as_str)
    }

    /// Whether this person administers this installation.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role() == Some(ADMIN)
    }

    /// The display name, or else the identifier.
    #[must_use]
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.identifier)
    }
}

/// `text` trimmed, if it can be a name.
///
/// # Errors
///
/// When it is empty, longer than [`MAX_NAME`] characters or holds control characters.
pub fn checked_name(text: &str) -> Result<String, NameError> {
    name::checked(text, MAX_NAME)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identifiers_are_trimmed_and_folded_so_that_one_person_has_one_account() {
        let user = User::new("  Alice@Example.COM ").unwrap();
        assert_eq!(user.identifier, "alice@example.com");
    }

    #[rstest::rstest]
    #[case("", NameError::Empty)]
    #[case(" \t ", NameError::Empty)]
    #[case("a\nb", NameError::Control)]
    fn unusable_identifiers_are_named(#[case] text: &str, #[case] error: NameError) {
        assert_eq!(User::new(text), Err(error));
    }

    #[test]
    fn the_longest_name_fits_and_one_more_does_not() {
        assert!(User::new(&"ä".repeat(MAX_NAME)).is_ok(), "256 characters are allowed");
        assert_eq!(User::new(&"ä".repeat(MAX_NAME + 1)), Err(NameError::TooLong { max: MAX_NAME }));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{1,40}") {
            if let Ok(user) = User::new(&text) {
                prop_assert_eq!(User::new(&user.identifier).unwrap().identifier, user.identifier);
            }
        }
    }
}

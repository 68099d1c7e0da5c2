//! Entries in the keyring of the system.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::{Zeroize, Zeroizing};

use crate::entries::Entries;
use crate::error::VaultError;
use crate::platform;

/// The entries of one service in a keyring.
pub(crate) struct Keyring {
    service: String,
    store: Option<Arc<CredentialStore>>,
    /// Whether the store was given and cannot be connected to anew.
    given: bool,
    /// Whether a connection has failed or broken.
    broken: bool,
}

impl Keyring {
    /// The keyring of this system. It is connected to when it is first needed.
    pub(crate) fn of_this_system(service: &str) -> Self {
        Self { service: service.into(), store: None, given: false, broken: false }
    }

    /// A keyring of one's own.
    pub(crate) fn given(service: &str, store: Arc<CredentialStore>) -> Self {
        Self { service: service.into(), store: Some(store), given: true, broken: false }
    }

    /// Forgets the connection, so that the next call makes a new one.
    fn disconnect(&mut self) {
        if !self.given {
            self.store = None;
            self.broken = true;
        }
    }

    /// What `work` makes of the entry `name`, or nothing if there is none.
    fn entry<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&Entry) -> Result<T, Error>,
    ) -> Result<Option<T>, VaultError> {
        let service = self.service.clone();
        self.ask(|store| match work(&store.build(&service, name, None)?) {
            Ok(done) => Ok(Some(done)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn ask<T>(
        &mut self,
        work: impl FnOnce(&CredentialStore) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        let store = self.connected()?;
        work(store.as_ref()).map_err(|error| {
            if matches!(error, Error::PlatformFailure(_)) {
                self.disconnect();
            }
            failure(error)
        })
    }

    fn connected(&mut self) -> Result<Arc<CredentialStore>, VaultError> {
        if let Some(store) = &self.store {
            return Ok(Arc::clone(store));
        }
        match platform::connect(self.broken) {
            Ok(store) => Ok(Arc::clone(self.store.insert(store))),
            Err(error) => {
                self.broken = true;
                tracing::warn!(%error, "there is no keyring to connect to");
                Err(VaultError::NoKeyring)
            }
        }
    }
}

impl Entries for Keyring {
    fn read(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let Some(bytes) = self.entry(name, Entry::get_secret)? else {
            return Ok(None);
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(VaultError::Damaged)
            }
        }
    }

    fn write(&mut self, name: &str, text: &str) -> Result<(), VaultError> {
        // As bytes, though it is text: as text, Windows would store it in UTF-16, and its limit on
        // the length of an entry would be half of what it says.
        let written = self.entry(name, |entry| entry.set_secret(text.as_bytes()))?;
        written.ok_or_else(|| VaultError::Keyring("an entry went while it was written".into()))
    }

    fn remove(&mut self, name: &str) -> Result<bool, VaultError> {
        Ok(self.entry(name, Entry::delete_credential)?.is_some())
    }

    fn holds(&mut self, name: &str) -> Result<bool, VaultError> {
        Ok(self.entry(name, |entry| entry.get_credential().map(|_| ()))?.is_some())
    }

    fn names(&mut self) -> Result<Vec<String>, VaultError> {
        let (attribute, value) = platform::search_for(&self.service);
        let found = self.ask(|store| {
            let entries = store.search(&HashMap::from([(attribute, value.as_str())]))?;
            entries.iter().map(specifiers).collect::<Result<Vec<_>, _>>()
        })?;
        let of_this_service = |(service, name): (String, String)| {
            // Some stores find more than was asked for.
            (service == self.service).then_some(name)
        };
        Ok(found.into_iter().flatten().filter_map(of_this_service).collect())
    }

    fn are_secret(&self) -> bool {
        true
    }

    fn recover(&mut self) {
        self.disconnect();
    }
}

/// The service and name of a found entry; nothing if it is gone by now, or was not made by this
/// program.
fn specifiers(entry: &Entry) -> Result<Option<(String, String)>, Error> {
    if let Some(specifiers) = entry.get_specifiers() {
        return Ok(Some(specifiers));
    }
    // The store does not say why it has none, and an entry that is locked must not look like one
    // that is not there.
    match entry.get_attributes() {
        Err(error @ Error::NoStorageAccess(_)) => Err(error),
        _ => Ok(None),
    }
}

/// What a store's error means to people. The errors that carry contents are not printed.
fn failure(error: Error) -> VaultError {
    match error {
        Error::NoDefaultStore => VaultError::NoKeyring,
        Error::NoStorageAccess(_) => VaultError::KeyringLocked,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => {
            VaultError::Damaged
        }
        other => VaultError::Keyring(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn entries_are_written_read_found_and_removed() {
        let mut keyring = Keyring::given("app", testing::store());
        assert_eq!(keyring.read("a").unwrap(), None);
        keyring.write("a", "one").unwrap();
        keyring.write("a", "two").unwrap();
        assert_eq!(keyring.read("a").unwrap().unwrap().as_str(), "two");
        assert!(keyring.holds("a").unwrap());
        assert_eq!(keyring.names().unwrap(), ["a"]);
        assert!(keyring.remove("a").unwrap(), "it was there");
        assert!(!keyring.remove("a").unwrap(), "and now it is not");
        assert!(!keyring.holds("a").unwrap());
    }

    #[test]
    fn another_service_is_not_listed_even_when_the_store_finds_it() {
        let store = testing::store();
        Keyring::given("app-two", Arc::clone(&store)).write("theirs", "x").unwrap();
        let mut keyring = Keyring::given("app", store);
        keyring.write("ours", "x").unwrap();
        assert_eq!(keyring.names().unwrap(), ["ours"], "the mock searches for parts of names");
    }

    #[test]
    fn bytes_that_are_no_text_are_damage() {
        let store = testing::store();
        store.build("app", "a", None).unwrap().set_secret(&[0xFF, 0xFE]).unwrap();
        assert_eq!(Keyring::given("app", store).read("a"), Err(VaultError::Damaged));
    }

    #[rstest::rstest]
    #[case(Error::NoDefaultStore, VaultError::NoKeyring)]
    #[case(Error::NoStorageAccess("locked".into()), VaultError::KeyringLocked)]
    #[case(Error::BadEncoding(b"secret".to_vec()), VaultError::Damaged)]
    #[case(Error::Ambiguous(vec![]), VaultError::Damaged)]
    #[case(
        Error::PlatformFailure("broken pipe".into()),
        VaultError::Keyring("Platform failure: broken pipe".into())
    )]
    fn what_a_store_says_is_told_apart(#[case] said: Error, #[case] expected: VaultError) {
        let store = testing::store();
        testing::fail_next(&store, "app", "a", said);
        assert_eq!(Keyring::given("app", store).read("a"), Err(expected));
    }
}

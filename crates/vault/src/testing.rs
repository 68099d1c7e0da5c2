//! What several tests need of keyrings that are none.

pub(crate) mod faulty;

use std::sync::Arc;

use confidant_chat::user::User;
use confidant_seal::{Place, Purpose, SealingKey};
use keyring_core::{CredentialStore, Error, mock};

use crate::account::{NewAccount, Unlocked};
use crate::accounts::Accounts;
use crate::keyring::Keyring;

/// A keyring in memory.
pub(crate) fn store() -> Arc<CredentialStore> {
    mock::Store::new().unwrap()
}

/// Lets the next call on one entry fail.
pub(crate) fn fail_next(store: &Arc<CredentialStore>, service: &str, name: &str, error: Error) {
    let entry = store.build(service, name, None).unwrap();
    entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
}

/// Every entry that is there, by name.
pub(crate) fn entries(store: &Arc<CredentialStore>) -> Vec<(String, String)> {
    let found = store.search(&[("service", "")].into()).unwrap();
    let mut entries = found
        .iter()
        .filter_map(|entry| {
            let name = entry.get_specifiers().unwrap().1;
            Some((name, entry.get_password().ok()?))
        })
        .collect::<Vec<_>>();
    entries.sort();
    entries
}

/// The accounts of the app `app` in `store`.
pub(crate) fn accounts(store: &Arc<CredentialStore>) -> Accounts {
    Accounts { entries: Box::new(Keyring::given("app", Arc::clone(store))) }
}

/// What it takes to make an account; without a password for an empty one.
pub(crate) fn new(identifier: &str, password: &str, remember: bool) -> NewAccount {
    let password = (!password.is_empty()).then(|| password.into());
    NewAccount { user: User::new(identifier).unwrap(), password, remember }
}

/// What seals the secrets of an account where they need it.
pub(crate) fn sealing_key(of: &Unlocked) -> SealingKey {
    of.key.sealing_key(Purpose::Secrets)
}

/// Whether two accounts were opened to the same data key.
pub(crate) fn same_key(one: &Unlocked, other: &Unlocked) -> bool {
    let place = Place { tree: "test", key: b"", user: b"" };
    let [one, other] = [one, other].map(|opened| opened.key.sealing_key(Purpose::Records));
    other.open(&place, &one.seal(&place, b"text").unwrap()).is_ok()
}

//! A keyring in memory that stops taking changes, stops answering or panics when a test says so.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Entry, Error, Result};

type Name = (String, String);

/// A handle to such a keyring; cloning gives another to the same.
#[derive(Clone, Default)]
pub(crate) struct Faulty(Arc<Inner>);

struct Inner {
    entries: Mutex<HashMap<Name, Vec<u8>>>,
    changes_left: AtomicUsize,
    reads: AtomicUsize,
    silence: Mutex<()>,
    panics: AtomicBool,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            changes_left: AtomicUsize::new(usize::MAX),
            reads: AtomicUsize::default(),
            silence: Mutex::default(),
            panics: AtomicBool::default(),
        }
    }
}

impl Faulty {
    pub(crate) fn store(&self) -> Arc<CredentialStore> {
        Arc::new(self.clone())
    }

    /// From now on only so many writes and removals succeed, as if the program ended then.
    pub(crate) fn allow(&self, changes: usize) {
        self.0.changes_left.store(changes, Ordering::SeqCst);
    }

    /// Nothing is answered for as long as what this returns is held.
    pub(crate) fn silence(&self) -> MutexGuard<'_, ()> {
        self.0.silence.lock().unwrap()
    }

    /// From now on every call panics, or no longer does.
    pub(crate) fn panic(&self, panics: bool) {
        self.0.panics.store(panics, Ordering::SeqCst);
    }

    /// How often an entry was read.
    pub(crate) fn reads(&self) -> usize {
        self.0.reads.load(Ordering::SeqCst)
    }

    /// The names of all entries, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = self.0.entries.lock().unwrap();
        let mut names = entries.keys().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        names.sort();
        names
    }

    fn change(&self) -> Result<MutexGuard<'_, HashMap<Name, Vec<u8>>>> {
        let less = |left: usize| left.checked_sub(1);
        match self.0.changes_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) {
            Ok(_) => Ok(self.0.entries.lock().unwrap()),
            Err(_) => Err(Error::NoStorageAccess("no more changes".into())),
        }
    }
}

impl CredentialStoreApi for Faulty {
    fn vendor(&self) -> String {
        "Faulty store, nowhere to be had".into()
    }

    fn id(&self) -> String {
        "faulty".into()
    }

    fn build(&self, service: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        assert!(!self.0.panics.load(Ordering::SeqCst), "the keyring panics, as it was told to");
        let at = (service.to_owned(), user.to_owned());
        Ok(Entry::new_with_credential(Arc::new(FaultyEntry { store: self.clone(), at })))
    }

    fn search(&self, _: &HashMap<&str, &str>) -> Result<Vec<Entry>> {
        drop(self.silence());
        let names = self.0.entries.lock().unwrap().keys().cloned().collect::<Vec<_>>();
        names.iter().map(|(service, user)| self.build(service, user, None)).collect()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct FaultyEntry {
    store: Faulty,
    at: Name,
}

impl CredentialApi for FaultyEntry {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        self.store.change()?.insert(self.at.clone(), secret.to_vec());
        Ok(())
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        drop(self.store.silence());
        self.store.0.reads.fetch_add(1, Ordering::SeqCst);
        let entries = self.store.0.entries.lock().unwrap();
        entries.get(&self.at).cloned().ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> Result<()> {
        self.get_secret()?;
        self.store.change()?.remove(&self.at);
        Ok(())
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        self.get_secret().map(|_| None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some(self.at.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

//! Entries in a file, for a computer without a keyring.
//!
//! The file is there twice, because everything that opens an account is in it: a copy that is
//! damaged or gone is made anew from the other one. Each change replaces both copies whole, one
//! after the other, so that a program that ends in between leaves one that is right. Nothing in it
//! opens anything by itself, but who has an account can be read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use confidant_disk::Refusal;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::checksum::sha256;
use crate::entries::Entries;
use crate::error::VaultError;
use crate::versioned;

/// The version of the file that this program writes, and the newest it reads.
const VERSION: u32 = 1;

/// The two copies, in the order in which they are written.
const COPIES: [&str; 2] = ["accounts", "accounts.copy"];

/// Held while the copies are read or replaced, against other processes.
const LOCK: &str = "lock";

/// There while the file is not used although it exists, because the keyring was chosen instead.
const SET_ASIDE: &str = "set-aside";

/// The longest file that is read, in bytes: a thousand accounts, each with a picture's worth of
/// metadata. It is read whole.
const LONGEST: u64 = 64 * 1024 * 1024;

/// The entries in a file; cloning gives another handle to the same.
#[derive(Clone, Debug)]
pub(crate) struct EntryFile {
    dir: Arc<Path>,
    chosen: Arc<AtomicBool>,
}

/// What a copy holds, under a line with its SHA-256.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Contents {
    version: u32,
    /// How many changes led to this: of two copies that differ, the one with more is right.
    generation: u64,
    entries: BTreeMap<String, String>,
}

impl EntryFile {
    /// The file in the directory `dir`. It is chosen if it exists and was not set aside.
    pub(crate) fn in_dir(dir: PathBuf) -> Self {
        let file = Self { dir: dir.into(), chosen: Arc::default() };
        let set_aside = file.path(SET_ASIDE).try_exists().unwrap_or(false);
        let chosen = file.exists() && !set_aside;
        file.chosen.store(chosen, Ordering::SeqCst);
        file
    }

    /// Whether accounts are kept here.
    pub(crate) fn is_chosen(&self) -> bool {
        self.chosen.load(Ordering::SeqCst)
    }

    /// Whether either copy is there. What cannot be looked at is: taking it for missing would be to
    /// go over to the keyring without a word.
    pub(crate) fn exists(&self) -> bool {
        COPIES.iter().any(|copy| self.path(copy).try_exists().unwrap_or(true))
    }

    /// Keeps accounts here from now on, after restarts too. Makes an empty file if there is none.
    pub(crate) fn choose(&self) -> Result<(), VaultError> {
        confidant_disk::make_private(&self.dir).map_err(|error| self.failed(&error))?;
        {
            let _lock = self.lock()?;
            if !self.exists() {
                let empty = Contents { version: VERSION, generation: 0, entries: BTreeMap::new() };
                self.store(&empty)?;
            }
            match fs::remove_file(self.path(SET_ASIDE)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(self.failed(&error));
                }
                _ => {}
            }
            confidant_disk::sync(&self.dir).map_err(|error| self.failed(&error))?;
        }
        self.chosen.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Keeps no accounts here from now on, after restarts too. What is here stays.
    pub(crate) fn set_aside(&self) -> Result<(), VaultError> {
        if self.exists() {
            let marked = File::create(self.path(SET_ASIDE)).and_then(|marker| marker.sync_all());
            marked
                .and_then(|()| confidant_disk::sync(&self.dir))
                .map_err(|error| self.failed(&error))?;
        }
        self.chosen.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Keeps other processes out for as long as what this returns is held.
    fn lock(&self) -> Result<File, VaultError> {
        let file = File::options().create(true).truncate(false).write(true).open(self.path(LOCK));
        let lock = file.and_then(|file| file.lock().map(|()| file));
        lock.map_err(|error| self.failed(&error))
    }

    /// What the file holds. A copy that differs from it is made anew.
    fn load(&self) -> Result<Contents, VaultError> {
        let copies = COPIES.map(|copy| self.read_copy(copy));
        let mut best: Option<&Contents> = None;
        for copy in &copies {
            match copy {
                Ok(contents) if best.is_none_or(|best| contents.generation > best.generation) => {
                    best = Some(contents);
                }
                Ok(_) | Err(VaultError::FileDamaged) => {}
                Err(error) => return Err(error.clone()),
            }
        }
        let best = best.ok_or(VaultError::FileDamaged)?;
        for (name, copy) in COPIES.into_iter().zip(&copies) {
            if copy.as_ref() == Ok(best) {
                continue;
            }
            match self.write_copy(name, &best.text()?) {
                Ok(()) => tracing::warn!(name, "a copy of the accounts was made anew"),
                Err(error) => tracing::warn!(%error, name, "a copy of the accounts is not right"),
            }
        }
        Ok(best.clone())
    }

    /// One copy; [`VaultError::FileDamaged`] when it is gone too.
    fn read_copy(&self, name: &str) -> Result<Contents, VaultError> {
        let mut text = String::new();
        match File::open(self.path(name)) {
            Ok(file) => match file.take(LONGEST + 1).read_to_string(&mut text) {
                Ok(length) if length as u64 <= LONGEST => Contents::parse(&text),
                Ok(_) => Err(VaultError::FileDamaged),
                // It may be the disk, and the other copy elsewhere on it.
                Err(error) => {
                    tracing::warn!(%error, name, "a copy of the accounts cannot be read");
                    Err(VaultError::FileDamaged)
                }
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Err(VaultError::FileDamaged),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Replaces both copies. With the first one the change is made: that the second could not
    /// follow is put right when the file is read next.
    fn store(&self, contents: &Contents) -> Result<(), VaultError> {
        let text = contents.text()?;
        let [first, second] = COPIES;
        self.write_copy(first, &text).map_err(|error| self.failed(&error))?;
        if let Err(error) = self.write_copy(second, &text) {
            tracing::warn!(%error, "the second copy of the accounts was not written");
        }
        Ok(())
    }

    fn write_copy(&self, name: &str, text: &str) -> io::Result<()> {
        confidant_disk::replace(&self.dir, name, text.as_bytes())
    }

    fn look<T>(&self, look: impl FnOnce(&BTreeMap<String, String>) -> T) -> Result<T, VaultError> {
        let _lock = self.lock()?;
        Ok(look(&self.load()?.entries))
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, String>) -> T,
    ) -> Result<T, VaultError> {
        let _lock = self.lock()?;
        let mut contents = self.load()?;
        let before = contents.entries.clone();
        let done = change(&mut contents.entries);
        if contents.entries != before {
            contents.generation += 1;
            self.store(&contents)?;
        }
        Ok(done)
    }

    fn failed(&self, error: &io::Error) -> VaultError {
        match Refusal::from(error) {
            Refusal::Full => VaultError::FileFull,
            Refusal::ReadOnly => VaultError::FileReadOnly,
            Refusal::Other => VaultError::File(format!("{}: {error}", self.dir.display())),
        }
    }
}

impl Entries for EntryFile {
    fn read(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        self.look(|entries| entries.get(name).cloned().map(Zeroizing::new))
    }

    fn write(&mut self, name: &str, text: &str) -> Result<(), VaultError> {
        self.change(|entries| drop(entries.insert(name.into(), text.into())))
    }

    fn remove(&mut self, name: &str) -> Result<bool, VaultError> {
        self.change(|entries| entries.remove(name).is_some())
    }

    fn holds(&mut self, name: &str) -> Result<bool, VaultError> {
        self.look(|entries| entries.contains_key(name))
    }

    fn names(&mut self) -> Result<Vec<String>, VaultError> {
        self.look(|entries| entries.keys().cloned().collect())
    }

    fn are_secret(&self) -> bool {
        false
    }
}

impl Contents {
    fn text(&self) -> Result<String, VaultError> {
        let json =
            serde_json::to_string(self).map_err(|error| VaultError::File(error.to_string()))?;
        Ok(format!("{}\n{json}", sha256(&json)))
    }

    fn parse(text: &str) -> Result<Self, VaultError> {
        let (sum, json) = text.split_once('\n').ok_or(VaultError::FileDamaged)?;
        if sum != sha256(json) {
            return Err(VaultError::FileDamaged);
        }
        versioned::check(json, VERSION, VaultError::FileDamaged)?;
        serde_json::from_str(json).map_err(|_| VaultError::FileDamaged)
    }
}

#[cfg(test)]
mod tests;

//! Looking at everything that somebody has, for when they want to know.

use std::path::Path;

use confidant_chat::ids::UserId;
use confidant_chat::port::history::{HistoryError, Repairs};
use confidant_seal::DataKey;

use crate::opening::{self, Note};

/// What a history was found to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Threads.
    pub threads: u64,
    /// Steps in them.
    pub steps: u64,
    /// Files.
    pub files: u64,
    /// Files of which some part does not open, as `thread/file`.
    pub damaged_files: Vec<String>,
    /// What was damaged in records, and what became of it.
    pub repairs: Repairs,
}

/// Reads and opens everything in the directory `dir` of `user`, whose data key is `key`, compares
/// the journal with the trees, and repairs what can be. Takes as long as there is much to read.
///
/// # Errors
///
/// As [`Store::open`](crate::Store::open), and when not everything could be looked at or repaired.
pub fn verify(dir: &Path, user: UserId, key: &DataKey) -> Result<Verified, HistoryError> {
    let (shared, mut chores) = opening::open(dir, user, key, Note::Ignored)?;
    chores.finish(&shared)?;
    let figures = shared.engine()?.figures()?;
    let (files, damaged_files) = shared.files().verify()?;
    let repairs = *shared.repairs().borrow();
    let verified =
        Verified { threads: figures.threads, steps: figures.steps, files, damaged_files, repairs };
    shared.close()?;
    Ok(verified)
}

//! Looking at everything that somebody has, for when they want to know.

use std::path::Path;
use std::sync::Arc;

use confidant_chat::ids::UserId;
use confidant_chat::port::history::{HistoryError, Repairs};
use confidant_seal::DataKey;

use crate::directory::make_private;
use crate::error::from_io;
use crate::lock::DirectoryLock;
use crate::{format, opening};

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
/// As [`Store::open`](crate::Store::open).
pub fn verify(dir: &Path, user: UserId, key: &DataKey) -> Result<Verified, HistoryError> {
    format::check_file(dir)?;
    make_private(dir).map_err(|error| from_io(&error))?;
    let lock = Arc::new(DirectoryLock::acquire(dir)?);
    let begun = format::check_file(dir)?;
    let (shared, mut chores) = opening::open(dir, user, key, &lock, begun, opening::Trusted::No)?;
    format::write_file(dir).map_err(|error| from_io(&error))?;
    while chores.is_urgent() && chores.go_on(&shared) {}
    let figures = shared.engine()?.figures()?;
    let (files, damaged_files) = shared.files().verify()?;
    let repairs = *shared.repairs().borrow();
    let verified =
        Verified { threads: figures.threads, steps: figures.steps, files, damaged_files, repairs };
    shared.close()?;
    Ok(verified)
}

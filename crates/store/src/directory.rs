//! A person's directory: measuring it, looking at it from outside, removing it.

use std::fs;
use std::io;
use std::path::Path;

use confidant_chat::port::history::HistoryError;

use crate::error::from_io;
use crate::format;
use crate::lock::DirectoryLock;

/// How many bytes the files under `dir` hold. What cannot be read, or goes away meanwhile, counts
/// as nothing, and so does a directory that does not exist. No file is opened: it is the measure
/// of anybody's directory, for those who may not look into it.
#[must_use]
pub fn bytes_on_disk(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_on_disk(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// What can be told about a history without its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it is open, here or in another process.
    pub in_use: bool,
}

/// Looks at the history in `dir` from outside, and changes nothing.
///
/// # Errors
///
/// [`HistoryError::Newer`] when a newer version of the app wrote it, [`HistoryError::Damaged`] when
/// both of its copies are gone, and what the system says when it cannot be looked at.
pub fn health(dir: &Path) -> Result<Health, HistoryError> {
    let begun = format::check_file(dir)?;
    let there = |copy: &str| {
        let entries = fs::read_dir(dir.join(copy)).into_iter().flatten();
        entries.count() > 0
    };
    if begun && !there("journal") && !there("sled") {
        return Err(HistoryError::Damaged("both of its copies are gone".into()));
    }
    let in_use = match fs::File::options().write(true).open(dir.join("lock")) {
        Ok(lock) => matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(from_io(&error)),
    };
    Ok(Health { in_use })
}

/// Removes `dir` and everything in it, for an account that is deleted. One that does not exist is
/// removed already.
///
/// # Errors
///
/// [`HistoryError::InUse`] when a store is open there, after waiting about two seconds for it to
/// close, and [`HistoryError::Failed`] when the system refuses.
pub fn remove(dir: &Path) -> Result<(), HistoryError> {
    match fs::symlink_metadata(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(from_io(&error)),
        Ok(_) => {}
    }
    // Given back at once, because Windows removes no file that is open.
    drop(DirectoryLock::acquire(dir)?);
    fs::remove_dir_all(dir).map_err(|error| from_io(&error))?;
    dir.parent().map_or(Ok(()), confidant_disk::sync).map_err(|error| from_io(&error))
}

//! One store at a time in one directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use confidant_chat::port::history::HistoryError;

use crate::error::from_io;

/// How long to wait for a lock that somebody else holds. Signing out and in again reaches a store
/// whose last reader may be about to finish; another process will not let go in any time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait between two attempts.
pub(crate) const RETRY: Duration = Duration::from_millis(20);

/// A lock on a directory, for as long as this lives. sled has one of its own, which says nothing
/// about the files beside it.
pub(crate) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Locks `dir`, which must exist.
    ///
    /// # Errors
    ///
    /// [`HistoryError::InUse`] when somebody else goes on holding it.
    pub(crate) fn acquire(dir: &Path) -> Result<Self, HistoryError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join("lock"))
            .map_err(|error| from_io(&error))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => thread::sleep(RETRY),
                Err(TryLockError::WouldBlock) => return Err(HistoryError::InUse),
                Err(TryLockError::Error(error)) => return Err(from_io(&error)),
            }
        }
    }
}

//! What sled and the operating system say, in the words of the port.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use confidant_chat::port::history::HistoryError;
use confidant_disk::Refusal;

/// Why a list of changes was not applied.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The changes make no sense here. The store is as it was, and as good.
    Refused(HistoryError),
    /// The store failed underneath them. It must be opened anew, which brings back what was last
    /// whole.
    Broken(HistoryError),
}

impl From<HistoryError> for Trouble {
    fn from(error: HistoryError) -> Self {
        Self::Refused(error)
    }
}

impl From<sled::Error> for Trouble {
    fn from(error: sled::Error) -> Self {
        Self::Broken(from_sled(&error))
    }
}

impl From<Trouble> for HistoryError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(error) | Trouble::Broken(error) => error,
        }
    }
}

/// What an error of sled means.
pub(crate) fn from_sled(error: &sled::Error) -> HistoryError {
    match error {
        // sled reports a lock that it does not get as an error of no kind in particular.
        sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
            HistoryError::InUse
        }
        sled::Error::Io(error) => from_io(error),
        // The last three are what sled makes of files that are not as it left them, too.
        sled::Error::Corruption { .. }
        | sled::Error::CollectionNotFound(_)
        | sled::Error::Unsupported(_)
        | sled::Error::ReportableBug(_) => HistoryError::Damaged(error.to_string()),
    }
}

/// What an error of the operating system means.
pub(crate) fn from_io(error: &io::Error) -> HistoryError {
    match Refusal::from(error) {
        Refusal::Full => HistoryError::StorageFull,
        Refusal::ReadOnly => HistoryError::ReadOnly,
        Refusal::Other => HistoryError::Failed(error.to_string()),
    }
}

/// What `work` on the trees gives. sled panics on what it did not expect to read.
pub(crate) fn calmly<T>(work: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(Trouble::Broken(HistoryError::Damaged(format!("sled gave up: {}", words(&*panic)))))
    })
}

/// The words of a panic, if it had any.
pub(crate) fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it gave no reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_called_so_however_it_comes() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(from_io(&full()), HistoryError::StorageFull);
        assert_eq!(from_sled(&full().into()), HistoryError::StorageFull);
        // sled keeps the first error of its threads, and hands out copies of it.
        assert_eq!(from_sled(&sled::Error::from(full()).clone()), HistoryError::StorageFull);
        let quota = io::Error::from(io::ErrorKind::QuotaExceeded);
        assert_eq!(from_io(&quota), HistoryError::StorageFull);
        let read_only = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        assert_eq!(from_io(&read_only), HistoryError::ReadOnly);
        let other = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(matches!(from_io(&other), HistoryError::Failed(_)), "nobody's disk is full here");
    }
}

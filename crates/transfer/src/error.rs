//! What can go wrong on the way out and in.

use std::io;

use confidant_chat::port::history::HistoryError;

/// Why an export or import came to nothing, or to an end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The file to import cannot be read from its disk.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// The file to export to cannot be written.
    #[error("the file cannot be written: {0}")]
    Unwritable(String),
    /// The disk that is exported to is full.
    #[error("the disk that is exported to is full")]
    NoRoom,
    /// The file is none of those that can be imported.
    #[error("this is no archive of conversations that is known")]
    Unknown,
    /// A newer version of the app made it.
    #[error("the archive has version {found}, and this app reads up to {known}")]
    Newer {
        /// The version of the archive.
        found: u32,
        /// The newest version this build knows.
        known: u32,
    },
    /// The file is one that can be imported, but not as a whole.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The person wanted no more of it.
    #[error("it was cancelled")]
    Cancelled,
    /// The history could not be read or written.
    #[error(transparent)]
    History(#[from] HistoryError),
}

impl TransferError {
    /// What it means that the file to export to could not be written.
    pub(crate) fn unwritable(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::NoRoom,
            _ => Self::Unwritable(error.to_string()),
        }
    }

    /// What it means that the file to import could not be read.
    pub(crate) fn unreadable(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

//! What can go wrong with an index.

use std::io;

use tantivy::TantivyError;

/// Why an index could not be read or written. Nothing is lost with it: it can be begun anew.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no room, or the disk cannot be written.
    #[error("the index cannot be written: {0}")]
    Io(#[from] io::Error),
    /// What is on the disk is not what was written.
    #[error("the index is damaged: {0}")]
    Damaged(String),
}

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        // Its words may be what was indexed.
        match error {
            TantivyError::IoError(error) => {
                let kind = error.kind();
                match kind {
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                        Self::Damaged(kind.to_string())
                    }
                    _ => Self::Io(io::Error::from(kind)),
                }
            }
            TantivyError::OpenWriteError(_) => Self::Io(io::Error::from(io::ErrorKind::Other)),
            TantivyError::ErrorInThread(_) | TantivyError::Poisoned => {
                Self::Io(io::Error::other("its writing ended"))
            }
            TantivyError::OpenReadError(_) => Self::Damaged("a file does not open".into()),
            _ => Self::Damaged("its files do not fit together".into()),
        }
    }
}

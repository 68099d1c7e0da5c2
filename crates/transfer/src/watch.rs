//! How far an export or import is, and whether it is still wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::error::TransferError;

/// Watches one export or import, and ends it early. Clones watch the same one.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    cancelled: AtomicBool,
    progress: watch::Sender<Progress>,
}

/// How much is done, of how much. The unit is that of what is being done: threads or bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How much is done.
    pub done: u64,
    /// Of how much; 0 while that is not known.
    pub of: u64,
}

impl Watch {
    /// Ends it as soon as possible. What is finished by then stays.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether somebody wants it ended.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// How far it is, from now on.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.0.progress.subscribe()
    }

    /// It begins, and there is so much to do.
    pub(crate) fn begin(&self, of: u64) {
        self.0.progress.send_replace(Progress { done: 0, of });
    }

    /// So much more of it is done.
    pub(crate) fn advance(&self, by: u64) {
        self.0.progress.send_modify(|progress| {
            progress.done = progress.done.saturating_add(by).min(progress.of);
        });
    }

    /// Goes on only while it is wanted.
    ///
    /// # Errors
    ///
    /// [`TransferError::Cancelled`] when it is not.
    pub(crate) fn check(&self) -> Result<(), TransferError> {
        if self.is_cancelled() { Err(TransferError::Cancelled) } else { Ok(()) }
    }
}

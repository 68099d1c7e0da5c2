//! How long a server may say nothing.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// One limit on a server's silence: from the question to the first byte of what it says, and then
/// from one piece to the next.
#[derive(Debug)]
pub(crate) struct Silence {
    limit: Duration,
    /// When the first byte is due. The head of an answer says nothing yet, so it changes nothing.
    first_due: Option<Instant>,
}

impl Silence {
    /// Begins now, with a question.
    pub(crate) fn of(limit: Duration) -> Self {
        Self { limit, first_due: Some(Instant::now() + limit) }
    }

    /// What `work` on the answer gives, or nothing if the server is silent for too long.
    pub(crate) async fn bear<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        // Later ones are counted from when somebody listens: whoever is slow to take in what has
        // arrived must not find the server silent.
        let due = self.first_due.unwrap_or_else(|| Instant::now() + self.limit);
        timeout_at(due, work).await.ok()
    }

    /// The server said something.
    pub(crate) fn broken(&mut self) {
        self.first_due = None;
    }

    /// The limit itself.
    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }
}

//! Waiting: by the clock, or in a test by whoever moves its hands.

use std::time::Duration;

use tokio::sync::watch;

/// How questions wait for their answers.
#[derive(Clone, Debug, Default)]
pub(crate) enum Time {
    /// By the clock.
    #[default]
    Real,
    /// By a number that somebody raises: the time since the beginning.
    Moved(watch::Receiver<Duration>),
}

impl Time {
    /// How far somebody has moved the hands.
    pub(crate) fn moved(&self) -> Duration {
        match self {
            Self::Real => Duration::ZERO,
            Self::Moved(hands) => *hands.borrow(),
        }
    }

    /// Returns when `wait` is over. Hands that are moved count from this call on, not from the first
    /// await, or a test could move them in between.
    pub(crate) fn over(&self, wait: Duration) -> impl Future<Output = ()> + Send + use<> {
        let until = self.moved().saturating_add(wait);
        let time = self.clone();
        async move {
            match time {
                Self::Real => tokio::time::sleep(wait).await,
                Self::Moved(mut hands) => {
                    // Where nobody is left to move them, time stands still.
                    if hands.wait_for(|now| *now >= until).await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            }
        }
    }
}

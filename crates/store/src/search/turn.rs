//! What whoever keeps the index waits for.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use confidant_chat::ids::ThreadId;

use super::news::Batch;
use super::{Searching, State};

/// How much of what was written is read at once, in bytes, while others wait.
const AT_ONCE: usize = 64 * 1024;

/// After how long without news there is a rest.
const IDLE: Duration = Duration::from_secs(60);

/// What is to be done next.
pub(super) enum Turn {
    /// This is to be put into the index.
    TakeIn(Arc<Batch>),
    /// Some of the news are only in the journal.
    CatchUp,
    /// Nothing has come for a while.
    Rest,
    /// The index was found to be damaged.
    MakeAnew,
    /// Everything is done, and nothing more comes.
    End,
}

impl Searching {
    /// Waits for what is to be done next.
    pub(super) fn turn(&self, profile_of: &dyn Fn(ThreadId) -> Option<String>) -> Turn {
        let mut since = Instant::now();
        loop {
            let mut state = self.lock();
            if state.broken {
                return Turn::MakeAnew;
            }
            if state.news.has_missed() {
                return Turn::CatchUp;
            }
            match state.news.due_in() {
                None if state.closing => return Turn::End,
                None if since.elapsed() >= IDLE => return Turn::Rest,
                None => drop(self.wait(state, IDLE.saturating_sub(since.elapsed()))),
                Some(due) if !state.closing && !due.is_zero() => drop(self.wait(state, due)),
                // What is not read yet is next time: others may want to find something in between.
                Some(_) if !state.news.read(AT_ONCE, profile_of) => since = Instant::now(),
                Some(_) => return Turn::TakeIn(state.news.leave()),
            }
        }
    }

    /// Waits for `time`, or until it is closed; whether it is.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut state = self.lock();
        while !state.closing {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.wait(state, left);
        }
        true
    }

    fn wait<'a>(&'a self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        self.wake.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0
    }
}

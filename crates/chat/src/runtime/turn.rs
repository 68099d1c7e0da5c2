//! One run of a hook: started, watched, and told apart by how it ends.

use std::any::Any;
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;

use crate::failure::{Failure, FailureCode};
use crate::hook::Result;
use crate::ids::StepId;

/// How long a hook that was dropped is waited for.
const GONE_WITHIN: Duration = Duration::from_millis(500);

/// A hook that is running.
pub(super) struct Turn {
    /// Operations carry this number; those of other runs are dropped.
    pub(super) scope: u64,
    /// The message that is being answered, for `on_message`.
    pub(super) answering: Option<StepId>,
    /// The place that is kept for the reply, so that messages which are sent before its first word
    /// stand after it.
    pub(super) place: Option<u32>,
    /// For a retry: what was said after this place is not part of the context.
    pub(super) until: Option<u32>,
    /// Whether something was said in it.
    pub(super) spoke: bool,
    /// The failure that a step of this run shows already, so that it is not shown twice.
    pub(super) shown: Option<Failure>,
    task: JoinHandle<Result>,
}

impl Turn {
    pub(super) fn start(scope: u64, work: impl Future<Output = Result> + Send + 'static) -> Self {
        Self {
            scope,
            answering: None,
            place: None,
            until: None,
            spoke: false,
            shown: None,
            task: tokio::spawn(work),
        }
    }

    /// Drops the hook's future, and waits until it is gone. One that blocks its thread is left
    /// behind: nothing it still does counts.
    pub(super) async fn cut(&mut self) {
        self.task.abort();
        let _ = timeout(GONE_WITHIN, &mut self.task).await;
    }

    /// Waits for the end, and gives what went wrong. Once only.
    pub(super) async fn ended(&mut self) -> Option<Failure> {
        match (&mut self.task).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Failure::from_handler(&error)),
            Err(error) => panicked(error),
        }
    }
}

/// Dropping a turn drops the hook's future at its next pause.
impl Drop for Turn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn panicked(error: JoinError) -> Option<Failure> {
    let panic = error.try_into_panic().ok()?;
    Some(Failure::new(FailureCode::HandlerPanicked, words(&*panic)))
}

fn words(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

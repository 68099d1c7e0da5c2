//! One run of a hook: started, watched, and told apart by how it ends.
//!
//! Each runs on a thread of its own, so that code which blocks, or computes for minutes, takes
//! nothing from other conversations. Starting one costs some twenty microseconds.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::thread;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::failure::{Failure, FailureCode};
use crate::hook::Result;
use crate::ids::StepId;

/// How long a hook that was dropped is waited for.
const GONE_WITHIN: Duration = Duration::from_millis(500);

/// How a hook ended by itself: with what it returned, or with a panic.
type Outcome = thread::Result<Result>;

/// A hook that is running. Dropping it drops the hook's future at its next pause.
pub(super) struct Turn {
    /// Operations carry this number; those of other runs are dropped.
    pub(super) scope: u64,
    /// The message that is being answered, for `on_message`.
    pub(super) answering: Option<StepId>,
    /// The place that is kept for the reply, so that messages which are sent before its first word
    /// stand after it.
    pub(super) place: Option<u32>,
    /// Whether something was said in it.
    pub(super) spoke: bool,
    /// Whether it gives another answer, which shows even if nothing is said in it.
    pub(super) again: bool,
    /// The failure that a step of this run shows already, so that it is not shown twice.
    pub(super) shown: Option<Shown>,
    run: Run,
}

/// A failure that a step shows.
pub(super) struct Shown {
    pub(super) failure: Failure,
    /// The step that this step is part of.
    pub(super) under: Option<StepId>,
}

/// A future on a thread of its own. Dropping this drops the future at its next pause.
pub(super) struct Run {
    cut: Option<oneshot::Sender<()>>,
    outcome: oneshot::Receiver<Outcome>,
}

impl Run {
    pub(super) fn start(work: BoxFuture<'static, Result>) -> Self {
        let (cut, was_cut) = oneshot::channel();
        let (done, outcome) = oneshot::channel();
        let runtime = Handle::current();
        let run = move || {
            let _inside = runtime.enter();
            runtime.block_on(async move {
                // Cut off, it is dropped before anybody is told that it is gone.
                let work = async move {
                    tokio::select! {
                        biased;
                        _ = was_cut => Ok(()),
                        outcome = work => outcome,
                    }
                };
                let _ = done.send(AssertUnwindSafe(work).catch_unwind().await);
            });
        };
        // Where no thread is to be had, `done` is dropped, and that is how it ends.
        let _ = thread::Builder::new().name("hook".into()).spawn(run);
        Self { cut: Some(cut), outcome }
    }

    /// Drops the future, and waits until it is gone. One that blocks its thread is left behind.
    pub(super) async fn cut(&mut self) {
        self.cut = None;
        let _ = timeout(GONE_WITHIN, &mut self.outcome).await;
    }

    /// Waits for the end, and gives what went wrong. Once only.
    pub(super) async fn ended(&mut self) -> Option<Failure> {
        match (&mut self.outcome).await {
            Ok(Ok(Ok(()))) => None,
            Ok(Ok(Err(error))) => Some(Failure::from_handler(&error)),
            Ok(Err(panic)) => Some(Failure::new(FailureCode::HandlerPanicked, words(&*panic))),
            Err(_) => Some(Failure::new(FailureCode::HandlerFailed, "no thread to run it on")),
        }
    }
}

impl Turn {
    pub(super) fn start(scope: u64, work: BoxFuture<'static, Result>) -> Self {
        Self {
            scope,
            answering: None,
            place: None,
            spoke: false,
            again: false,
            shown: None,
            run: Run::start(work),
        }
    }

    /// Drops the hook's future, and waits until it is gone. One that blocks its thread is left
    /// behind: nothing it still does counts.
    pub(super) async fn cut(&mut self) {
        self.run.cut().await;
    }

    /// Waits for the end, and gives what went wrong. Once only.
    pub(super) async fn ended(&mut self) -> Option<Failure> {
        self.run.ended().await
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

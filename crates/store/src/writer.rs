//! The one thread that writes. What is asked of it while it waits for the disk is written together
//! next, and waits for the disk once.
//!
//! It also keeps the order. A caller may be dropped while it waits, as a reply is that somebody
//! stops, and what it asked for must still not happen after what is asked next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use confidant_chat::port::history::{Change, Durability, HistoryError};
use tokio::sync::oneshot;

use crate::engine::Engine;
use crate::error::{Trouble, from_io, words};
use crate::shared::Shared;

/// The most lists of changes that wait for the disk together.
const GROUP: usize = 256;

/// The writing thread. Dropping it waits until everything asked for is written.
pub(crate) struct Writer {
    // `None` only while dropping.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    changes: Vec<Change>,
    durability: Durability,
    done: oneshot::Sender<Result<(), HistoryError>>,
}

impl Writer {
    /// Starts writing to `shared`.
    pub(crate) fn start(shared: Arc<Shared>) -> Result<Self, HistoryError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("history-write".into())
            .spawn(move || run(&shared, &queue))
            .map_err(|error| from_io(&error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Asks for `changes` to be written, after everything that was asked for before. The answer
    /// comes when they are as safe as `durability` says.
    pub(crate) fn ask(
        &self,
        changes: Vec<Change>,
        durability: Durability,
    ) -> oneshot::Receiver<Result<(), HistoryError>> {
        let (done, answer) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            // Without a thread the job is dropped, and with it the answer's sender, which tells.
            let _ = jobs.send(Job { changes, durability, done });
        }
        answer
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("writing history ended in a panic: {}", words(&*panic));
        }
    }
}

fn run(shared: &Shared, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        let mut group = vec![job];
        group.extend(queue.try_iter().take(GROUP - 1));
        let mut rest = group.into_iter();
        // Ends early when the engine breaks; what is left is tried with the next one.
        while rest.len() > 0 {
            match shared.engine() {
                Ok(engine) => write(shared, &engine, &mut rest),
                Err(error) => rest.by_ref().for_each(|job| job.answer(Err(error.clone()))),
            }
        }
    }
}

/// Writes jobs until there are no more or one of them breaks the engine, and answers them.
fn write(shared: &Shared, engine: &Arc<Engine>, jobs: &mut impl Iterator<Item = Job>) {
    let mut applied = Vec::new();
    for job in jobs {
        let result = calmly(|| engine.apply(shared.dir(), shared.seal(), &job.changes));
        match result {
            Ok(()) => applied.push(job),
            Err(Trouble::Refused(error)) => job.answer(Err(error)),
            Err(Trouble::Broken(error)) => {
                applied.push(job);
                return fail(shared, engine, applied, &error);
            }
        }
    }
    // Also when nothing is applied: everything before may still be on its way.
    if let Err(error) = calmly(|| Ok(engine.flush()?)) {
        return fail(shared, engine, applied, &error.into());
    }
    let (disk, soon): (Vec<_>, Vec<_>) =
        applied.into_iter().partition(|job| job.durability == Durability::OnDisk);
    soon.into_iter().for_each(|job| job.answer(Ok(())));
    if disk.is_empty() {
        return;
    }
    match calmly(|| Ok(engine.sync()?)) {
        Ok(()) => disk.into_iter().for_each(|job| job.answer(Ok(()))),
        Err(error) => fail(shared, engine, disk, &error.into()),
    }
}

fn fail(shared: &Shared, engine: &Arc<Engine>, jobs: Vec<Job>, error: &HistoryError) {
    tracing::error!("the history could not be written: {error}");
    shared.give_up(engine);
    jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
}

/// What `work` gives, a panic being a failure of the engine.
fn calmly(work: impl FnOnce() -> Result<(), Trouble>) -> Result<(), Trouble> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(Trouble::Broken(HistoryError::Failed(format!("sled gave up: {}", words(&*panic)))))
    })
}

impl Job {
    fn answer(self, result: Result<(), HistoryError>) {
        // Nobody listens to a caller that was dropped.
        let _ = self.done.send(result);
    }
}

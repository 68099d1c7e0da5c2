//! The one thread that writes. What is asked of it while it waits for the disk is written together
//! next, and waits for the disk once.
//!
//! In between it removes what is left of deleted threads.
//!
//! It also keeps the order. A caller may be dropped while it waits, as a reply is that somebody
//! stops, and what it asked for must still not happen after what is asked next.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::{self, JoinHandle};

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Change, Durability, HistoryError};
use tokio::sync::oneshot;

use crate::engine::Engine;
use crate::error::{Trouble, calmly, from_io, words};
use crate::read;
use crate::shared::Shared;
use crate::undo::Undo;

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
    /// Starts writing to `shared`. Files of threads that are deleted go to `gone`.
    pub(crate) fn start(shared: Arc<Shared>, gone: Sender<PathBuf>) -> Result<Self, HistoryError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("history-write".into())
            .spawn(move || run(&shared, &queue, gone))
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

fn run(shared: &Shared, queue: &Receiver<Job>, gone: Sender<PathBuf>) {
    let mut pen = Pen { shared, gone, undo: Undo::default() };
    // At first, too: the app may have ended before all of a deleted thread was gone.
    let mut sweeping = true;
    loop {
        let job = match queue.try_recv() {
            Err(TryRecvError::Empty) if sweeping => {
                sweeping = pen.sweep();
                continue;
            }
            Err(TryRecvError::Empty) => queue.recv().ok(),
            job => job.ok(),
        };
        let Some(job) = job else { return };
        let mut group = vec![job];
        group.extend(queue.try_iter().take(GROUP - 1));
        let mut rest = group.into_iter();
        // Ends early when the engine breaks; what is left is tried with the next one.
        while rest.len() > 0 {
            match pen.engine() {
                Ok(engine) => pen.write(engine, &mut rest),
                Err(error) => rest.by_ref().for_each(|job| job.answer(Err(error.clone()))),
            }
        }
        sweeping = true;
    }
}

/// What the thread writes with.
struct Pen<'a> {
    shared: &'a Shared,
    /// Where files of threads go that are deleted.
    gone: Sender<PathBuf>,
    /// What was there before the writes that are not acknowledged, or were refused and could not
    /// be taken back yet.
    undo: Undo,
}

impl Pen<'_> {
    /// The engine, with nothing in it that was refused.
    fn engine(&mut self) -> Result<Arc<Engine>, HistoryError> {
        let engine = self.shared.engine()?;
        if !self.undo.is_empty() {
            if let Err(trouble) = calmly(|| engine.take_back(&self.undo)) {
                let error = trouble.into();
                self.shared.give_up(&engine, &error);
                return Err(error);
            }
            self.undo = Undo::default();
        }
        Ok(engine)
    }

    /// Writes jobs until there are no more or one of them breaks the engine, and answers them.
    fn write(&mut self, engine: Arc<Engine>, jobs: &mut impl Iterator<Item = Job>) {
        let (dir, seal) = (self.shared.dir(), self.shared.seal());
        let mut applied = Vec::new();
        for job in jobs {
            // Before they are gone from the trees: the deletion may yet be taken back.
            job.deleted().for_each(|thread| self.shared.files().spare(thread));
            let result = calmly(|| engine.apply(dir, seal, &job.changes, &mut self.undo));
            match result {
                Ok(()) => applied.push(job),
                Err(Trouble::Refused(error)) => job.answer(Err(error)),
                Err(Trouble::Broken(error)) => {
                    applied.push(job);
                    return self.refuse(engine, applied, &error);
                }
            }
        }
        // All are made as safe as the one that asks for most: they are taken back together or not.
        // A deletion asks for all there is, because files are removed after it.
        let most =
            |job: &Job| job.durability == Durability::OnDisk || job.deleted().next().is_some();
        let on_disk = applied.iter().any(most);
        let safe = calmly(|| {
            // Also when nothing is applied: everything before may still be on its way.
            engine.flush()?;
            if on_disk {
                engine.sync()?;
            }
            Ok(())
        });
        match safe {
            Ok(()) => {
                self.undo = Undo::default();
                applied.iter().flat_map(Job::deleted).for_each(|it| self.take_files(&engine, it));
                applied.into_iter().for_each(|job| job.answer(Ok(())));
            }
            Err(trouble) => self.refuse(engine, applied, &trouble.into()),
        }
    }

    /// Takes the files of a thread away from it whose deletion is on the disk. Removing them is left
    /// to others.
    fn take_files(&self, engine: &Engine, thread: ThreadId) {
        // What has taken its place since may have files already.
        if !matches!(calmly(|| Ok(read::exists(engine.trees(), thread)?)), Ok(false)) {
            return;
        }
        match self.shared.files().set_aside(thread) {
            // Without that thread they are removed at the next start.
            Ok(Some(dir)) => drop(self.gone.send(dir)),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!("files of a deleted thread wait for the next start: {error}");
            }
        }
    }

    /// Gives the engine up and takes back what jobs may have left on the disk, and then tells them.
    fn refuse(&mut self, engine: Arc<Engine>, jobs: Vec<Job>, why: &HistoryError) {
        tracing::error!("the history could not be written: {why}");
        self.shared.give_up(&engine, why);
        // It cannot be opened again while it is open.
        drop(engine);
        if let Err(error) = self.engine() {
            tracing::warn!("what was refused is taken back before the next write: {error}");
        }
        jobs.into_iter().for_each(|job| job.answer(Err(why.clone())));
    }

    /// Removes some of what is left of deleted threads; whether to go on.
    fn sweep(&mut self) -> bool {
        let swept = self.engine().and_then(|engine| {
            let swept = calmly(|| engine.sweep(self.shared.dir(), self.shared.seal()));
            swept.map_err(|trouble| {
                if let Trouble::Broken(error) = &trouble {
                    self.shared.give_up(&engine, error);
                }
                trouble.into()
            })
        });
        swept.unwrap_or_else(|error| {
            tracing::warn!("what is left of deleted threads waits for the next write: {error}");
            false
        })
    }
}

impl Job {
    /// The threads that it deletes.
    fn deleted(&self) -> impl Iterator<Item = ThreadId> {
        self.changes.iter().filter_map(|change| match change {
            Change::DeleteThread(thread) => Some(*thread),
            _ => None,
        })
    }

    fn answer(self, result: Result<(), HistoryError>) {
        // Nobody listens to a caller that was dropped.
        let _ = self.done.send(result);
    }
}

#[cfg(test)]
mod tests;

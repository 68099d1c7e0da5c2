//! The one thread that writes. What is asked of it while it waits for the disk is written together
//! next, and waits for the disk once.
//!
//! In between it does the store's [chores](Chores).
//!
//! It also keeps the order. A caller may be dropped while it waits, as a reply is that somebody
//! stops, and what it asked for must still not happen after what is asked next.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread::{self, JoinHandle};

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Change, Durability, HistoryError};
use tokio::sync::oneshot;

use crate::apply::Plan;
use crate::chores::Chores;
use crate::engine::Engine;
use crate::error::{Trouble, calmly, from_io, words};
use crate::read;
use crate::room;
use crate::shared::Shared;

/// The most lists of changes that wait for the disk together.
const GROUP: usize = 256;

/// The most writes that go into one transaction, give or take those of one job.
const WRITES: usize = 2_000;

/// The writing thread. Dropping it waits until everything asked for is written.
pub(crate) struct Writer {
    // `None` only while dropping.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// What comes when what was asked for is done.
pub(crate) type Answer = oneshot::Receiver<Result<(), HistoryError>>;

struct Job {
    changes: Vec<Change>,
    durability: Durability,
    done: oneshot::Sender<Result<(), HistoryError>>,
}

impl Writer {
    /// Starts writing to `shared`, and doing its `chores`. Files of threads that are deleted go to
    /// `gone`.
    pub(crate) fn start(
        shared: Arc<Shared>,
        gone: Sender<PathBuf>,
        chores: Chores,
    ) -> Result<Self, HistoryError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("history-write".into())
            .spawn(move || run(&shared, &queue, gone, chores))
            .map_err(|error| from_io(&error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Asks for `changes` to be written, after everything that was asked for before. The answer
    /// comes when they are as safe as `durability` says.
    pub(crate) fn ask(&self, changes: Vec<Change>, durability: Durability) -> Answer {
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

fn run(shared: &Shared, queue: &Receiver<Job>, gone: Sender<PathBuf>, chores: Chores) {
    let mut pen = Pen { shared, gone, chores };
    let mut busy = true;
    loop {
        let job = match queue.try_recv() {
            Err(TryRecvError::Empty) if busy => {
                busy = pen.chores.go_on(shared);
                continue;
            }
            Err(TryRecvError::Empty) => match pen.chores.due_in() {
                None => queue.recv().ok(),
                Some(due) => match queue.recv_timeout(due) {
                    Err(RecvTimeoutError::Timeout) => {
                        busy = true;
                        continue;
                    }
                    job => job.ok(),
                },
            },
            job => job.ok(),
        };
        let Some(job) = job else { return };
        let mut group = VecDeque::from([job]);
        group.extend(queue.try_iter().take(GROUP - 1));
        // Ends early when the engine breaks, or with many writes; the rest is tried after that.
        while !group.is_empty() {
            match shared.engine() {
                Ok(engine) => pen.write(engine, &mut group),
                Err(error) => group.drain(..).for_each(|job| job.answer(Err(error.clone()))),
            }
        }
        busy = true;
    }
}

/// What the thread writes with.
struct Pen<'a> {
    shared: &'a Shared,
    /// Where files of threads go that are deleted.
    gone: Sender<PathBuf>,
    chores: Chores,
}

impl Pen<'_> {
    /// Writes jobs until there are no more, there are enough for one transaction, or one of them
    /// breaks the engine, and answers them. If somebody else gives the engine up meanwhile, they are
    /// still to be written.
    fn write(&mut self, engine: Arc<Engine>, jobs: &mut VecDeque<Job>) {
        let seal = self.shared.seal();
        let mut plan = match calmly(|| Plan::begin(&engine, seal)) {
            Ok(plan) => plan,
            Err(trouble) => {
                let error = HistoryError::from(trouble);
                self.shared.give_up(engine, &error);
                // At least one, or they would be tried forever.
                return jobs.drain(..1).for_each(|job| job.answer(Err(error.clone())));
            }
        };
        let (mut accepted, mut changes) = (Vec::new(), Vec::new());
        let (mut broken, mut planned) = (None, 0);
        while plan.pending.accepted().len() < WRITES {
            let Some(job) = jobs.pop_front() else { break };
            // Before they are gone from the trees: the deletion may yet be refused.
            job.deleted().for_each(|thread| self.shared.files().spare(thread));
            match calmly(|| self.plan(&mut plan, &job, &mut planned)) {
                Ok(entries) => {
                    if !entries.is_empty() {
                        changes.push(entries);
                    }
                    accepted.push(job);
                }
                Err(trouble) => {
                    plan.reject();
                    let is_broken = matches!(trouble, Trouble::Broken(_));
                    let error = HistoryError::from(trouble);
                    job.answer(Err(error.clone()));
                    if is_broken {
                        broken = Some(error);
                        break;
                    }
                }
            }
        }
        // All are made as safe as the one that asks for most. A deletion asks for all there is,
        // because files are removed after it.
        let most =
            |job: &Job| job.durability == Durability::OnDisk || job.deleted().next().is_some();
        let on_disk = accepted.iter().any(most);
        let Some(kept) = self.shared.append(&engine, &changes, on_disk) else {
            accepted.into_iter().rev().for_each(|job| jobs.push_front(job));
            return;
        };
        let result = match kept {
            Err(error) => {
                tracing::error!("the history could not be written: {error}");
                Err(error)
            }
            Ok(position) => {
                // From here on they are kept. If the trees do not take them, they get them from
                // the journal when they are opened anew.
                let position = (!changes.is_empty()).then_some(position);
                let writes = plan.finish(position);
                if !writes.is_empty()
                    && let Err(trouble) = calmly(|| engine.commit(&writes))
                {
                    broken = Some(trouble.into());
                }
                changes.iter().for_each(|entries| self.chores.written(&engine, entries));
                if let Some(position) = position {
                    let first = position + 1 - changes.len() as u64;
                    let numbered = (first..).zip(changes);
                    numbered.for_each(|(number, it)| self.shared.searching().note(number, it));
                }
                accepted.iter().flat_map(Job::deleted).for_each(|it| self.take_files(&engine, it));
                Ok(())
            }
        };
        // Before the answers: whoever gets one and reads then must read what was written.
        if let Some(error) = broken {
            self.shared.give_up(engine, &error);
        }
        accepted.into_iter().for_each(|job| job.answer(result.clone()));
    }

    /// Plans what a job asks for; the entries that it comes to. `planned` is how many bytes its group
    /// is going to write, for which there must be room together.
    fn plan(&self, plan: &mut Plan<'_>, job: &Job, planned: &mut u64) -> Result<Vec<u8>, Trouble> {
        let entries = plan.changes(&job.changes)?;
        if !entries.is_empty() {
            let bytes = *planned + plan.pending.writes().bytes() + entries.len() as u64;
            room::check(self.shared.dir(), bytes)?;
            *planned = bytes;
        }
        plan.accept();
        Ok(entries)
    }

    /// Takes the files of a thread away from it whose deletion is on the disk. Removing them is left
    /// to others.
    fn take_files(&self, engine: &Engine, thread: ThreadId) {
        // What has taken its place since may have files already.
        if !matches!(calmly(|| read::exists(engine.trees(), thread)), Ok(false)) {
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

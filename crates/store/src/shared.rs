//! What reading and writing share: the engine, while there is one.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};

use confidant_chat::ids::UserId;
use confidant_chat::port::history::{HistoryError, Repairs};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::closed::Closed;
use crate::engine::Engine;
use crate::error::Trouble;
use crate::files::Files;
use crate::journal::Journal;
use crate::lock::DirectoryLock;
use crate::record::Seal;
use crate::recover::{self, Trust};
use crate::search::Searching;

/// An open store, as its writer and its readers see it.
pub(crate) struct Shared {
    state: RwLock<State>,
    /// Taken after the state, where both are.
    journal: Mutex<Journal>,
    dir: PathBuf,
    seal: Seal,
    files: Files,
    searching: Arc<Searching>,
    repairs: watch::Sender<Repairs>,
    /// The last change that sled has written for sure.
    flushed: AtomicU64,
    /// When both copies were known to be the same, as far as nothing has happened since.
    trusted: Mutex<Option<Timestamp>>,
    /// Whether something was read that does not open; counts once.
    suspect: AtomicBool,
    suspected: AtomicBool,
}

enum State {
    /// Whoever reads has a share in the engine, and with it in the lock on the directory.
    Open(Arc<Engine>),
    /// Given up, to be opened anew by whoever needs it next.
    Broken {
        lock: Arc<DirectoryLock>,
        /// How far what it has left is believed.
        trust: Trust,
    },
    Closed,
}

impl Shared {
    /// A store in `dir`, open as `engine`, with its `journal` and with `files` beside it.
    pub(crate) fn new(
        dir: PathBuf,
        seal: Seal,
        files: Files,
        engine: Engine,
        journal: Journal,
    ) -> Self {
        Self {
            state: RwLock::new(State::Open(Arc::new(engine))),
            journal: Mutex::new(journal),
            dir,
            seal,
            files,
            searching: Arc::default(),
            repairs: watch::Sender::default(),
            flushed: AtomicU64::new(0),
            trusted: Mutex::default(),
            suspect: AtomicBool::new(false),
            suspected: AtomicBool::new(false),
        }
    }

    /// The person's directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The person's seal.
    pub(crate) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The files beside the trees. Whoever uses them holds the [`lock`](Self::lock).
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Looking something up.
    pub(crate) fn searching(&self) -> &Arc<Searching> {
        &self.searching
    }

    /// Whose store it is.
    pub(crate) fn user(&self) -> UserId {
        self.seal.user()
    }

    /// The journal, for whoever does not ask for the engine meanwhile.
    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found damaged.
    pub(crate) fn repairs(&self) -> watch::Receiver<Repairs> {
        self.repairs.subscribe()
    }

    /// Adds to what was found damaged.
    pub(crate) fn report(&self, found: Repairs) {
        if !found.is_empty() {
            let Repairs { healed, lost, rebuilt } = found;
            tracing::warn!(healed, lost, rebuilt, "the history was damaged");
            self.repairs.send_modify(|all| {
                all.healed += healed;
                all.lost += lost;
                all.rebuilt |= rebuilt;
            });
        }
    }

    /// Both copies are known to be the same, since `compared`.
    pub(crate) fn trust(&self, compared: Timestamp) {
        *self.trusted.lock().unwrap_or_else(PoisonError::into_inner) = Some(compared);
    }

    /// Whether both copies are known to be the same.
    pub(crate) fn is_trusted(&self) -> bool {
        self.trusted.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The copies may differ.
    pub(crate) fn distrust(&self) {
        *self.trusted.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A record was read that does not open; whether that is news.
    pub(crate) fn suspect(&self) -> bool {
        let news = !self.suspected.swap(true, Ordering::Relaxed);
        self.suspect.fetch_or(news, Ordering::Relaxed);
        news
    }

    /// Whether a record was read that does not open, since this was last asked.
    pub(crate) fn is_suspect(&self) -> bool {
        self.suspect.swap(false, Ordering::Relaxed)
    }

    /// The lock on the directory, to be held by who uses it without the engine: that can be opened
    /// anew meanwhile.
    pub(crate) fn lock(&self) -> Result<Arc<DirectoryLock>, HistoryError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Open(engine) => Ok(Arc::clone(engine.lock())),
            State::Broken { lock, .. } => Ok(Arc::clone(lock)),
            State::Closed => Err(HistoryError::Closed),
        }
    }

    /// The engine, opened anew if the last one broke.
    pub(crate) fn engine(&self) -> Result<Arc<Engine>, HistoryError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Open(engine) => return Ok(Arc::clone(engine)),
            State::Closed => return Err(HistoryError::Closed),
            State::Broken { .. } => {}
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Open(engine) => Ok(Arc::clone(engine)),
            State::Closed => Err(HistoryError::Closed),
            State::Broken { lock, trust } => {
                let mut journal = self.journal();
                let found = recover::open(&self.dir, lock, &self.seal, &mut journal, *trust, true)?;
                let engine = Arc::new(found.engine);
                tracing::info!("the history was opened again after a failure");
                self.report(found.repairs);
                *state = State::Open(Arc::clone(&engine));
                Ok(engine)
            }
        }
    }

    /// Writes what was planned for `engine` to the journal; the number of the last change there is.
    /// `None`, and nothing written, if somebody has given that engine up: the one that takes its
    /// place holds what the journal did then, and would never be told of more.
    pub(crate) fn append(
        &self,
        engine: &Arc<Engine>,
        changes: &[Vec<u8>],
        on_disk: bool,
    ) -> Option<Result<u64, HistoryError>> {
        // Whoever is changing the state may be waiting for the engine that the caller holds.
        let state = match self.state.try_read() {
            Err(TryLockError::WouldBlock) => return None,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Ok(state) => state,
        };
        let State::Open(current) = &*state else { return None };
        if !Arc::ptr_eq(current, engine) {
            return None;
        }
        let mut journal = self.journal();
        Some(journal.append(changes, on_disk).map(|()| journal.next() - 1))
    }

    /// Has sled write what it holds, and with it the changes that the journal has by now.
    pub(crate) fn flush(&self, engine: &Engine) -> Result<(), Trouble> {
        let position = engine.position()?;
        engine.flush()?;
        self.flushed.store(position, Ordering::Relaxed);
        Ok(())
    }

    /// Gives `engine` up because of `why`: once sled has failed to write, it keeps answering with
    /// that failure, and what it has in memory is not what is on the disk. Nothing is lost with it,
    /// because the journal has it.
    pub(crate) fn give_up(&self, engine: Arc<Engine>, why: &HistoryError) {
        let given_up = Arc::as_ptr(&engine);
        // Before anything is waited for: somebody else may be opening sled again, and waiting for
        // all of its old self to go.
        drop(engine);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(current) = &*state
            && std::ptr::eq(Arc::as_ptr(current), given_up)
        {
            let lock = Arc::clone(current.lock());
            tracing::warn!("the history is opened anew: {why}");
            let known = self.flushed.load(Ordering::Relaxed);
            let trust = match why {
                HistoryError::Damaged(_) => Trust::Nothing(known),
                _ => Trust::UpTo(known),
            };
            *state = State::Broken { lock, trust };
            self.distrust();
        }
    }

    /// Closes the engine, with everything on the disk, and lets go of the directory as soon as
    /// nobody reads any more.
    ///
    /// # Errors
    ///
    /// When something could not be put on the disk.
    pub(crate) fn close(&self) -> Result<(), HistoryError> {
        let state = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *state, State::Closed)
        };
        if matches!(state, State::Closed) {
            return Ok(());
        }
        let next = {
            let mut journal = self.journal();
            journal.rest()?;
            journal.next()
        };
        let State::Open(engine) = state else { return Ok(()) };
        if let Err(error) = engine.rest() {
            tracing::warn!("the trees are behind the journal: {error}");
            return Ok(());
        }
        let lock = Arc::clone(engine.lock());
        // Somebody may still be reading, and the files not be closed.
        let closed = Arc::try_unwrap(engine).map(drop).is_ok();
        let trusted = *self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compared) = trusted.filter(|_| closed)
            && let Err(error) = (Closed { next, compared }).leave(&self.dir)
        {
            tracing::warn!("the copies are compared at the next start: {error}");
        }
        drop(lock);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Person;

    #[test]
    fn nothing_is_written_for_trees_that_were_given_up() {
        let person = Person::new();
        let shared = person.shared(person.engine());
        let old = shared.engine().unwrap();
        shared.journal().ready().unwrap();
        let changes = [b"change".to_vec()];
        assert_eq!(shared.append(&old, &changes, true), Some(Ok(1)));
        shared.give_up(Arc::clone(&old), &HistoryError::Failed("it broke".into()));
        assert_eq!(shared.append(&old, &changes, true), None, "nobody has opened it again yet");
        assert_eq!(shared.journal().next(), 2);
    }

    #[test]
    fn a_directory_is_locked_until_the_last_reader_is_done() {
        let person = Person::new();
        let shared = person.shared(person.engine());
        let reader = shared.engine().unwrap();
        shared.close().unwrap();
        let early = DirectoryLock::acquire(&person.dir());
        assert_eq!(early.map(drop), Err(HistoryError::InUse), "the files are still open");
        drop(reader);
        assert_eq!(DirectoryLock::acquire(&person.dir()).map(drop), Ok(()));
    }
}

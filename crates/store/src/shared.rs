//! What reading and writing share: the engine, while there is one.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use confidant_chat::port::history::HistoryError;

use crate::engine::Engine;
use crate::files::Files;
use crate::lock::DirectoryLock;
use crate::record::Seal;

/// An open store, as its writer and its readers see it.
pub(crate) struct Shared {
    state: RwLock<State>,
    dir: PathBuf,
    seal: Seal,
    files: Files,
}

enum State {
    /// Whoever reads has a share in the engine, and with it in the lock on the directory.
    Open(Arc<Engine>),
    /// Given up after the error `why` underneath it, to be opened anew by whoever needs it next.
    Broken {
        lock: Arc<DirectoryLock>,
        why: HistoryError,
    },
    Closed,
}

impl Shared {
    /// A store in `dir`, open as `engine`, with `files` beside it.
    pub(crate) fn new(dir: PathBuf, seal: Seal, files: Files, engine: Engine) -> Self {
        Self { state: RwLock::new(State::Open(Arc::new(engine))), dir, seal, files }
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
            State::Broken { lock, .. } => {
                let lock = Arc::clone(lock);
                let engine = Arc::new(Engine::open(&self.dir, lock, &self.seal, true)?);
                tracing::info!("the history was opened again after a failure");
                *state = State::Open(Arc::clone(&engine));
                Ok(engine)
            }
        }
    }

    /// Gives `engine` up because of `why`: once sled has failed to write, it keeps answering with
    /// that failure, and what it has in memory is not what is on the disk.
    pub(crate) fn give_up(&self, engine: &Arc<Engine>, why: &HistoryError) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*state, State::Open(current) if Arc::ptr_eq(current, engine)) {
            *state = State::Broken { lock: Arc::clone(engine.lock()), why: why.clone() };
        }
    }

    /// Closes the engine, with everything on the disk, and lets go of the directory as soon as
    /// nobody reads any more.
    ///
    /// # Errors
    ///
    /// When something could not be put on the disk, now or when the engine broke.
    pub(crate) fn close(&self) -> Result<(), HistoryError> {
        let state = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *state, State::Closed)
        };
        match state {
            State::Open(engine) => engine.flush().and_then(|()| engine.sync()),
            State::Broken { why, .. } => Err(why),
            State::Closed => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Person;

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

    #[test]
    fn closing_what_broke_says_why_it_broke() {
        let person = Person::new();
        let shared = person.shared(person.engine());
        shared.give_up(&shared.engine().unwrap(), &HistoryError::StorageFull);
        assert_eq!(shared.close(), Err(HistoryError::StorageFull));
        assert_eq!(shared.close(), Ok(()), "told once");
        assert_eq!(DirectoryLock::acquire(&person.dir()).map(drop), Ok(()), "closed all the same");
    }
}

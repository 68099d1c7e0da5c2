//! What reading and writing share: the engine, while there is one.

use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use confidant_chat::port::history::HistoryError;

use crate::engine::Engine;
use crate::lock::DirectoryLock;
use crate::record::Seal;

/// An open store, as its writer and its readers see it.
pub(crate) struct Shared {
    // Before the lock: nobody else may open what is not closed yet.
    state: RwLock<State>,
    lock: Mutex<Option<DirectoryLock>>,
    dir: PathBuf,
    seal: Seal,
}

enum State {
    Open(Arc<Engine>),
    /// Given up after an error underneath it, to be opened anew by whoever needs it next.
    Broken,
    Closed,
}

impl Shared {
    /// An open store in `dir`, which `lock` holds.
    pub(crate) fn new(dir: PathBuf, seal: Seal, lock: DirectoryLock, engine: Engine) -> Self {
        Self {
            state: RwLock::new(State::Open(Arc::new(engine))),
            lock: Mutex::new(Some(lock)),
            dir,
            seal,
        }
    }

    /// The person's directory.
    pub(crate) fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    /// The person's seal.
    pub(crate) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The engine, opened anew if the last one broke.
    pub(crate) fn engine(&self) -> Result<Arc<Engine>, HistoryError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Open(engine) => return Ok(Arc::clone(engine)),
            State::Closed => return Err(closed()),
            State::Broken => {}
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Open(engine) => Ok(Arc::clone(engine)),
            State::Closed => Err(closed()),
            State::Broken => {
                let engine = Arc::new(Engine::open(&self.dir, &self.seal, true)?);
                tracing::info!("the history was opened again after a failure");
                *state = State::Open(Arc::clone(&engine));
                Ok(engine)
            }
        }
    }

    /// Gives `engine` up: once sled has failed to write, it keeps answering with that failure, and
    /// what it has in memory is not what is on the disk.
    pub(crate) fn give_up(&self, engine: &Arc<Engine>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*state, State::Open(current) if Arc::ptr_eq(current, engine)) {
            *state = State::Broken;
        }
    }

    /// Closes the engine, with everything on the disk, and lets go of the directory.
    pub(crate) fn close(&self) -> Result<(), HistoryError> {
        let state = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *state, State::Closed)
        };
        let flushed = match &state {
            State::Open(engine) => engine.flush().and_then(|()| engine.sync()),
            State::Broken | State::Closed => Ok(()),
        };
        drop(state);
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
        flushed
    }
}

fn closed() -> HistoryError {
    HistoryError::Failed("it was closed".into())
}

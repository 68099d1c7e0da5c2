//! A person's history, for code that blocks.

use std::ops::ControlFlow;
use std::sync::Arc;

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::{Change, Durability, FileSource, History, HistoryError};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use tokio::runtime::Handle;

/// How many steps or threads are read at once.
const PAGE: usize = 200;

/// How much of a file is read at once, in bytes.
const PIECE: usize = 1024 * 1024;

/// A history whose methods wait. Made on a thread that may block, within a runtime.
#[derive(Clone)]
pub(crate) struct Kept {
    history: Arc<dyn History>,
    runtime: Handle,
}

impl Kept {
    /// `history`, within the runtime that this is called in.
    pub(crate) fn new(history: Arc<dyn History>) -> Self {
        Self { history, runtime: Handle::current() }
    }

    /// Every thread that is not in the bin.
    pub(crate) fn threads(&self) -> Result<Vec<ThreadId>, HistoryError> {
        let (mut cursor, mut threads) = (None, Vec::new());
        loop {
            let page = self.runtime.block_on(self.history.threads(cursor, PAGE))?;
            threads.extend(page.items.iter().map(|thread| thread.id));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(threads);
            }
        }
    }

    /// One thread, if there is such.
    pub(crate) fn thread(&self, id: ThreadId) -> Result<Option<Thread>, HistoryError> {
        match self.runtime.block_on(self.history.thread(id)) {
            Ok(thread) => Ok(Some(thread)),
            Err(HistoryError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Shows every step of a thread, of all its branches, in order, for as long as `each` goes on.
    pub(crate) fn steps<E: From<HistoryError>>(
        &self,
        thread: ThreadId,
        mut each: impl FnMut(Step) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut from = Some(0);
        while let Some(place) = from {
            let page = self.runtime.block_on(self.history.steps_from(thread, place, PAGE))?;
            for step in page.items {
                if each(step)?.is_break() {
                    return Ok(());
                }
            }
            from = page.next;
        }
        Ok(())
    }

    /// A piece of a file from `offset` on; nothing at its end.
    pub(crate) fn piece(
        &self,
        thread: ThreadId,
        file: ElementId,
        offset: u64,
    ) -> Result<Vec<u8>, HistoryError> {
        self.runtime.block_on(self.history.read_file(thread, file, offset, PIECE))
    }

    /// Applies `changes`, all or none.
    pub(crate) fn write(
        &self,
        changes: Vec<Change>,
        durability: Durability,
    ) -> Result<(), HistoryError> {
        self.runtime.block_on(self.history.write(changes, durability))
    }

    /// Keeps a file, and gives its size in bytes.
    pub(crate) fn put_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        source: FileSource,
    ) -> Result<u64, HistoryError> {
        self.runtime.block_on(self.history.put_file(thread, file, source))
    }

    /// Removes every file of a thread.
    pub(crate) fn remove_files(&self, thread: ThreadId) -> Result<(), HistoryError> {
        self.runtime.block_on(self.history.remove_files(thread))
    }
}

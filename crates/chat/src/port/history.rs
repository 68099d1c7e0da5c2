//! One person's threads, as the runtime sees them.
//!
//! A `History` is opened with that person's key. No method takes a user, so no code path can read
//! somebody else's thread.

use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::ids::{ElementId, StepId, ThreadId};
use crate::search::{Among, Hits, Search};
use crate::step::Step;
use crate::thread::{Shelf, Thread};

/// One signed-in person's stored threads.
#[async_trait]
pub trait History: Send + Sync {
    /// Applies `changes` in order, all or none.
    ///
    /// # Errors
    ///
    /// When they could not be kept; then none of them was.
    async fn write(&self, changes: Vec<Change>, durability: Durability)
    -> Result<(), HistoryError>;

    /// Threads that are not in the bin, at most `limit`, from after `cursor`: those that are pinned,
    /// then the others, each by last activity, newest first.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    async fn threads(
        &self,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError>;

    /// Threads in the bin, at most `limit`, from after `cursor`, the newest there first.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    async fn binned(
        &self,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError>;

    /// One thread, without its steps.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotFound`] when this person has no such thread.
    async fn thread(&self, id: ThreadId) -> Result<Thread, HistoryError>;

    /// The newest `limit` steps of a thread with a sequence below `before`, oldest first. The
    /// page's cursor is the `before` for the page above it.
    ///
    /// # Errors
    ///
    /// When they cannot be read. A thread without steps is an empty page.
    async fn steps(
        &self,
        thread: ThreadId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError>;

    /// The oldest `limit` steps of a thread with a sequence of `from` or more, oldest first. The
    /// page's cursor is the `from` for the page below it.
    ///
    /// # Errors
    ///
    /// When they cannot be read. A thread without steps is an empty page.
    async fn steps_from(
        &self,
        thread: ThreadId,
        from: u32,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError>;

    /// The first place after every step of a thread, whether those steps can be read or not: what
    /// is damaged keeps its place, and nothing new is put over it.
    ///
    /// # Errors
    ///
    /// When it cannot be read. A thread without steps begins at 0.
    async fn next_sequence(&self, thread: ThreadId) -> Result<u32, HistoryError>;

    /// One step, or `None` when that thread has none such.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    async fn step(&self, thread: ThreadId, id: StepId) -> Result<Option<Step>, HistoryError>;

    /// Where `search` finds something in threads that are not in the bin, at most `limit` places
    /// after the first `skip`. What was written is found from the moment that [`write`](Self::write)
    /// has returned.
    ///
    /// # Errors
    ///
    /// When it cannot be looked up.
    async fn search(
        &self,
        search: Search,
        among: Among,
        skip: usize,
        limit: usize,
    ) -> Result<Hits, HistoryError>;

    /// Keeps the content of an element beside its thread, which need not be stored yet, and gives
    /// its size in bytes. It is on the disk when this returns. A file is never replaced.
    ///
    /// # Errors
    ///
    /// When it could not be kept, the source cannot be read, or there is such a file; then nothing
    /// was changed.
    async fn put_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        source: FileSource,
    ) -> Result<u64, HistoryError>;

    /// At most `limit` bytes of a file from `offset` on; none at or after its end. Less than
    /// `limit` does not mean that it ends there.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotFound`] when there is no such file, and when it cannot be read.
    async fn read_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<u8>, HistoryError>;

    /// Removes every file of a thread, which need not be stored.
    ///
    /// # Errors
    ///
    /// When one of them cannot be removed.
    async fn remove_files(&self, thread: ThreadId) -> Result<(), HistoryError>;

    /// A value kept for this person rather than for a thread, such as the chosen model.
    ///
    /// # Errors
    ///
    /// When it cannot be read. Absent is `None`.
    async fn preference(&self, name: &str) -> Result<Option<Value>, HistoryError>;

    /// How much there is.
    ///
    /// # Errors
    ///
    /// When it cannot be counted.
    async fn figures(&self) -> Result<Figures, HistoryError>;

    /// What was found damaged since this history was opened, and what became of it. Changes when
    /// more is found.
    fn repairs(&self) -> watch::Receiver<Repairs>;
}

/// One change to a person's history.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A thread is new, or its header changed.
    PutThread(Box<Thread>),
    /// A step is new, or changed. Its sequence is its place for good.
    PutStep {
        /// The thread it belongs to.
        thread: ThreadId,
        /// The step as it is now.
        step: Box<Step>,
    },
    /// A step is taken out of its thread.
    RemoveStep {
        /// The thread it belonged to.
        thread: ThreadId,
        /// The step.
        step: StepId,
    },
    /// A thread and all its steps go.
    DeleteThread(ThreadId),
    /// A preference is set, or removed with `None`.
    PutPreference {
        /// Its name.
        name: String,
        /// Its value.
        value: Option<Value>,
    },
}

/// How safe a change must be before [`History::write`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On the disk. What is acknowledged to a person is written so.
    OnDisk,
    /// With the operating system: safe from the death of the app, on the disk within a moment. For
    /// the pieces of a reply that is still growing.
    Soon,
}

/// Where the content of a file comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum FileSource {
    /// From memory.
    Bytes(Vec<u8>),
    /// From a file on this computer, read piece by piece.
    Path(PathBuf),
    /// From within something else, such as an archive, read piece by piece.
    Part(Part),
}

/// Content that is opened when it is wanted.
#[derive(Clone)]
pub struct Part(Arc<dyn Fn() -> io::Result<Opened> + Send + Sync>);

/// Content from its beginning, and how many bytes it says that it has.
pub type Opened = (Box<dyn Read + Send>, u64);

impl Part {
    /// What `open` opens.
    pub fn new(open: impl Fn() -> io::Result<Opened> + Send + Sync + 'static) -> Self {
        Self(Arc::new(open))
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(&self) -> io::Result<Opened> {
        (self.0)()
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Part {}

impl fmt::Debug for FileSource {
    // What is in a file is nobody's business, and neither is where it lay.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Path(_) => f.write_str("Path(..)"),
            Self::Part(_) => f.write_str("Part(..)"),
        }
    }
}

/// Some items, and where the next ones begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T, C> {
    /// The items, in the order the method promises.
    pub items: Vec<T>,
    /// Where the next page begins; `None` when there is nothing more.
    pub next: Option<C>,
}

/// A place in the lists of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ThreadCursor {
    /// The list that the last thread seen is in.
    pub shelf: Shelf,
    /// The time by which it stands there.
    #[specta(type = String)]
    pub at: Timestamp,
    /// That thread.
    pub thread: ThreadId,
}

impl ThreadCursor {
    /// Where a thread stands.
    #[must_use]
    pub fn of(thread: &Thread) -> Self {
        let (shelf, at) = thread.standing();
        Self { shelf, at, thread: thread.id }
    }
}

/// How much a person has stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Threads.
    pub threads: u64,
    /// Steps in them.
    pub steps: u64,
    /// Bytes on the disk.
    pub bytes: u64,
}

/// What was found damaged in a history, and what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Records that were put right from their other copy.
    pub healed: u64,
    /// Records that are lost, because both of their copies are.
    pub lost: u64,
    /// Whether one of the two copies was made anew from the other, as a whole.
    pub rebuilt: bool,
}

impl Repairs {
    /// Whether nothing was damaged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Why history could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// This person has no such thread.
    #[error("there is no such thread")]
    NotFound,
    /// No room on the disk.
    #[error("the disk is full")]
    StorageFull,
    /// The disk takes no writes at all. Reading goes on.
    #[error("the disk can only be read")]
    ReadOnly,
    /// A record does not open: damaged, moved, or sealed with another key.
    #[error("a stored record cannot be opened: {0}")]
    Damaged(String),
    /// Written by a newer version of the app. Nothing was touched.
    #[error("the history has format {found}, and this version reads up to {known}")]
    Newer {
        /// The version on disk.
        found: u32,
        /// The newest version this build knows.
        known: u32,
    },
    /// Another process has this history open.
    #[error("this history is open in another process")]
    InUse,
    /// It was closed: the person it belongs to has signed out.
    #[error("this history is closed")]
    Closed,
    /// Anything else that the disk or the store said.
    #[error("the history cannot be used: {0}")]
    Failed(String),
}

//! Threads on their way in.

mod chainlit;
mod chatgpt;
mod check;
mod counting;
mod file;
mod made;
mod named;
mod own;
mod sink;
mod stream;
mod writing;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use confidant_chat::port::history::{Durability, History};
use tokio::runtime::Handle;

use crate::error::TransferError;
use crate::kept::Kept;
use crate::watch::Watch;
use counting::Counting;
use file::Archive;
pub(crate) use file::Origin;
use sink::Sink;
use writing::{HALF, Writing, half, without};

/// A file that can be imported.
pub struct Import {
    archive: Archive,
    kind: Kind,
    profile: String,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Our own archive.
    Confidant,
    /// ChatGPT's data export, or the `conversations.json` of one.
    ChatGpt,
    /// The SQLite database of a Chainlit app.
    Chainlit,
}

/// What was brought along, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Threads.
    pub threads: u64,
    /// Messages in them, without work steps.
    pub messages: u64,
    /// Files of elements.
    pub files: u64,
    /// How many bytes those files have.
    pub bytes: u64,
    /// Threads that are here already, and are left as they are.
    pub known: u64,
    /// What stays behind, and how often.
    pub left: BTreeMap<Left, u64>,
}

/// What of an archive stays behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Threads that hold something that cannot be, or nothing.
    Threads,
    /// Messages that are in no form that is known.
    Messages,
    /// Files that are named, but not in the archive, or that cannot be read.
    Files,
    /// Elements that the app has no kind for, or that are too large.
    Elements,
}

impl Imported {
    fn leave(&mut self, what: Left) {
        *self.left.entry(what).or_default() += 1;
    }

    /// A thread with these counts is in.
    fn add(&mut self, counts: Self) {
        self.threads += 1;
        self.messages += counts.messages;
        self.files += counts.files;
        self.bytes += counts.bytes;
        for (what, count) in counts.left {
            *self.left.entry(what).or_default() += count;
        }
    }
}

impl Import {
    /// The file at `path`, whose threads are with `profile` where it does not say.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is nothing that can be imported.
    pub fn open(path: &Path, profile: &str) -> Result<Self, TransferError> {
        Self::within(Origin::File(path.into()), profile)
    }

    pub(crate) fn within(origin: Origin, profile: &str) -> Result<Self, TransferError> {
        let archive = Archive::open(origin)?;
        let kind = if archive.is_sqlite() {
            Kind::Chainlit
        } else if own::is_in(&archive)? {
            Kind::Confidant
        } else if chatgpt::is_in(&archive)? {
            Kind::ChatGpt
        } else {
            return Err(TransferError::Unknown);
        };
        Ok(Self { archive, kind, profile: profile.to_owned() })
    }

    /// Whose file it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What [`run`](Self::run) would bring along, and what not. Keeps nothing. Must be called where
    /// blocking is allowed, within a runtime, as that.
    ///
    /// # Errors
    ///
    /// When the file or the history cannot be read.
    pub fn preview(
        &self,
        history: Arc<dyn History>,
        watch: &Watch,
    ) -> Result<Imported, TransferError> {
        let mut counting = Counting::new(Kept::new(history));
        self.read(&mut counting, watch)?;
        Ok(counting.into_imported())
    }

    /// Brings every thread along that is not here yet. Each is there whole or not at all; those that
    /// are there when something goes wrong stay.
    ///
    /// What was brought along counts whatever the result says. It is on the disk when this returns
    /// well.
    pub fn run(
        &self,
        history: Arc<dyn History>,
        watch: &Watch,
    ) -> (Imported, Result<(), TransferError>) {
        if let Err(error) = Handle::current().block_on(tidy(&history)) {
            return (Imported::default(), Err(error));
        }
        let mut writing = Writing::new(Kept::new(history), watch);
        let read = self.read(&mut writing, watch);
        let (imported, finished) = writing.finish();
        (imported, read.and(finished))
    }

    fn read(&self, sink: &mut dyn Sink, watch: &Watch) -> Result<(), TransferError> {
        match self.kind {
            Kind::Confidant => own::read(&self.archive, &self.profile, sink, watch),
            Kind::ChatGpt => chatgpt::read(&self.archive, &self.profile, sink, watch),
            Kind::Chainlit => chainlit::read(&self.archive, &self.profile, sink, watch),
        }
    }
}

/// Removes what of a thread was brought along when the app ended in the midst of it. Until then it
/// is in the bin.
///
/// # Errors
///
/// When the history cannot be read or written.
pub async fn tidy(history: &Arc<dyn History>) -> Result<(), TransferError> {
    if let Some(thread) = half(history.preference(HALF).await?) {
        tracing::info!("removing a thread that was imported in part");
        history.write(without(thread), Durability::OnDisk).await?;
    }
    Ok(())
}

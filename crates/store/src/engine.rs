//! The open trees, and how they are opened and written.

use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Instant;

use confidant_chat::port::history::{Change, HistoryError};

use crate::apply::{Counts, FIGURES, Plan};
use crate::directory;
use crate::draft::Draft;
use crate::error::{Trouble, from_io, from_sled, words};
use crate::format::{self, FORMAT};
use crate::lock::{PATIENCE, RETRY};
use crate::log::Log;
use crate::names::{self, Names};
use crate::record::{Seal, damaged};
use crate::room;
use crate::trees::{Tree, Trees};

/// What sled may keep in memory, in bytes.
const CACHE: u64 = 64 * 1024 * 1024;

/// One person's open trees.
pub(crate) struct Engine {
    trees: Trees,
    db: sled::Db,
    names: Names,
    log: Log,
    /// Held for reading while a page is read, so that no change comes between its records.
    gate: RwLock<()>,
}

impl Engine {
    /// Opens the trees in `dir`. They are made if there are none, unless `begun` says that there
    /// have been some.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Newer`] when a newer version wrote them, [`HistoryError::InUse`] when they
    /// are open elsewhere, [`HistoryError::Damaged`] when sled cannot make sense of its files or
    /// they belong to somebody else, and when trees that were there are gone.
    pub(crate) fn open(dir: &Path, seal: &Seal, begun: bool) -> Result<Self, HistoryError> {
        // sled has been seen to panic on damaged files. A thread of its own is where a panic ends
        // as an error.
        thread::scope(|scope| {
            let opening = thread::Builder::new()
                .name("history-open".into())
                .spawn_scoped(scope, || Self::open_here(dir, seal, begun))
                .map_err(|error| from_io(&error))?;
            opening.join().unwrap_or_else(|panic| {
                Err(HistoryError::Damaged(format!("sled gave up: {}", words(&*panic))))
            })
        })
    }

    fn open_here(dir: &Path, seal: &Seal, begun: bool) -> Result<Self, HistoryError> {
        let sled = dir.join("sled");
        let db = open_sled(&sled)?;
        let trees = Trees::open(&db).map_err(|error| from_sled(&error))?;
        let names = prepare(&trees, seal, begun)?;
        let log = Log::open(&sled).map_err(|error| from_io(&error))?;
        let engine = Self { trees, db, names, log, gate: RwLock::new(()) };
        engine.flush()?;
        engine.sync()?;
        // A store is as lost without the names of its files as without their content.
        for made in [&sled, dir].into_iter().chain(dir.parent()) {
            directory::sync(made).map_err(|error| from_io(&error))?;
        }
        Ok(engine)
    }

    /// Applies `changes`, all or none. They are safe only after [`flush`](Self::flush) or
    /// [`sync`](Self::sync).
    pub(crate) fn apply(&self, dir: &Path, seal: &Seal, changes: &[Change]) -> Result<(), Trouble> {
        let draft = Plan::new(self, seal, changes)?.into_draft();
        room::check(dir, draft.bytes())?;
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        Ok(draft.commit()?)
    }

    /// Hands everything applied so far to the operating system.
    pub(crate) fn flush(&self) -> Result<(), HistoryError> {
        self.db.flush().map(drop).map_err(|error| from_sled(&error))
    }

    /// Has everything flushed so far put on the disk.
    pub(crate) fn sync(&self) -> Result<(), HistoryError> {
        self.log.sync().map_err(|error| from_io(&error))
    }

    /// The trees, for reading while nothing is written.
    pub(crate) fn steady(&self) -> (&Trees, RwLockReadGuard<'_, ()>) {
        (&self.trees, self.gate.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The trees.
    pub(crate) fn trees(&self) -> &Trees {
        &self.trees
    }

    /// How names become keys.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// How many threads and steps there are.
    pub(crate) fn counts(&self) -> Result<Counts, Trouble> {
        let kept = self.trees.get(Tree::Meta, FIGURES)?;
        let counts = kept.and_then(|bytes| Counts::from_bytes(&bytes));
        Ok(counts.ok_or_else(|| damaged(Tree::Meta, FIGURES, "no counts"))?)
    }
}

/// Opens sled, waiting for a lock that a store closed a moment ago may still hold: sled lets go of
/// it when the last of its threads does.
fn open_sled(dir: &Path) -> Result<sled::Db, HistoryError> {
    let began = Instant::now();
    loop {
        let opened = sled::Config::new().path(dir).cache_capacity(CACHE).open();
        match opened.map_err(|error| from_sled(&error)) {
            Err(HistoryError::InUse) if began.elapsed() < PATIENCE => thread::sleep(RETRY),
            other => return other,
        }
    }
}

/// Sees to it that `meta` holds what it must, and gives the key of the names.
fn prepare(trees: &Trees, seal: &Seal, begun: bool) -> Result<Names, HistoryError> {
    let get = |key| trees.get(Tree::Meta, key).map_err(|error| from_sled(&error));
    let mut draft = Draft::new(trees);

    let written = get(format::KEY)?;
    if let Some(bytes) = &written {
        let found = <[u8; 4]>::try_from(&**bytes)
            .map(u32::from_be_bytes)
            .map_err(|_| damaged(Tree::Meta, format::KEY, "no version"))?;
        format::check(found)?;
    } else {
        draft.put(Tree::Meta, format::KEY, &FORMAT.to_be_bytes()[..]);
    }

    let names = match get(names::KEY)? {
        Some(value) => Names::open(seal, &value)?,
        // From a log that is cut off sled recovers what it can and is content, be it nothing.
        None if begun => return Err(damaged(Tree::Meta, names::KEY, "what was stored is gone")),
        None => {
            let names = Names::random()?;
            draft.put(Tree::Meta, names::KEY, names.close(seal)?);
            names
        }
    };

    if get(FIGURES)?.and_then(|bytes| Counts::from_bytes(&bytes)).is_none() {
        let count = |tree| trees.tree(tree).len() as u64;
        let counts = Counts { threads: count(Tree::Threads), steps: count(Tree::Steps) };
        draft.put(Tree::Meta, FIGURES, &counts.to_bytes()[..]);
    }

    draft.commit().map_err(|error| from_sled(&error))?;
    Ok(names)
}

//! The open trees, and how they are opened and written.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Instant;

use confidant_chat::port::history::{Change, HistoryError};

use crate::apply::{Counts, FIGURES, Plan};
use crate::directory;
use crate::error::{Trouble, from_io, from_sled, words};
use crate::format::{self, FORMAT};
use crate::lock::{DirectoryLock, PATIENCE, RETRY};
use crate::log::Log;
use crate::names::{self, Names};
use crate::pending::Pending;
use crate::record::{Seal, damaged};
use crate::room;
use crate::trees::{Tree, Trees};
use crate::undo::Undo;
use crate::writes::Writes;

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
    /// Last, so that nobody else is let in before all of the above is closed.
    lock: Arc<DirectoryLock>,
}

impl Engine {
    /// Opens the trees in `dir`, and holds `lock` on it for as long as they are open. They are made
    /// if there are none, unless `begun` says that there have been some.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Newer`] when a newer version wrote them, [`HistoryError::InUse`] when they
    /// are open elsewhere, [`HistoryError::Damaged`] when sled cannot make sense of its files or
    /// they belong to somebody else, and when trees that were there are gone.
    pub(crate) fn open(
        dir: &Path,
        lock: Arc<DirectoryLock>,
        seal: &Seal,
        begun: bool,
    ) -> Result<Self, HistoryError> {
        // sled has been seen to panic on damaged files. A thread of its own is where a panic ends
        // as an error.
        thread::scope(|scope| {
            let opening = thread::Builder::new()
                .name("history-open".into())
                .spawn_scoped(scope, || Self::open_here(dir, lock, seal, begun))
                .map_err(|error| from_io(&error))?;
            opening.join().unwrap_or_else(|panic| {
                Err(HistoryError::Damaged(format!("sled gave up: {}", words(&*panic))))
            })
        })
    }

    fn open_here(
        dir: &Path,
        lock: Arc<DirectoryLock>,
        seal: &Seal,
        begun: bool,
    ) -> Result<Self, HistoryError> {
        let sled = dir.join("sled");
        let db = open_sled(&sled)?;
        let trees = Trees::open(&db).map_err(|error| from_sled(&error))?;
        let names = prepare(&trees, seal, begun)?;
        let log = Log::open(&sled).map_err(|error| from_io(&error))?;
        let engine = Self { trees, db, names, log, gate: RwLock::new(()), lock };
        engine.flush()?;
        engine.sync()?;
        // A store is as lost without the names of its files as without their content.
        for made in [&sled, dir].into_iter().chain(dir.parent()) {
            directory::sync(made).map_err(|error| from_io(&error))?;
        }
        Ok(engine)
    }

    /// Applies `changes`, all or none, and notes in `undo` what was there before. They are safe only
    /// after [`flush`](Self::flush) or [`sync`](Self::sync).
    pub(crate) fn apply(
        &self,
        dir: &Path,
        seal: &Seal,
        changes: &[Change],
        undo: &mut Undo,
    ) -> Result<(), Trouble> {
        let writes = Plan::writes(self, seal, changes)?;
        room::check(dir, writes.bytes())?;
        undo.note(&self.trees, &writes)?;
        self.commit(&writes)
    }

    /// Has the trees hold what they held before the changes that `undo` has notes of, on the disk.
    pub(crate) fn take_back(&self, undo: &Undo) -> Result<(), Trouble> {
        let writes = undo.writes(&self.trees)?;
        if writes.is_empty() {
            return Ok(());
        }
        self.commit(&writes)?;
        self.flush().and_then(|()| self.sync()).map_err(Trouble::Broken)
    }

    /// Removes some more of what is left of deleted threads; whether there may be more of it.
    pub(crate) fn sweep(&self, dir: &Path, seal: &Seal) -> Result<bool, Trouble> {
        let Some(writes) = Plan::sweep(self, seal)? else { return Ok(false) };
        room::check(dir, writes.bytes())?;
        self.commit(&writes)?;
        self.flush().map_err(Trouble::Broken)?;
        Ok(true)
    }

    fn commit(&self, writes: &Writes) -> Result<(), Trouble> {
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        Ok(writes.commit(&self.trees)?)
    }

    /// Hands everything applied so far to the operating system.
    pub(crate) fn flush(&self) -> Result<(), HistoryError> {
        self.db.flush().map(drop).map_err(|error| from_sled(&error))
    }

    /// Has everything flushed so far put on the disk.
    pub(crate) fn sync(&self) -> Result<(), HistoryError> {
        self.log.sync().map_err(|error| from_io(&error))
    }

    /// The lock on the directory.
    pub(crate) fn lock(&self) -> &Arc<DirectoryLock> {
        &self.lock
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

#[cfg(test)]
impl Engine {
    /// The same trees with `log` to put on the disk.
    pub(crate) fn with_log(self, log: Log) -> Self {
        Self { log, ..self }
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
    let mut pending = Pending::new(trees);

    let written = get(format::KEY)?;
    if let Some(bytes) = &written {
        let found = <[u8; 4]>::try_from(&**bytes)
            .map(u32::from_be_bytes)
            .map_err(|_| damaged(Tree::Meta, format::KEY, "no version"))?;
        format::check(found)?;
    } else {
        pending.put(Tree::Meta, format::KEY, &FORMAT.to_be_bytes()[..]);
    }

    let names = match get(names::KEY)? {
        Some(value) => Names::open(seal, &value)?,
        // From a log that is cut off sled recovers what it can and is content, be it nothing.
        None if begun => return Err(damaged(Tree::Meta, names::KEY, "what was stored is gone")),
        None => {
            let names = Names::random()?;
            pending.put(Tree::Meta, names::KEY, names.close(seal)?);
            names
        }
    };

    if get(FIGURES)?.and_then(|bytes| Counts::from_bytes(&bytes)).is_none() {
        let count = |tree| trees.tree(tree).len() as u64;
        let counts = Counts { threads: count(Tree::Threads), steps: count(Tree::Steps) };
        pending.put(Tree::Meta, FIGURES, &counts.to_bytes()[..]);
    }

    pending.into_writes().commit(trees).map_err(|error| from_sled(&error))?;
    Ok(names)
}

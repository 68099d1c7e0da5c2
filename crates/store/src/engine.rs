//! The open trees, and how they are opened and written.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Instant;

use confidant_chat::port::history::HistoryError;

use crate::apply::{POSITION, Plan};
use crate::error::{Trouble, from_io, from_sled, words};
use crate::figures::{FIGURES, Figures};
use crate::format::{self, FORMAT};
use crate::lock::{DirectoryLock, PATIENCE, RETRY};
use crate::names::{self, Names};
use crate::pending::Pending;
use crate::record::{Seal, damaged};
use crate::room;
use crate::trees::{Tree, Trees};
use crate::writes::Writes;

/// Where sled's files are, in a person's directory.
pub(crate) const DIRECTORY: &str = "sled";

/// What sled may keep in memory, in bytes.
const CACHE: u64 = 64 * 1024 * 1024;

/// One person's open trees.
pub(crate) struct Engine {
    trees: Trees,
    db: sled::Db,
    names: Names,
    dir: PathBuf,
    suspect: AtomicBool,
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
        let dir = dir.join(DIRECTORY);
        let db = open_sled(&dir)?;
        let trees = Trees::open(&db).map_err(|error| from_sled(&error))?;
        let names = prepare(&trees, seal, begun)?;
        Ok(Self {
            trees,
            db,
            names,
            dir,
            suspect: AtomicBool::new(false),
            gate: RwLock::new(()),
            lock,
        })
    }

    /// Removes some more of what is left of deleted threads; whether there may be more of it.
    pub(crate) fn sweep(&self, dir: &Path, seal: &Seal) -> Result<bool, Trouble> {
        let Some(writes) = Plan::sweep(self, seal)? else { return Ok(false) };
        room::check(dir, writes.bytes())?;
        self.commit(&writes)?;
        Ok(true)
    }

    /// Has the trees hold what `writes` say, all of it or nothing.
    pub(crate) fn commit(&self, writes: &Writes) -> Result<(), Trouble> {
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        Ok(writes.commit(&self.trees)?)
    }

    /// Hands what the trees hold to the operating system.
    pub(crate) fn flush(&self) -> Result<(), Trouble> {
        self.db.flush()?;
        Ok(())
    }

    /// Puts on the disk what the trees hold. `flush` alone does not, see [`journal`](crate::journal);
    /// its log is the only file of sled's that must not be lost.
    pub(crate) fn rest(&self) -> Result<(), HistoryError> {
        self.db.flush().map_err(|error| from_sled(&error))?;
        let rest = || {
            // For writing, because Windows syncs no file that is open for reading only.
            OpenOptions::new().write(true).open(self.dir.join("db"))?.sync_data()?;
            confidant_disk::sync(&self.dir)
        };
        rest().map_err(|error| from_io(&error))
    }

    /// The number of the last change that the trees hold; 0 is before the first.
    pub(crate) fn position(&self) -> Result<u64, Trouble> {
        let kept = self.trees.get(Tree::Meta, POSITION)?;
        let position = kept.and_then(|bytes| Some(u64::from_be_bytes((&*bytes).try_into().ok()?)));
        Ok(position.unwrap_or_default())
    }

    /// Has the trees say that they hold all changes up to number `position`.
    pub(crate) fn set_position(&self, position: u64) -> Result<(), Trouble> {
        self.set(POSITION, &position.to_be_bytes())
    }

    /// Has the trees say that there is this much.
    pub(crate) fn set_figures(&self, figures: Figures) -> Result<(), Trouble> {
        self.set(FIGURES, &figures.to_bytes())
    }

    fn set(&self, key: &[u8], value: &[u8]) -> Result<(), Trouble> {
        let mut writes = Writes::default();
        writes.set(Tree::Meta, key, Some(value.into()));
        self.commit(&writes)
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

    /// A record was met that does not open.
    pub(crate) fn suspect(&self) {
        self.suspect.store(true, Ordering::Relaxed);
    }

    /// Whether a record was met that does not open, since this was last asked.
    pub(crate) fn was_suspect(&self) -> bool {
        self.suspect.swap(false, Ordering::Relaxed)
    }

    /// How names become keys.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// How much there is.
    pub(crate) fn figures(&self) -> Result<Figures, Trouble> {
        let kept = self.trees.get(Tree::Meta, FIGURES)?;
        let figures = kept.and_then(|bytes| Figures::from_bytes(&bytes));
        Ok(figures.ok_or_else(|| damaged(Tree::Meta, FIGURES, "no figures"))?)
    }
}

/// Opens sled, waiting for a lock that a store closed a moment ago may still hold: sled lets go of
/// it when the last of its threads does.
fn open_sled(dir: &Path) -> Result<sled::Db, HistoryError> {
    let began = Instant::now();
    loop {
        // It is told when to write: what it writes to be safe, the journal has already.
        let config = sled::Config::new().path(dir).cache_capacity(CACHE).flush_every_ms(None);
        let opened = config.open();
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
    }
    if written.as_deref() != Some(&FORMAT.to_be_bytes()) {
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

    if get(FIGURES)?.and_then(|bytes| Figures::from_bytes(&bytes)).is_none() {
        let figures = count(trees).map_err(|error| from_sled(&error))?;
        pending.put(Tree::Meta, FIGURES, &figures.to_bytes()[..]);
    }

    pending.accept();
    pending.into_writes().commit(trees).map_err(|error| from_sled(&error))?;
    Ok(names)
}

/// What is there, counted.
pub(crate) fn count(trees: &Trees) -> sled::Result<Figures> {
    // Not by sled itself, which panics when it cannot read on.
    let count = |tree| {
        let keys = trees.tree(tree).iter().keys();
        keys.map(|key| key.map(|_| 1)).sum::<sled::Result<u64>>()
    };
    Ok(Figures { threads: count(Tree::Threads)?, steps: count(Tree::Steps)?, dead: 0 })
}

//! Sealed files beside the trees: the content of elements, of any size.
//!
//! ```text
//! files/
//!   <thread>/<element>    a file, as `sealed` describes it
//!   <run>.<number>.new    one that is being written
//!   <run>.<number>.gone   the files of a thread, on their way out
//! ```
//!
//! A file has its name only when it is whole and on the disk, and never changes after that. What
//! has no thread goes when the store is opened next, and so does what the end of an earlier run left
//! half done.

mod half;
mod sealed;
mod sweeper;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::port::history::{FileSource, HistoryError};
use confidant_seal::DataKey;

use crate::error::from_io;
use crate::room;
use half::Half;
use sealed::FileSeal;

pub(crate) use sealed::FileName;
pub(crate) use sweeper::Sweeper;

/// The most bytes that are read at once.
const MOST: usize = 4 * 1024 * 1024;

/// How many bytes are written before they are put on the disk, and it is asked how much room it has
/// left. Putting much on the disk at once would keep everybody waiting who puts little there.
const STRIDE: u64 = 4 * 1024 * 1024;

/// What the name of a file ends in while it is being written.
const NEW: &str = "new";

/// What the name of a directory ends in while it is being removed.
const GONE: &str = "gone";

/// One person's sealed files. Their directory must be locked by whoever uses this.
pub(crate) struct Files {
    /// The person's directory.
    home: PathBuf,
    /// The directory in it that is this store's.
    dir: PathBuf,
    seal: FileSeal,
    /// Tells the names of this run from those that an earlier one left behind.
    run: ThreadId,
    number: AtomicU64,
    /// The threads that this run has had to do with. Held while names change.
    known: Mutex<Known>,
    closed: AtomicBool,
}

/// Threads whose files somebody has put or asked to be removed since the store was opened, and how
/// often they were. They may have no header yet, or none for a moment, so the sweep at opening
/// leaves them alone.
type Known = HashMap<ThreadId, u64>;

impl Files {
    /// The files of `user`, whose data key is `key`, in their directory `home`. Touches nothing.
    pub(crate) fn new(home: &Path, user: UserId, key: &DataKey) -> Self {
        Self {
            home: home.to_owned(),
            dir: home.join("files"),
            seal: FileSeal::new(user, key),
            run: ThreadId::new(),
            number: AtomicU64::new(0),
            known: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// Keeps `source` as the file `name`, for as long as `wanted` says so, and gives its length in
    /// bytes; see the port. It is on the disk then.
    pub(crate) fn put(
        &self,
        name: FileName,
        source: FileSource,
        wanted: impl Fn() -> bool,
    ) -> Result<u64, HistoryError> {
        let (source, length) = open(source)?;
        let half = Half::begin(self, name)?;
        let mut next_look = 0;
        let length = self.seal.write(name, source, half.file(), |written| {
            if self.closed.load(Ordering::Relaxed) {
                return Err(HistoryError::Closed);
            }
            if !wanted() {
                return Err(HistoryError::Failed("nobody waits for the file any more".into()));
            }
            half.check()?;
            if written >= next_look {
                if written > 0 {
                    half.sync()?;
                }
                // For all of it at first, and again as it goes on, because others write too.
                let left = sealed::sealed_length(length.saturating_sub(written));
                room::check_file(&self.home, left.unwrap_or(u64::MAX))?;
                next_look = written + STRIDE;
            }
            Ok(())
        })?;
        half.finish()?;
        Ok(length)
    }

    /// At most `limit` bytes of the file `name` from `offset` on, and never more than 4 MiB; see the
    /// port.
    pub(crate) fn read(
        &self,
        name: FileName,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<u8>, HistoryError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => HistoryError::NotFound,
            _ => from_io(&error),
        };
        let path = self.path(name);
        // Asked before it is opened: opening a pipe that somebody put there would never end.
        let metadata = fs::symlink_metadata(&path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(HistoryError::Damaged(format!("files {name}: it is no file")));
        }
        let file = File::open(&path).map_err(failed)?;
        self.seal.read(name, file, metadata.len(), offset, limit.min(MOST))
    }

    /// Opens every part of every file: how many there are, and which of them have a part that does
    /// not open, as `thread/file`.
    pub(crate) fn verify(&self) -> Result<(u64, Vec<String>), HistoryError> {
        let list = |dir: &Path| match fs::read_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>),
        };
        let named = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap_or_default();
        let (mut count, mut damaged) = (0, Vec::new());
        for entry in list(&self.dir).map_err(|error| from_io(&error))? {
            let Ok(thread) = named(&entry).parse() else { continue };
            for entry in list(&entry.path()).map_err(|error| from_io(&error))? {
                let Ok(file) = named(&entry).parse() else { continue };
                count += 1;
                let name = FileName { thread, file };
                if let Err(error) = self.read_through(name) {
                    tracing::warn!("a file cannot be read: {error}");
                    damaged.push(name.to_string());
                }
            }
        }
        Ok((count, damaged))
    }

    fn read_through(&self, name: FileName) -> Result<(), HistoryError> {
        let mut offset = 0;
        loop {
            let read = self.read(name, offset, MOST)?;
            if read.is_empty() {
                return Ok(());
            }
            offset += read.len() as u64;
        }
    }

    /// Removes all files of `thread`, which may have none, and has that on the disk.
    pub(crate) fn remove(&self, thread: ThreadId) -> Result<(), HistoryError> {
        let gone = self.set_aside(thread).map_err(|error| from_io(&error))?;
        let Some(gone) = gone else { return Ok(()) };
        confidant_disk::sync(&self.dir)
            .and_then(|()| fs::remove_dir_all(gone))
            .map_err(|error| from_io(&error))
    }

    /// Takes the files of `thread` away from it, and gives the directory that is left to remove, if
    /// there is one. Those that are being written to it are refused.
    pub(crate) fn set_aside(&self, thread: ThreadId) -> io::Result<Option<PathBuf>> {
        let mut known = self.known();
        *known.entry(thread).or_default() += 1;
        self.rename_away(thread)
    }

    /// Has the sweep leave the files of `thread` alone from now on.
    pub(crate) fn spare(&self, thread: ThreadId) {
        self.known().entry(thread).or_default();
    }

    /// Ends what is being written, and the sweep.
    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Whoever calls this holds what [`known`](Self::known) gives.
    fn rename_away(&self, thread: ThreadId) -> io::Result<Option<PathBuf>> {
        let gone = self.own_path(GONE);
        match fs::rename(self.thread_dir(thread), &gone) {
            Ok(()) => Ok(Some(gone)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, name: FileName) -> PathBuf {
        self.thread_dir(name.thread).join(name.file.to_string())
    }

    fn thread_dir(&self, thread: ThreadId) -> PathBuf {
        self.dir.join(thread.to_string())
    }

    /// A path that nothing else has, and that shows which run it is of.
    fn own_path(&self, end: &str) -> PathBuf {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        self.dir.join(format!("{}.{number}.{end}", self.run))
    }
}

/// What `source` holds, and how many bytes it says that is.
fn open(source: FileSource) -> Result<(Box<dyn Read>, u64), HistoryError> {
    match source {
        FileSource::Bytes(bytes) => {
            let length = bytes.len() as u64;
            Ok((Box::new(Cursor::new(bytes)), length))
        }
        FileSource::Path(path) => {
            // Before it is opened: opening a pipe waits for somebody to write to it.
            let metadata = fs::metadata(&path).map_err(|error| sealed::unreadable(&error))?;
            if !metadata.is_file() {
                return Err(HistoryError::Failed("what is to be kept is not a file".into()));
            }
            let file = File::open(&path).map_err(|error| sealed::unreadable(&error))?;
            Ok((Box::new(file), metadata.len()))
        }
        FileSource::Part(part) => {
            let (source, length) = part.open().map_err(|error| sealed::unreadable(&error))?;
            Ok((source, length))
        }
    }
}

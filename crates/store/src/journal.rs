//! The journal: every change, in the order in which they were made, put on the disk before it is
//! acknowledged.
//!
//! sled is what is read from, and the journal is what is relied on. `flush` of sled 0.34 ends in
//! `sync_file_range` on Linux (`pagecache/iobuf.rs`), which asks neither for the file's length nor
//! for the disk's own cache, and its files have been seen not to open after a crash. So each holds
//! everything, and either can be made again from the other: [`recover`](crate::recover) makes the
//! trees from the journal, [`base`] the journal from the trees.
//!
//! It is a directory of two kinds of files. A *log*, `<first number>.log`, is frames of changes that
//! were made together, with numbers that go up by one from the first change ever and that are never
//! used again. A *base*, `<number>.base`, is everything there was before that number; what is older
//! is removed once it is there. A number that is missing was lost, then.

pub(crate) mod base;
pub(crate) mod entry;
pub(crate) mod frame;
mod listing;
mod scan;
mod seal;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confidant_chat::port::history::HistoryError;

use self::listing::Listing;
pub(crate) use self::scan::{Kept, Scan};
pub(crate) use self::seal::JournalSeal;
use self::seal::{HEADER, Kind};
use crate::directory;
use crate::error::from_io;

/// How long a log gets before the next one is begun, in bytes: reading the last one to its end must
/// not take long when the app was killed.
const LOG: u64 = 32 * 1024 * 1024;

/// How many zeros are written ahead of what a log holds, in bytes. Putting a change on the disk then
/// need not put a new length of the file there as well, which takes a third as long again.
const AHEAD: u64 = 64 * 1024;

/// One person's journal, open for writing.
pub(crate) struct Journal {
    dir: PathBuf,
    seal: Arc<JournalSeal>,
    log: Option<Log>,
    /// The number of the next change.
    next: u64,
    /// Whether something may be written that nobody was told of, and that must go before anything
    /// else is written.
    torn: bool,
}

/// The log that is written to.
struct Log {
    file: File,
    /// Its first number.
    first: u64,
    /// How much of it is acknowledged, in bytes.
    length: u64,
    /// How long the file is.
    reserved: u64,
    /// Whether all of that is on the disk.
    synced: bool,
}

impl Journal {
    /// The journal in `dir`, which need not exist. `next`, if it is known, is the number of the next
    /// change; otherwise the last log is read for it, and what a kill left half written at its end
    /// goes.
    ///
    /// # Errors
    ///
    /// When the system does not let its files be read or cut.
    pub(crate) fn open(
        dir: PathBuf,
        seal: JournalSeal,
        next: Option<u64>,
    ) -> Result<Self, HistoryError> {
        let seal = Arc::new(seal);
        let mut journal = Self { dir, seal, log: None, next: next.unwrap_or(1), torn: false };
        journal.find_end(next.is_some()).map_err(|error| from_io(&error))?;
        Ok(journal)
    }

    fn find_end(&mut self, known: bool) -> io::Result<()> {
        let listing = Listing::read(&self.dir)?;
        self.next = self.next.max(listing.base.unwrap_or(1));
        let Some(&first) = listing.logs.last() else { return Ok(()) };
        self.next = self.next.max(first);
        let path = path(&self.dir, Kind::Log, first);
        // One whose beginning is damaged is left as it is, and another one begun.
        if !scan::is_ours(&path, &self.seal, Kind::Log, first)? {
            self.next = self.next.max(scan::end_of(&path, &self.seal, first)?.1);
            return Ok(());
        }
        let mut file = OpenOptions::new().write(true).open(&path)?;
        let length = if known {
            file.metadata()?.len()
        } else {
            let (end, next) = scan::end_of(&path, &self.seal, first)?;
            self.next = self.next.max(next);
            // Zeros, or half a change.
            if end < file.metadata()?.len() {
                file.set_len(end)?;
            }
            end
        };
        file.seek(SeekFrom::Start(length))?;
        // What was written just before a kill may not be on the disk yet.
        file.sync_data()?;
        self.log = Some(Log { file, first, length, reserved: length, synced: true });
        Ok(())
    }

    /// Whether there is a file in it that the seal opens.
    ///
    /// # Errors
    ///
    /// When the system does not let them be read.
    pub(crate) fn is_ours(&self) -> Result<bool, HistoryError> {
        let found = || -> io::Result<bool> {
            let listing = Listing::read(&self.dir)?;
            let base = listing.base.map(|base| (Kind::Base, base));
            let logs = listing.logs.into_iter().map(|log| (Kind::Log, log));
            for (kind, file) in base.into_iter().chain(logs) {
                if scan::is_ours(&path(&self.dir, kind, file), &self.seal, kind, file)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        found().map_err(|error| from_io(&error))
    }

    /// Sees to it that there is a log or a base, also before the first change: a history in which
    /// nothing was said yet can then be told from one that has lost everything.
    ///
    /// # Errors
    ///
    /// When the system does not let one be made.
    pub(crate) fn ready(&mut self) -> Result<(), HistoryError> {
        if self.log.is_none() && self.begins()? == 1 { self.begin_log() } else { Ok(()) }
    }

    /// The number of the next change.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Has the next change be number `next` or a later one: there were some that it does not hold.
    pub(crate) fn skip_to(&mut self, next: u64) {
        if self.next < next {
            self.next = next;
            // The log that is written to has no gaps.
            self.log = None;
        }
    }

    /// The number before which changes are only to be had as a base; 1 if there is none.
    pub(crate) fn begins(&self) -> Result<u64, HistoryError> {
        let listing = Listing::read(&self.dir).map_err(|error| from_io(&error))?;
        Ok(listing.base.unwrap_or(1))
    }

    /// Everything from change `from` on; from 1 on, it is everything there is.
    pub(crate) fn scan(&self, from: u64) -> Result<Scan, HistoryError> {
        let listing = Listing::read(&self.dir).map_err(|error| from_io(&error))?;
        Ok(Scan::new(self.dir.clone(), Arc::clone(&self.seal), &listing, from, self.next))
    }

    /// Whether nothing is missing in it. Reads all of it.
    ///
    /// # Errors
    ///
    /// As [`scan`](Self::scan).
    pub(crate) fn is_whole(&self) -> Result<bool, HistoryError> {
        let mut scan = self.scan(1)?;
        while scan.next()?.is_some() {}
        Ok(scan.hidden().is_none())
    }

    /// Puts everything on the disk, and ends its log where the last change does. It can go on.
    ///
    /// # Errors
    ///
    /// When something could not be put there.
    pub(crate) fn rest(&mut self) -> Result<(), HistoryError> {
        self.take_back()?;
        let log = self.log.as_mut();
        log.map_or(Ok(()), |log| log.trim().map_err(|error| from_io(&error)))
    }

    /// How many bytes its files hold.
    pub(crate) fn bytes(&self) -> u64 {
        directory::bytes_on_disk(&self.dir)
    }

    /// Writes changes that were made together, each a list of entries, and puts them and all before
    /// them on the disk if `sync` says so.
    ///
    /// # Errors
    ///
    /// When they could not be written; then none of them was, as far as anybody will ever know who
    /// asks this journal.
    pub(crate) fn append(&mut self, changes: &[Vec<u8>], sync: bool) -> Result<(), HistoryError> {
        self.take_back()?;
        let written = self.write(changes, sync);
        if let Err(error) = written {
            self.torn = true;
            if let Err(error) = self.take_back() {
                tracing::warn!(
                    "what was refused goes from the journal before the next write: {error}"
                );
            }
            return Err(error);
        }
        self.next += changes.len() as u64;
        Ok(())
    }

    fn write(&mut self, changes: &[Vec<u8>], sync: bool) -> Result<(), HistoryError> {
        if self.log.as_ref().is_some_and(|log| log.length >= LOG) {
            self.end_log()?;
        }
        let Some(log) = &mut self.log else {
            if changes.is_empty() {
                return Ok(());
            }
            self.begin_log()?;
            return self.write(changes, sync);
        };
        let mut bytes = Vec::new();
        for (number, entries) in (self.next..).zip(changes) {
            let sealed = self.seal.close_frame(Kind::Log, log.first, number, entries)?;
            frame::write(&mut bytes, number, &sealed).map_err(|error| from_io(&error))?;
        }
        let mut put = || {
            if !bytes.is_empty() {
                log.reserve(bytes.len() as u64)?;
                log.file.write_all(&bytes)?;
                log.synced = false;
            }
            if sync && !log.synced {
                log.file.sync_data()?;
                log.synced = true;
            }
            Ok(())
        };
        put().map_err(|error| from_io(&error))?;
        log.length += bytes.len() as u64;
        Ok(())
    }

    /// Cuts off what may have been written and was refused.
    fn take_back(&mut self) -> Result<(), HistoryError> {
        if !self.torn {
            return Ok(());
        }
        if let Some(log) = &mut self.log {
            log.trim().map_err(|error| from_io(&error))?;
        }
        self.torn = false;
        Ok(())
    }

    /// Begins a log with the next change.
    fn begin_log(&mut self) -> Result<(), HistoryError> {
        let first = self.next;
        let header = self.seal.header(Kind::Log, first)?;
        let begin = || {
            confidant_disk::make_private(&self.dir)?;
            let path = path(&self.dir, Kind::Log, first);
            let mut file = create(&path)?;
            let written = file.write_all(&header).and_then(|()| file.sync_all());
            if let Err(error) = written {
                // Nothing is lost if it stays: its number says that it was never used.
                let _ = fs::remove_file(&path);
                return Err(error);
            }
            confidant_disk::sync(&self.dir)?;
            self.dir.parent().map_or(Ok(()), confidant_disk::sync)?;
            Ok(file)
        };
        let file = begin().map_err(|error| from_io(&error))?;
        let length = HEADER as u64;
        self.log = Some(Log { file, first, length, reserved: length, synced: true });
        Ok(())
    }

    /// Has the next change begin a new log.
    fn end_log(&mut self) -> Result<(), HistoryError> {
        if let Some(log) = &mut self.log {
            log.trim().map_err(|error| from_io(&error))?;
        }
        self.log = None;
        Ok(())
    }
}

impl Log {
    /// Sees to it that `more` bytes fit without making the file longer.
    fn reserve(&mut self, more: u64) -> io::Result<()> {
        const ZEROS: [u8; 16 * 1024] = [0; 16 * 1024];
        // What there was no room for ahead of something may have come to be behind it.
        self.reserved = self.reserved.max(self.length);
        let needed = self.length + more;
        if needed <= self.reserved {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(self.reserved))?;
        while self.reserved < needed + AHEAD {
            // Where there is no room for zeros there may be some for the change.
            if self.file.write_all(&ZEROS).is_err() {
                break;
            }
            self.reserved += ZEROS.len() as u64;
        }
        self.file.seek(SeekFrom::Start(self.length))?;
        Ok(())
    }

    /// Cuts the file off behind what is acknowledged, and puts that on the disk.
    fn trim(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.sync_data()?;
        (self.reserved, self.synced) = (self.length, true);
        Ok(())
    }
}

#[cfg(test)]
impl Journal {
    /// As when there was room for what the log holds, and for no zeros behind it.
    pub(crate) fn reserve_nothing(&mut self) {
        let log = self.log.as_mut().unwrap();
        log.file.set_len(log.length).unwrap();
        log.reserved = HEADER as u64;
    }

    /// Has the log that is written to go on in `file`; gives what it was written to.
    pub(crate) fn swap_file(&mut self, file: File) -> File {
        std::mem::replace(&mut self.log.as_mut().unwrap().file, file)
    }
}

/// The file of that kind and number in `dir`.
fn path(dir: &Path, kind: Kind, number: u64) -> PathBuf {
    dir.join(listing::name(kind, number))
}

/// A new file that nobody else may read, or an old one emptied.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

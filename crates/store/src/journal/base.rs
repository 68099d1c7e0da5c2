//! Making a base: everything that the trees hold, written to the journal anew.
//!
//! That is how the journal gets rid of what is out of date, how it is mended where it was damaged,
//! and how a history from before there was a journal gets one. It is done a bit at a time, with
//! changes in between. A change to what was copied already is in the log that was begun together
//! with the base, and read after it; so is one to what was not copied yet, where it does no harm.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::HistoryError;
use sled::IVec;

use super::entry::Entry;
use super::listing::Listing;
use super::seal::Kind;
use super::{Journal, create, frame, path};
use crate::engine::Engine;
use crate::error::{Trouble, from_io};
use crate::keys::{self, ID};
use crate::long;
use crate::record::{Preference, Record, Seal, damaged};
use crate::room;
use crate::trees::Tree;

/// The most records that are copied at once, and about how many bytes: a few milliseconds' worth.
const RECORDS: usize = 300;
const BYTES: usize = 256 * 1024;

/// What a base is called while it is being made.
const HALF: &str = "base.new";

/// The trees that a base is a copy of, threads before their steps.
const TREES: [Tree; 3] = [Tree::Threads, Tree::Steps, Tree::Preferences];

/// A base that is being made. Given up, nothing of it is left.
pub(crate) struct Base {
    /// The number before which it holds everything.
    number: u64,
    /// What does not open is left out: it was looked for in the journal, too.
    mends: bool,
    half: PathBuf,
    file: fs::File,
    frames: u64,
    /// Which of the trees is being copied, and from which key on.
    tree: usize,
    from: Vec<u8>,
    finished: bool,
}

impl Base {
    /// Begins one of everything up to now. Unless it `mends` a journal that was compared with the
    /// trees, all of them must open.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written.
    pub(crate) fn begin(journal: &mut Journal, mends: bool) -> Result<Self, HistoryError> {
        journal.take_back()?;
        journal.end_log()?;
        let number = journal.next;
        let half = journal.dir.join(HALF);
        let header = journal.seal.header(Kind::Base, number)?;
        let begin = || {
            confidant_disk::make_private(&journal.dir)?;
            let mut file = create(&half)?;
            file.write_all(&header)?;
            Ok(file)
        };
        let file = begin().map_err(|error| from_io(&error))?;
        let (frames, tree, from, finished) = (0, 0, Vec::new(), false);
        Ok(Self { number, mends, half, file, frames, tree, from, finished })
    }

    /// Copies some more; whether that was all and the base is in its place.
    ///
    /// # Errors
    ///
    /// When the trees cannot be read, or the base cannot be written. [`Trouble::Refused`] with
    /// [`HistoryError::Damaged`] when a record does not open that the journal may have.
    pub(crate) fn go_on(
        &mut self,
        engine: &Engine,
        seal: &Seal,
        journal: &mut Journal,
    ) -> Result<bool, Trouble> {
        let mut entries = Vec::new();
        let mut records = 0;
        while let Some(tree) = TREES.get(self.tree) {
            let from = std::mem::take(&mut self.from);
            for found in engine.trees().tree(*tree).range(from..) {
                let (key, value) = found?;
                if records == RECORDS || entries.len() > BYTES {
                    self.from = key.to_vec();
                    self.put(journal, &entries)?;
                    return Ok(false);
                }
                records += 1;
                let opened = copy(engine, seal, *tree, &key, &value, &mut entries)?;
                if !opened && !self.mends {
                    return Err(Trouble::Refused(damaged(*tree, &key, "it does not open")));
                }
            }
            self.tree += 1;
        }
        if !entries.is_empty() {
            self.put(journal, &entries)?;
        }
        self.finish(engine, journal)?;
        Ok(true)
    }

    fn put(&mut self, journal: &Journal, entries: &[u8]) -> Result<(), HistoryError> {
        room::check_file(&journal.dir, entries.len() as u64)?;
        let sealed = journal.seal.close_frame(Kind::Base, self.number, self.frames, entries)?;
        let mut bytes = Vec::with_capacity(sealed.len() + 64);
        frame::write(&mut bytes, self.frames, &sealed).map_err(|error| from_io(&error))?;
        self.file.write_all(&bytes).map_err(|error| from_io(&error))?;
        self.frames += 1;
        Ok(())
    }

    /// Puts the base into its place. What it replaces goes after that.
    fn finish(&mut self, engine: &Engine, journal: &Journal) -> Result<(), Trouble> {
        // One with nothing in it is the last, so that a base that was cut off is known.
        self.put(journal, b"")?;
        // Trees that fell behind a base would have to be made anew from it. Those from before there
        // was a journal have no position yet.
        if engine.position()? < self.number - 1 {
            engine.set_position(self.number - 1)?;
        }
        engine.rest().map_err(Trouble::Broken)?;
        let finish = || {
            self.file.sync_all()?;
            fs::rename(&self.half, path(&journal.dir, Kind::Base, self.number))?;
            confidant_disk::sync(&journal.dir)
        };
        finish().map_err(|error| from_io(&error))?;
        self.finished = true;
        remove_old(journal);
        Ok(())
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.half);
        }
    }
}

/// Removes what the newest base has replaced. What cannot be removed is tried again after the next
/// comparison, and so is what an end of the app left.
pub(crate) fn remove_old(journal: &Journal) {
    let _ = fs::remove_file(journal.dir.join(HALF));
    let old = Listing::read(&journal.dir).map(|listing| listing.old).unwrap_or_default();
    for (kind, number) in old {
        if let Err(error) = fs::remove_file(path(&journal.dir, kind, number)) {
            tracing::warn!("an old file of the journal cannot be removed: {error}");
        }
    }
}

/// Adds what the record at `key` says to `entries`; whether it opens.
fn copy(
    engine: &Engine,
    seal: &Seal,
    tree: Tree,
    key: &[u8],
    value: &IVec,
    entries: &mut Vec<u8>,
) -> Result<bool, Trouble> {
    let beside = match tree {
        Tree::Threads | Tree::Steps => ID,
        _ => 0,
    };
    let value = long::join(engine.trees(), tree, key, value)?;
    let Ok(record) = seal.open_bytes(tree, key, beside, &value) else { return Ok(false) };
    let record = record.as_slice();
    match tree {
        Tree::Threads => {
            if let (Ok(thread), Some((time, _))) = (key.try_into(), value.split_first_chunk()) {
                let thread = ThreadId::from_bytes(thread);
                Entry::Thread { thread, time: *time, record }.write(entries)?;
            }
        }
        Tree::Steps => {
            if let (Some((thread, sequence)), Some(step)) =
                (keys::parse_place(key), keys::parse_step(&value))
                && engine.trees().tree(Tree::Deleted).get(thread.as_bytes())?.is_none()
            {
                Entry::Step { thread, sequence, step, record }.write(entries)?;
            }
        }
        _ => {
            let Preference { name, .. } = Preference::parse(record)?;
            Entry::Preference { name: &name, record }.write(entries)?;
        }
    }
    Ok(true)
}

//! Reading the journal from front to back, past whatever is damaged in it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confidant_chat::port::history::HistoryError;

use super::frame::{Found, Frames};
use super::listing::Listing;
use super::seal::{HEADER, JournalSeal, Kind};
use crate::error::from_io;

/// Changes that were made together, as the journal keeps them.
pub(crate) struct Kept {
    /// Their number. Everything in a base has the last number before those of the log after it.
    pub(crate) number: u64,
    /// Entries.
    pub(crate) entries: Vec<u8>,
}

/// Everything that the journal holds before a certain number, in order.
pub(crate) struct Scan {
    dir: PathBuf,
    seal: Arc<JournalSeal>,
    files: VecDeque<(Kind, u64)>,
    open: Option<Open>,
    /// What is not of interest any more.
    from: u64,
    /// The number that comes next.
    expected: u64,
    end: u64,
    hidden: Option<u64>,
    missing: u64,
}

struct Open {
    kind: Kind,
    file: u64,
    frames: Frames<File>,
    /// How many frames of a base were seen.
    index: u64,
    /// Whether a base was seen to its end.
    ended: bool,
}

impl Scan {
    /// What `listing` has in `dir` from `from` on and before `end`.
    pub(super) fn new(
        dir: PathBuf,
        seal: Arc<JournalSeal>,
        listing: &Listing,
        from: u64,
        end: u64,
    ) -> Self {
        let base = listing.base.filter(|base| from < *base);
        // The last log that begins before it, and those after.
        let first = listing.logs.iter().rposition(|log| *log <= from).unwrap_or(0);
        let logs = listing.logs[first..].iter().map(|log| (Kind::Log, *log));
        let files = base.map(|base| (Kind::Base, base)).into_iter().chain(logs).collect();
        let (open, hidden, missing) = (None, None, 0);
        Self { dir, seal, files, open, from, expected: from, end, hidden, missing }
    }

    /// The highest number of what is missing or does not open, of what was read so far. At the end,
    /// `None` means that nothing is missing at all.
    pub(crate) fn hidden(&self) -> Option<u64> {
        self.hidden
    }

    /// How much is missing or does not open, of what was read so far.
    pub(crate) fn missing(&self) -> u64 {
        self.missing
    }

    /// The number of the last change that was read, or is known to be missing.
    pub(crate) fn reached(&self) -> u64 {
        self.expected - 1
    }

    /// Whether a base is being read, which is whole only at its end.
    pub(crate) fn in_base(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.kind == Kind::Base)
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// When the system does not let a file be opened. What is in it cannot be an error: it counts
    /// as missing.
    pub(crate) fn next(&mut self) -> Result<Option<Kept>, HistoryError> {
        loop {
            if self.open.is_none() && !self.open_next()? {
                let end = self.end;
                self.expect(end);
                return Ok(None);
            }
            let Some(open) = &mut self.open else { continue };
            let found = open.frames.next().unwrap_or_else(|error| {
                tracing::warn!("a file of the journal cannot be read to its end: {error}");
                None
            });
            match found {
                None => self.close(),
                Some(Found::Garbage) => {
                    if open.kind == Kind::Base {
                        let last = open.file - 1;
                        self.lose(last);
                    }
                    // In a log, the numbers tell what is missing.
                }
                Some(Found::Frame { number, sealed }) => {
                    if let Some(kept) = self.take(number, &sealed) {
                        return Ok(Some(kept));
                    }
                }
            }
        }
    }

    /// Opens the next file; whether there is one.
    fn open_next(&mut self) -> Result<bool, HistoryError> {
        let Some((kind, file)) = self.files.pop_front() else { return Ok(false) };
        if kind == Kind::Log {
            if file >= self.end {
                return Ok(false);
            }
            self.expect(file);
        }
        let path = super::path(&self.dir, kind, file);
        match File::open(path) {
            Ok(source) => {
                let frames = Frames::new(source, HEADER as u64).map_err(|error| from_io(&error))?;
                self.open = Some(Open { kind, file, frames, index: 0, ended: false });
            }
            // Removed since the directory was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(from_io(&error)),
        }
        Ok(true)
    }

    /// Done with the file.
    fn close(&mut self) {
        if let Some(open) = self.open.take()
            && open.kind == Kind::Base
        {
            if !open.ended {
                self.lose(open.file - 1);
            }
            self.expected = self.expected.max(open.file);
        }
    }

    /// What is in a frame, if it is of interest.
    fn take(&mut self, number: u64, sealed: &[u8]) -> Option<Kept> {
        let open = self.open.as_mut()?;
        if open.kind == Kind::Base {
            let (number, last) = (number, open.file - 1);
            let entries = self.seal.open_frame(Kind::Base, open.file, number, sealed);
            let gap = number != open.index;
            open.index = number.saturating_add(1);
            let ended = entries.as_ref().is_some_and(Vec::is_empty);
            open.ended |= ended;
            if gap || entries.is_none() {
                self.lose(last);
            }
            return entries.filter(|_| !ended).map(|entries| Kept { number: last, entries });
        }
        // What was read before comes again only where somebody has copied files.
        if number < self.from || number < self.expected || number >= self.end {
            return None;
        }
        // A number that is not genuine says nothing about what is missing.
        let entries = self.seal.open_frame(Kind::Log, open.file, number, sealed)?;
        self.expect(number);
        self.expected = number + 1;
        Some(Kept { number, entries })
    }

    /// Everything before `number` that was not seen is missing.
    fn expect(&mut self, number: u64) {
        if self.expected < number {
            self.missing += number - self.expected;
            self.hidden = self.hidden.max(Some(number - 1));
            self.expected = number;
        }
    }

    fn lose(&mut self, number: u64) {
        self.missing += 1;
        self.hidden = self.hidden.max(Some(number));
    }
}

/// Whether the file at `path` begins as the one of that kind and number does.
pub(super) fn is_ours(path: &Path, seal: &JournalSeal, kind: Kind, file: u64) -> io::Result<bool> {
    let mut header = Vec::with_capacity(HEADER);
    File::open(path)?.take(HEADER as u64).read_to_end(&mut header)?;
    Ok(seal.knows(kind, file, &header))
}

/// Where the last frame of a log that opens ends, and the number after it.
pub(super) fn end_of(path: &Path, seal: &JournalSeal, first: u64) -> io::Result<(u64, u64)> {
    let mut frames = Frames::new(File::open(path)?, HEADER as u64)?;
    let (mut end, mut next) = (HEADER as u64, first);
    while let Some(found) = frames.next()? {
        if let Found::Frame { number, sealed } = found
            && seal.open_frame(Kind::Log, first, number, &sealed).is_some()
        {
            end = frames.position();
            next = next.max(number.saturating_add(1));
        }
    }
    Ok((end, next))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::journal::{frame, path};
    use crate::testing::Person;

    #[test]
    fn a_number_that_is_not_genuine_hides_nothing() {
        let person = Person::new();
        let mut journal = person.journal();
        let changes = [1, 2, 3, 4].map(|change| vec![change]);
        journal.append(&changes, true).unwrap();
        journal.rest().unwrap();

        let log = path(&person.dir().join("journal"), Kind::Log, 1);
        let mut bytes = fs::read(&log).unwrap();
        let mut planted = Vec::new();
        frame::write(&mut planted, 4, b"anything").unwrap();
        bytes.splice(HEADER..HEADER, planted);
        fs::write(&log, bytes).unwrap();

        let mut scan = journal.scan(1).unwrap();
        let mut found = Vec::new();
        while let Some(kept) = scan.next().unwrap() {
            found.push((kept.number, kept.entries));
        }
        assert_eq!(found, (1..).zip(changes).collect::<Vec<_>>());
        assert_eq!(scan.hidden(), None);
    }
}

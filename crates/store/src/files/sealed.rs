//! What a sealed file looks like: a header, and then the content in chunks.
//!
//! ```text
//! header     sealed: version (1) ‖ length of the content (8, the highest byte first)
//! chunk 0    sealed: 64 KiB of content
//! …
//! the last   sealed: what remains; of an empty file, nothing
//! ```
//!
//! Each part is sealed together with whose it is, its thread, its file, and a chunk with its number
//! and whether it is the last. So none of them can be moved, within a file or between two, and the
//! header's length tells at once when a file was cut off, wherever one begins to read it.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};

use confidant_chat::ids::{ElementId, ThreadId, UserId};
use confidant_chat::port::history::HistoryError;
use confidant_seal::{DataKey, OVERHEAD, Place, Purpose, SealingKey};

use crate::error::from_io;

/// How much content is sealed as one, in bytes.
pub(crate) const CHUNK: usize = 64 * 1024;

/// The version that is written, and the newest that is read. Every version begins with a sealed
/// header of this length, and that with the version.
const VERSION: u8 = 1;

/// The length of the header in bytes, not sealed.
const HEADER: usize = 1 + size_of::<u64>();

/// What files are sealed as, where records have the name of their tree.
const TREE: &str = "files";

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileName {
    /// The thread it belongs to.
    pub(crate) thread: ThreadId,
    /// The element whose content it is.
    pub(crate) file: ElementId,
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.thread, self.file)
    }
}

/// A part of a file that is sealed by itself.
#[derive(Clone, Copy)]
enum Part {
    Header,
    Chunk { number: u64, last: bool },
}

/// Seals and opens one person's files.
pub(crate) struct FileSeal {
    key: SealingKey,
    user: UserId,
}

impl FileSeal {
    /// The seal of `user`, whose data key is `key`.
    pub(crate) fn new(user: UserId, key: &DataKey) -> Self {
        Self { key: key.sealing_key(Purpose::Files), user }
    }

    /// Writes `source` to `sink`, which is empty, as the file `name`, and gives its length in bytes.
    /// Before each chunk `go_on` is asked, with the length so far. No more than two chunks are in
    /// memory.
    ///
    /// # Errors
    ///
    /// Whatever `go_on` says, [`HistoryError::Failed`] when `source` cannot be read, and what
    /// [`from_io`] makes of a `sink` that cannot be written. What it holds then is of no use.
    pub(crate) fn write(
        &self,
        name: FileName,
        mut source: impl Read,
        mut sink: impl Write + Seek,
        mut go_on: impl FnMut(u64) -> Result<(), HistoryError>,
    ) -> Result<u64, HistoryError> {
        // How long it is shows only at its end, so the place of the header is left free till then.
        put(&mut sink, &[0; HEADER + OVERHEAD])?;
        let (mut length, mut number) = (0, 0);
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut next = Vec::with_capacity(CHUNK);
        fill(&mut chunk, &mut source)?;
        loop {
            go_on(length)?;
            next.clear();
            if chunk.len() == CHUNK {
                fill(&mut next, &mut source)?;
            }
            let last = next.is_empty();
            put(&mut sink, &self.close(name, Part::Chunk { number, last }, &chunk)?)?;
            length += chunk.len() as u64;
            if last {
                break;
            }
            number += 1;
            std::mem::swap(&mut chunk, &mut next);
        }
        let header = [&[VERSION][..], &length.to_be_bytes()].concat();
        sink.rewind().map_err(|error| from_io(&error))?;
        put(&mut sink, &self.close(name, Part::Header, &header)?)?;
        Ok(length)
    }

    /// At most `limit` bytes of the file `name` from `offset` on, given its sealed form and how many
    /// bytes that has. Only the chunks that hold them are opened.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Damaged`] when what it needs does not open, or `sealed` is shorter or longer
    /// than it was; [`HistoryError::Newer`] when a newer version of the app wrote it.
    pub(crate) fn read(
        &self,
        name: FileName,
        mut sealed: impl Read + Seek,
        sealed_length: u64,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<u8>, HistoryError> {
        let length = self.read_header(name, &mut sealed)?;
        if self::sealed_length(length) != Some(sealed_length) {
            return Err(damaged(name, "it has another length"));
        }
        let end = length.min(offset.saturating_add(limit as u64));
        // Of an empty file there is a chunk to open too: it may not be what was written.
        if offset >= end && length > 0 {
            return Ok(Vec::new());
        }
        let (size, offset) = (CHUNK as u64, offset.min(end));
        let (first, last) = (offset / size, length.saturating_sub(1) / size);
        let begins = HEADER + OVERHEAD;
        let begins = begins as u64 + first * (CHUNK + OVERHEAD) as u64;
        sealed.seek(SeekFrom::Start(begins)).map_err(|error| from_io(&error))?;
        let mut content = Vec::new();
        for number in first..=end.saturating_sub(1) / size {
            let begin = number * size;
            // Each of these is at most a chunk.
            let within = |at: u64| at.saturating_sub(begin).min(size) as usize;
            let part = Part::Chunk { number, last: number == last };
            let chunk = self.take(name, part, within(length), &mut sealed)?;
            content.extend_from_slice(&chunk[within(offset)..within(end)]);
        }
        Ok(content)
    }

    /// How many bytes of content the file says that it has.
    fn read_header(&self, name: FileName, sealed: impl Read) -> Result<u64, HistoryError> {
        let header = self.take(name, Part::Header, HEADER, sealed)?;
        match header.split_first() {
            Some((&VERSION, length)) => length
                .try_into()
                .map(u64::from_be_bytes)
                .map_err(|_| damaged(name, "its header has another length")),
            Some((&found, _)) if found > VERSION => {
                Err(HistoryError::Newer { found: u32::from(found), known: u32::from(VERSION) })
            }
            _ => Err(damaged(name, "it has no version")),
        }
    }

    /// The next `length` bytes of what was sealed as `part`.
    fn take(
        &self,
        name: FileName,
        part: Part,
        length: usize,
        mut sealed: impl Read,
    ) -> Result<Vec<u8>, HistoryError> {
        let mut bytes = vec![0; length + OVERHEAD];
        sealed.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => damaged(name, "it is cut off"),
            _ => from_io(&error),
        })?;
        self.at(name, part, |place| self.key.open(place, &bytes))
            .map_err(|error| damaged(name, &error.to_string()))
    }

    fn close(&self, name: FileName, part: Part, plain: &[u8]) -> Result<Vec<u8>, HistoryError> {
        self.at(name, part, |place| self.key.seal(place, plain))
            .map_err(|error| HistoryError::Failed(error.to_string()))
    }

    /// What `work` gives for the place of `part`.
    fn at<T>(&self, name: FileName, part: Part, work: impl FnOnce(&Place<'_>) -> T) -> T {
        let mut key = [*name.thread.as_bytes(), *name.file.as_bytes()].concat();
        // Nothing more for the header: a key of another length is another key.
        if let Part::Chunk { number, last } = part {
            key.extend_from_slice(&number.to_be_bytes());
            key.push(u8::from(last));
        }
        work(&Place { tree: TREE, key: &key, user: self.user.as_bytes() })
    }
}

/// How many bytes a file with `length` bytes of content has, or `None` when no file can be as long.
pub(crate) fn sealed_length(length: u64) -> Option<u64> {
    let parts = 1 + length.div_ceil(CHUNK as u64).max(1);
    (OVERHEAD as u64).checked_mul(parts)?.checked_add(HEADER as u64)?.checked_add(length)
}

/// Why a file that somebody gives cannot be kept. Nothing but the kind of the error: its words may
/// be the source's own.
pub(crate) fn unreadable(error: &io::Error) -> HistoryError {
    HistoryError::Failed(format!("the file to be kept cannot be read: {}", error.kind()))
}

/// Fills `chunk`, which is empty, from `source`, unless that ends before.
fn fill(chunk: &mut Vec<u8>, source: impl Read) -> Result<(), HistoryError> {
    source.take(CHUNK as u64).read_to_end(chunk).map(drop).map_err(|error| unreadable(&error))
}

fn put(sink: &mut impl Write, bytes: &[u8]) -> Result<(), HistoryError> {
    sink.write_all(bytes).map_err(|error| from_io(&error))
}

/// A file that is not what was written, named by its thread and itself: ids are not secret.
fn damaged(name: FileName, why: &str) -> HistoryError {
    HistoryError::Damaged(format!("{TREE} {name}: {why}"))
}

#[cfg(test)]
mod tests;

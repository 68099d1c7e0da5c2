//! JSON of any length, read item by item.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

use crate::error::TransferError;
use crate::watch::Watch;

/// The most bytes of JSON that are in memory at once, as one item.
const ITEM: u64 = 64 * 1024 * 1024;

/// How much more may be read before an item is too long to go on.
#[derive(Clone)]
pub(super) struct Budget(Rc<Cell<u64>>);

impl Budget {
    pub(super) fn new() -> Self {
        Self(Rc::new(Cell::new(ITEM)))
    }

    /// An item is over.
    pub(super) fn renew(&self) {
        self.0.set(ITEM);
    }
}

/// A source that tells how far it is, and ends when nobody wants it or an item is too long.
struct Watched<'a, R> {
    source: R,
    watch: &'a Watch,
    budget: Budget,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.watch.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        let read = self.source.read(into)?;
        self.watch.advance(read as u64);
        let left = self.budget.0.get().checked_sub(read as u64);
        self.budget.0.set(left.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "an item of it is too long")
        })?);
        Ok(read)
    }
}

/// A list whose items are read one by one.
pub(super) struct List<I>(pub(super) I);

/// What takes the items of a list.
pub(super) trait Items {
    /// What comes of the list.
    type Value;

    /// Takes the items of `list`, to its end.
    fn take<'de, A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error>;
}

impl<'de, I: Items> DeserializeSeed<'de> for List<I> {
    type Value = I::Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<I::Value, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, I: Items> Visitor<'de> for List<I> {
    type Value = I::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<I::Value, A::Error> {
        self.0.take(list)
    }
}

/// Why reading does not go on, where that is not what is read.
#[derive(Default)]
pub(super) struct Ended(Option<TransferError>);

impl Ended {
    /// Ends reading with the error of `result`, if it is one.
    pub(super) fn unless<T, E: Error>(&mut self, result: Result<T, TransferError>) -> Result<T, E> {
        result.map_err(|error| {
            self.0 = Some(error);
            E::custom("it does not go on")
        })
    }

    /// What came of reading, given what the reader says.
    pub(super) fn or<T>(self, read: Result<T, TransferError>) -> Result<T, TransferError> {
        self.0.map_or(read, Err)
    }
}

/// Reads the one value that `json` is by `seed`.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    json: impl Read,
    seed: S,
    budget: &Budget,
    watch: &Watch,
) -> Result<S::Value, TransferError> {
    let json = Watched { source: json, watch, budget: budget.clone() };
    // What an editor may have put before it.
    let json = WithoutMark { source: BufReader::with_capacity(64 * 1024, json), begun: false };
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(json));
    let read = seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    read.map_err(|error| {
        if watch.is_cancelled() {
            return TransferError::Cancelled;
        }
        // Where, and what kind of thing: its text may quote what somebody said.
        let (line, column) = (error.line(), error.column());
        match error.io_error_kind() {
            Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) | None => {
                TransferError::Damaged(format!("line {line}, column {column}"))
            }
            Some(_) => TransferError::Unreadable(io::Error::from(error).to_string()),
        }
    })
}

/// Text without the byte order mark that some programs put at its beginning.
struct WithoutMark<R> {
    source: R,
    begun: bool,
}

impl<R: io::BufRead> Read for WithoutMark<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if !self.begun {
            self.begun = true;
            if self.source.fill_buf()?.starts_with(MARK) {
                self.source.consume(MARK.len());
            }
        }
        self.source.read(into)
    }
}

//! A stream of bytes as text: UTF-8 in pieces, with what is none replaced and counted.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use super::summary::Problem;
use super::{Progress, TableError};

/// How many bytes are read at once, and how many there are to guess from.
const PIECE: usize = 64 << 10;

/// A reader that gives valid UTF-8 only.
pub(super) struct Text<'a, R> {
    reader: R,
    progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    /// What was read and not yet decoded, up to `filled`: between readings, the first bytes of a
    /// letter.
    raw: Box<[u8]>,
    filled: usize,
    decoded: Vec<u8>,
    /// How much of `decoded` was taken.
    taken: usize,
    bytes: u64,
    line_ends: u64,
    not_text: Option<Problem>,
    at_end: bool,
    /// Why nothing more comes. Parsers have errors of their own on top of it.
    failure: Option<TableError>,
}

impl<'a, R: Read> Text<'a, R> {
    /// Reads the beginning.
    pub(super) fn open(
        reader: R,
        progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Self, TableError> {
        let mut text = Self {
            reader,
            progress,
            raw: vec![0; PIECE].into(),
            filled: 0,
            decoded: Vec::with_capacity(PIECE),
            taken: 0,
            bytes: 0,
            line_ends: 0,
            not_text: None,
            at_end: false,
            failure: None,
        };
        while text.filled < PIECE && !text.at_end {
            text.read_piece()?;
        }
        let start = &text.raw[..text.filled];
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(TableError::Utf16);
        }
        if let Some(byte) = start.iter().position(|byte| *byte == 0) {
            return Err(TableError::Binary { byte: byte as u64 });
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            text.raw.copy_within(3..text.filled, 0);
            text.filled -= 3;
        }
        text.decode();
        if text.decoded.iter().all(u8::is_ascii_whitespace) && text.at_end {
            return Err(TableError::Empty);
        }
        Ok(text)
    }

    /// The beginning, as long as nothing was taken from it.
    pub(super) fn sample(&self) -> &[u8] {
        self.decoded.get(self.taken..).unwrap_or_default()
    }

    pub(super) fn not_text(&self) -> Option<Problem> {
        self.not_text
    }

    /// Why nothing more comes, if it is not the end.
    pub(super) fn take_failure(&mut self) -> Option<TableError> {
        self.failure.take()
    }

    /// Adds what the reader has next to `raw`, where at most three bytes are left from before, but
    /// for the first reading, which comes in parts.
    fn read_piece(&mut self) -> Result<(), TableError> {
        if (self.progress)(Progress { bytes: self.bytes }).is_break() {
            return Err(TableError::Stopped);
        }
        let length = loop {
            match self.reader.read(&mut self.raw[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.filled += length;
        self.bytes += length as u64;
        self.at_end = length == 0;
        Ok(())
    }

    /// Moves what is complete from `raw` to `decoded`.
    fn decode(&mut self) {
        self.decoded.clear();
        self.taken = 0;
        let mut rest = &self.raw[..self.filled];
        loop {
            let Err(error) = std::str::from_utf8(rest) else {
                self.decoded.extend_from_slice(rest);
                rest = &[];
                break;
            };
            let (valid, tail) = rest.split_at(error.valid_up_to());
            self.decoded.extend_from_slice(valid);
            // Without a length the end is missing, and may still come.
            let length = match error.error_len() {
                None if !self.at_end => {
                    rest = tail;
                    break;
                }
                None => tail.len(),
                Some(length) => length,
            };
            match &mut self.not_text {
                Some(problem) => problem.count += 1,
                // Counted back for the first one only: there may be very many.
                none => {
                    let first_line = self.line_ends + line_ends(&self.decoded) + 1;
                    *none = Some(Problem { count: 1, first_line });
                }
            }
            self.decoded.extend_from_slice("\u{fffd}".as_bytes());
            rest = tail.get(length..).unwrap_or_default();
        }
        let left = rest.len();
        self.raw.copy_within(self.filled - left..self.filled, 0);
        self.filled = left;
        self.line_ends += line_ends(&self.decoded);
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl<R: Read> BufRead for Text<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken >= self.decoded.len() && !(self.at_end && self.filled == 0) {
            if self.failure.is_some() {
                return Err(io::Error::other("reading failed before"));
            }
            if !self.at_end
                && let Err(failure) = self.read_piece()
            {
                self.failure = Some(failure);
                continue;
            }
            self.decode();
        }
        Ok(self.sample())
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
    }
}

impl<R: Read> Read for Text<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

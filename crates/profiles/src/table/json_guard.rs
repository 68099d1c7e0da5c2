//! Keeps JSON within bounds before a parser sees it.
//!
//! A parser keeps a text whole and remembers every bracket it is in. Here both are counted in the
//! bytes that pass by, so that a hostile file cannot fill the memory.

use std::io::{self, Read};

use super::MAX_FIELD;

/// How deep brackets may be nested.
const MAX_DEPTH: u32 = 128;

/// A reader that ends with an error where its JSON goes beyond a limit.
pub(super) struct Guard<R> {
    reader: R,
    depth: u32,
    /// The bytes of the text or number that is being read.
    length: usize,
    place: Place,
    line: u64,
    pub(super) excess: Option<Excess>,
}

/// Which limit was passed, and in which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    TooLong { line: u64 },
    TooDeep { line: u64 },
}

enum Place {
    Outside,
    InText,
    /// The next byte of the text is whatever it is.
    AfterBackslash,
}

impl<R: Read> Guard<R> {
    pub(super) fn new(reader: R) -> Self {
        let place = Place::Outside;
        Self { reader, depth: 0, length: 0, place, line: 1, excess: None }
    }

    fn watch(&mut self, bytes: &[u8]) -> Result<(), Excess> {
        let line = self.line;
        for byte in bytes {
            match self.place {
                Place::AfterBackslash => self.place = Place::InText,
                Place::InText => match byte {
                    b'"' => {
                        self.place = Place::Outside;
                        self.length = 0;
                    }
                    b'\\' => self.place = Place::AfterBackslash,
                    _ => {}
                },
                Place::Outside => match byte {
                    b'"' => {
                        self.place = Place::InText;
                        self.length = 0;
                    }
                    b'[' | b'{' => {
                        self.depth += 1;
                        self.length = 0;
                        if self.depth > MAX_DEPTH {
                            return Err(Excess::TooDeep { line: self.line });
                        }
                    }
                    b']' | b'}' => {
                        self.depth = self.depth.saturating_sub(1);
                        self.length = 0;
                    }
                    b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => self.length = 0,
                    _ => {}
                },
            }
            if *byte == b'\n' {
                self.line += 1;
            }
            self.length += 1;
            if self.length > MAX_FIELD + 1 {
                return Err(Excess::TooLong { line });
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.excess.is_some() {
            return Err(io::Error::other("beyond a limit"));
        }
        let length = self.reader.read(buffer)?;
        self.watch(buffer.get(..length).unwrap_or_default()).map_err(|excess| {
            self.excess = Some(excess);
            io::Error::other("beyond a limit")
        })?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(json: &str) -> Option<Excess> {
        let mut guard = Guard::new(json.as_bytes());
        let _ = io::copy(&mut guard, &mut io::sink());
        guard.excess
    }

    #[test]
    fn brackets_are_counted_outside_texts_only() {
        assert_eq!(watch(&"[]".repeat(1_000)), None);
        assert_eq!(watch(&format!("\"{}\"", "[".repeat(1_000))), None);
        assert_eq!(watch(&format!("\"\\\"{}\"", "[".repeat(1_000))), None);
        assert_eq!(watch(&format!("\n{}", "[".repeat(1_000))), Some(Excess::TooDeep { line: 2 }));
        assert_eq!(watch(&format!("\"a\"{}", "{".repeat(129))), Some(Excess::TooDeep { line: 1 }));
        assert_eq!(watch(&"[".repeat(128)), None);
    }

    #[test]
    fn texts_and_numbers_may_be_as_long_as_a_field() {
        assert_eq!(watch(&format!("\"{}\"", "x".repeat(MAX_FIELD - 1))), None);
        assert_eq!(watch(&format!("[\"{}\"]", "x".repeat(MAX_FIELD)).repeat(3)), None);
        let long = Some(Excess::TooLong { line: 1 });
        assert_eq!(watch(&format!("\"{}\"", "x".repeat(MAX_FIELD + 2))), long);
        assert_eq!(watch(&"1".repeat(MAX_FIELD + 2)), long);
        assert_eq!(watch(&" \n".repeat(MAX_FIELD)), None);
    }
}

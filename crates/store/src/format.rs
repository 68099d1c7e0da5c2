//! Which version of the stored format a directory holds.
//!
//! It is written down twice: inside the store, and as text in a file beside it, because opening
//! sled already changes its files, and what a newer version wrote must not be changed.

use std::fs;
use std::io;
use std::path::Path;

use confidant_chat::port::history::HistoryError;

use crate::error::from_io;

/// The version of the stored format that this build writes, and the newest it reads.
///
/// 2 has a journal, which version 1 of the app would not write to.
pub const FORMAT: u32 = 2;

/// Where the version is kept in `meta`, as four bytes, the highest first.
pub(crate) const KEY: &[u8] = b"format";

const FILE: &str = "format";

/// Whether this build reads format `found`.
pub(crate) fn check(found: u32) -> Result<(), HistoryError> {
    if found > FORMAT { Err(HistoryError::Newer { found, known: FORMAT }) } else { Ok(()) }
}

/// Whether this build reads what is in `dir`, as far as the file tells, and whether there is such a
/// file: it is written only when the store beside it is. Without it, or with something else in it,
/// the directory may be read; the store inside has its own word on the version.
pub(crate) fn check_file(dir: &Path) -> Result<bool, HistoryError> {
    match fs::read(dir.join(FILE)) {
        Ok(bytes) => parse(&bytes).map_or(Ok(()), check).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(from_io(&error)),
    }
}

/// Writes the file unless it says the right thing already.
pub(crate) fn write_file(dir: &Path) -> io::Result<()> {
    let path = dir.join(FILE);
    if fs::read(&path).ok().and_then(|bytes| parse(&bytes)) == Some(FORMAT) {
        return Ok(());
    }
    confidant_disk::replace(dir, FILE, format!("{FORMAT}\n").as_bytes())
}

fn parse(bytes: &[u8]) -> Option<u32> {
    std::str::from_utf8(bytes).ok()?.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(b"1\n", Some(1))]
    #[case(b"42 and whatever a later version adds", Some(42))]
    #[case(b"", None)]
    #[case(b"one", None)]
    #[case(b"\xff", None)]
    fn the_file_begins_with_a_number(#[case] bytes: &[u8], #[case] version: Option<u32>) {
        assert_eq!(parse(bytes), version);
    }

    #[test]
    fn what_is_written_passes_and_what_is_newer_does_not() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(check_file(dir.path()), Ok(false), "a new directory has no file yet");
        write_file(dir.path()).unwrap();
        assert_eq!(check_file(dir.path()), Ok(true));
        fs::write(dir.path().join(FILE), "9\n").unwrap();
        let newer = HistoryError::Newer { found: 9, known: FORMAT };
        assert_eq!(check_file(dir.path()), Err(newer));
    }
}

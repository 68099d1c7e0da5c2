//! A note that is left when a history is closed: how its files looked then.
//!
//! As long as they still look so, each copy is trusted to hold what the other does, and opening need
//! not compare them. The note is not sealed: whoever can write it can write the files, too, and what
//! is in those is sealed.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use jiff::{SignedDuration, Timestamp};

const FILE: &str = "closed";

/// How long copies are trusted that look as they did: some damage does not show in a file's length
/// or time.
const TRUSTED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    /// The number of the next change.
    pub(crate) next: u64,
    /// When the copies were last compared.
    pub(crate) compared: Timestamp,
}

impl Closed {
    /// What the note in `dir` says, if it holds now, and removes it: it is for one time.
    pub(crate) fn take(dir: &Path, now: Timestamp) -> io::Result<Option<Self>> {
        let path = dir.join(FILE);
        let note = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            note => note,
        };
        fs::remove_file(&path)?;
        confidant_disk::sync(dir)?;
        let Ok(note) = note else { return Ok(None) };
        let Some((first, files)) = note.split_once('\n') else { return Ok(None) };
        let Some(closed) = Self::parse(first) else { return Ok(None) };
        let age = now.duration_since(closed.compared);
        let fresh = !age.is_negative() && age < TRUSTED;
        Ok((fresh && files == looks(dir)?).then_some(closed))
    }

    /// Leaves the note in `dir`, whose files are closed.
    pub(crate) fn leave(self, dir: &Path) -> io::Result<()> {
        let note = format!("{} {}\n{}", self.next, self.compared, looks(dir)?);
        confidant_disk::replace(dir, FILE, note.as_bytes())
    }

    fn parse(line: &str) -> Option<Self> {
        let (next, compared) = line.split_once(' ')?;
        Some(Self { next: next.parse().ok()?, compared: compared.parse().ok()? })
    }
}

/// The names, lengths and times of the files of both copies.
fn looks(dir: &Path) -> io::Result<String> {
    let mut lines = Vec::new();
    for copy in ["journal", crate::engine::DIRECTORY] {
        let entries = match fs::read_dir(dir.join(copy)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                let written = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                let name = entry.file_name();
                let mut line = String::new();
                let _ = writeln!(
                    line,
                    "{copy} {} {} {}",
                    name.display(),
                    metadata.len(),
                    written.as_nanos()
                );
                lines.push(line);
            }
        }
    }
    lines.sort();
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_holds_once_for_a_week_and_only_while_no_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::create_dir(dir.join("journal")).unwrap();
        fs::write(dir.join("journal/1.log"), "frames").unwrap();
        let compared: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let hours = |hours| compared + SignedDuration::from_hours(hours);
        let closed = Closed { next: 7, compared };

        assert_eq!(Closed::take(dir, compared).unwrap(), None, "there is none");
        closed.leave(dir).unwrap();
        assert_eq!(Closed::take(dir, hours(167)).unwrap(), Some(closed));
        assert_eq!(Closed::take(dir, hours(167)).unwrap(), None, "it was for once");
        closed.leave(dir).unwrap();
        assert_eq!(Closed::take(dir, hours(169)).unwrap(), None, "too old");
        closed.leave(dir).unwrap();
        assert_eq!(Closed::take(dir, hours(-1)).unwrap(), None, "from the future");
        closed.leave(dir).unwrap();
        fs::write(dir.join("journal/1.log"), "Frames").unwrap();
        assert_eq!(Closed::take(dir, compared).unwrap(), None, "a file was written since");
        fs::write(dir.join(FILE), "no\nnote").unwrap();
        assert_eq!(Closed::take(dir, compared).unwrap(), None, "no note at all");
    }
}

//! Directories that nobody else reads, and files that are old or new but never half, for everything
//! that keeps something on the disk. Every call blocks.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Makes `dir` and what is missing above it, readable by nobody else where the system knows such a
/// thing. A directory that was there before is closed to others too.
///
/// # Errors
///
/// What the system says.
pub fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(0o700).create(dir)?;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
    }
    #[cfg(not(unix))]
    builder.create(dir)
}

/// Puts on the disk which files `dir` holds.
///
/// # Errors
///
/// What the system says.
pub fn sync(dir: &Path) -> io::Result<()> {
    // Windows does that by itself, and opens no directory as a file.
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

/// Makes `name` in `dir` a file that holds `bytes`, on the disk when this returns, and readable by
/// nobody else where the system knows such a thing. Whatever happens in between, it holds what it
/// did before or `bytes`. Nobody else may replace it at the same time.
///
/// # Errors
///
/// What the system says. The file is as it was then, unless all that failed was the last step,
/// which puts on the disk that it was replaced.
pub fn replace(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let new = dir.join(format!("{name}.new"));
    let replaced = write_private(&new, bytes).and_then(|()| fs::rename(&new, dir.join(name)));
    if let Err(error) = replaced {
        // On a full disk it would take room that others need.
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    sync(dir)
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Why nothing more can be written, as far as somebody can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no room left, or none that this person or a file may take.
    Full,
    /// The disk takes nothing at all.
    ReadOnly,
    /// Anything else.
    Other,
}

impl From<&io::Error> for Refusal {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            // A file may be as long as its file system, or a limit, lets it be: no room either.
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full
            }
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_what_was_left_half_is_written_over() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("note.new"), "left half, and longer than the next").unwrap();
        for text in ["one", "two, which is longer", ""] {
            replace(home.path(), "note", text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(home.path().join("note")).unwrap(), text);
        }
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_file_that_cannot_be_replaced_stays() {
        let home = tempfile::tempdir().unwrap();
        replace(home.path(), "note", b"one").unwrap();
        fs::create_dir(home.path().join("note.new")).unwrap();
        assert!(replace(home.path(), "note", b"two").is_err());
        assert_eq!(fs::read(home.path().join("note")).unwrap(), b"one");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_what_is_made() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let [above, dir] = ["above", "above/dir"].map(|name| home.path().join(name));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        make_private(&dir).unwrap();
        replace(&dir, "note", b"one").unwrap();
        assert_eq!([mode(&above), mode(&dir), mode(&dir.join("note"))], [0o700, 0o700, 0o600]);
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        make_private(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700, "closed where it stood open");
    }

    #[rstest::rstest]
    #[case(ErrorKind::StorageFull, Refusal::Full)]
    #[case(ErrorKind::QuotaExceeded, Refusal::Full)]
    #[case(ErrorKind::FileTooLarge, Refusal::Full)]
    #[case(ErrorKind::ReadOnlyFilesystem, Refusal::ReadOnly)]
    #[case(ErrorKind::PermissionDenied, Refusal::Other)]
    fn what_the_system_says_is_told_apart(#[case] said: ErrorKind, #[case] expected: Refusal) {
        assert_eq!(Refusal::from(&io::Error::from(said)), expected);
    }
}

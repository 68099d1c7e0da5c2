//! Refusing writes before the disk is full.
//!
//! sled writes in threads of its own. When one of them meets a full disk, everything written since
//! is lost to it, and it answers nothing until it is opened anew. So the last bit of the disk is
//! left alone: a full disk is then an answer, and reading goes on.

use std::path::Path;

use confidant_chat::port::history::HistoryError;

use crate::error::from_io;

/// What is left alone, in bytes: a few dozen of sled's segments of 512 KiB.
pub(crate) const RESERVE: u64 = 16 * 1024 * 1024;

/// Whether there is room at `dir` for writes of `bytes`.
///
/// # Errors
///
/// [`HistoryError::StorageFull`] when there is not.
pub(crate) fn check(dir: &Path, bytes: u64) -> Result<(), HistoryError> {
    let available = fs2::available_space(dir).map_err(|error| from_io(&error))?;
    if enough(available, bytes) { Ok(()) } else { Err(HistoryError::StorageFull) }
}

/// Whether there is room at `dir` for a file of `bytes`.
///
/// # Errors
///
/// [`HistoryError::StorageFull`] when there is not.
pub(crate) fn check_file(dir: &Path, bytes: u64) -> Result<(), HistoryError> {
    let available = fs2::available_space(dir).map_err(|error| from_io(&error))?;
    // Written once, where sled writes twice; and what is left alone is left to sled.
    let enough = available >= RESERVE.saturating_add(bytes);
    if enough { Ok(()) } else { Err(HistoryError::StorageFull) }
}

/// Whether `available` bytes are enough for writes of `bytes`.
fn enough(available: u64, bytes: u64) -> bool {
    // Deleting writes too, and is how room is made, so it may use some of what is left alone.
    let reserve = if bytes <= SMALL { RESERVE / 4 } else { RESERVE };
    // A value is written once by itself and once more together with its neighbours.
    available >= reserve.saturating_add(bytes.saturating_mul(2))
}

/// Writes of this many bytes may be removals with the counts that go with them.
const SMALL: u64 = 64;

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_message_with_room(RESERVE + 10_000, 1_000, true)]
    #[case::a_message_without(RESERVE - 1, 1_000, false)]
    #[case::a_large_one_that_would_eat_the_reserve(RESERVE + 1_000_000, 900_000, false)]
    #[case::deleting_to_make_room(RESERVE / 2, 23, true)]
    #[case::deleting_with_nothing_left_at_all(0, 23, false)]
    #[case::more_than_can_be_counted(u64::MAX - 1, u64::MAX, false)]
    fn the_last_bit_of_the_disk_is_left_alone(
        #[case] available: u64,
        #[case] bytes: u64,
        #[case] expected: bool,
    ) {
        assert_eq!(enough(available, bytes), expected);
    }

    #[test]
    fn a_real_disk_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(check(dir.path(), 1), Ok(()), "tests need some room themselves");
        assert_eq!(check_file(dir.path(), 1), Ok(()), "and so do those of files");
        for check in [check, check_file] {
            assert_eq!(check(dir.path(), u64::MAX / 4), Err(HistoryError::StorageFull));
        }
        let nowhere = check(&dir.path().join("nowhere"), 1);
        assert!(matches!(nowhere, Err(HistoryError::Failed(_))), "no disk to ask: {nowhere:?}");
    }
}

use std::path::PathBuf;

use confidant_seal::{DataKey, OVERHEAD, Purpose};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

struct Desk {
    home: TempDir,
    key: DataKey,
}

impl Desk {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), key: DataKey::random().unwrap() }
    }

    fn directory(&self) -> SealedDirectory {
        self.directory_of(&self.key, b"alice")
    }

    fn directory_of(&self, key: &DataKey, user: &[u8]) -> SealedDirectory {
        let key = Arc::new(key.sealing_key(Purpose::Index));
        SealedDirectory::new(self.home.path(), key, user, Box::new(|_| true))
    }

    fn write(&self, name: &str, content: &[u8]) {
        let mut writer = self.directory().open_write(Path::new(name)).unwrap();
        writer.write_all(content).unwrap();
        tantivy::directory::TerminatingWrite::terminate(writer).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

fn whole(directory: &SealedDirectory, name: &str) -> io::Result<Vec<u8>> {
    let file = directory.get_file_handle(Path::new(name)).map_err(io::Error::other)?;
    Ok(file.read_bytes(0..file.len())?.to_vec())
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 7 % 251) as u8).collect()
}

#[rstest::rstest]
#[case(0)]
#[case(1)]
#[case(CHUNK - 1)]
#[case(CHUNK)]
#[case(CHUNK + 1)]
#[case(3 * CHUNK)]
#[case(3 * CHUNK + 5)]
fn a_file_reads_back_whole_and_in_parts(#[case] length: usize) {
    let desk = Desk::new();
    let content = content(length);
    desk.write("a", &content);
    let sealed = std::fs::read(desk.path("a")).unwrap();
    assert_eq!(sealed.len(), length + length.div_ceil(CHUNK).max(1) * OVERHEAD);
    let directory = desk.directory();
    assert_eq!(whole(&directory, "a").unwrap(), content);
    let file = directory.get_file_handle(Path::new("a")).unwrap();
    for (begin, end) in [(0, 1), (CHUNK - 1, CHUNK + 1), (1, length), (length, length)] {
        if begin <= end && end <= length {
            // Twice: the second time it was kept.
            for _ in 0..2 {
                let part = file.read_bytes(begin..end).unwrap();
                assert_eq!(part.as_slice(), &content[begin..end], "{begin}..{end} of {length}");
            }
        }
    }
    assert!(file.read_bytes(0..length + 1).is_err(), "there is no more");
}

#[test]
fn nobody_else_opens_it_nor_under_another_name() {
    let desk = Desk::new();
    desk.write("a", &content(100));
    desk.directory().atomic_write(Path::new("meta"), b"hello").unwrap();
    std::fs::copy(desk.path("a"), desk.path("b")).unwrap();
    std::fs::copy(desk.path("meta"), desk.path("other")).unwrap();
    let stranger = DataKey::random().unwrap();
    for directory in [desk.directory_of(&stranger, b"alice"), desk.directory_of(&desk.key, b"bob")]
    {
        assert!(whole(&directory, "a").is_err());
        assert!(directory.atomic_read(Path::new("meta")).is_err());
    }
    assert!(whole(&desk.directory(), "b").is_err());
    assert!(desk.directory().atomic_read(Path::new("other")).is_err());
    assert_eq!(desk.directory().atomic_read(Path::new("meta")).unwrap(), b"hello");
}

#[test]
fn a_closed_directory_does_nothing_for_whoever_still_has_it() {
    let desk = Desk::new();
    desk.write("a", &content(2 * CHUNK));
    let directory = desk.directory();
    let file = directory.get_file_handle(Path::new("a")).unwrap();
    file.read_bytes(0..10).unwrap();
    let mut writer = directory.open_write(Path::new("b")).unwrap();
    directory.close();
    assert!(file.read_bytes(0..10).is_err() && directory.open_write(Path::new("c")).is_err());
    assert!(directory.atomic_write(Path::new("meta"), b"").is_err());
    assert!(writer.write_all(&content(CHUNK)).is_err());
}

#[test]
fn nothing_is_written_that_there_is_no_room_for() {
    let desk = Desk::new();
    let key = Arc::new(desk.key.sealing_key(Purpose::Index));
    let room = Box::new(|bytes| bytes < 10_000);
    let directory = SealedDirectory::new(desk.home.path(), key, b"alice", room);
    let full = |error: io::Error| assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    directory.atomic_write(Path::new("meta"), &content(9_000)).unwrap();
    full(directory.atomic_write(Path::new("meta"), &content(11_000)).unwrap_err());
    assert_eq!(directory.atomic_read(Path::new("meta")).unwrap(), content(9_000));
    let mut writer = directory.open_write(Path::new("a")).unwrap();
    full(writer.write_all(&content(CHUNK)).unwrap_err());
}

proptest! {
    #[test]
    fn no_byte_can_be_changed_and_nothing_cut_off(
        at in any::<prop::sample::Index>(),
        flip in 1..=255u8,
        cut in any::<prop::sample::Index>(),
    ) {
        let desk = Desk::new();
        desk.write("a", &content(CHUNK + 100));
        let sealed = std::fs::read(desk.path("a")).unwrap();
        let mut flipped = sealed.clone();
        flipped[at.index(sealed.len())] ^= flip;
        std::fs::write(desk.path("a"), flipped).unwrap();
        prop_assert!(whole(&desk.directory(), "a").is_err());
        std::fs::write(desk.path("a"), &sealed[..cut.index(sealed.len())]).unwrap();
        prop_assert!(whole(&desk.directory(), "a").is_err());
        std::fs::write(desk.path("a"), &sealed[..CHUNK + OVERHEAD]).unwrap();
        prop_assert!(whole(&desk.directory(), "a").is_err(), "at the end of a chunk, too");
    }
}

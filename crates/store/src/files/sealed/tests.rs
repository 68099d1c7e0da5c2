//! Sealed files in memory, whole and tampered with.

use std::cell::Cell;
use std::io::Cursor;

use confidant_seal::RememberedSlot;
use proptest::prelude::*;

use super::*;

/// How long a chunk is on the disk.
const SEALED_CHUNK: usize = CHUNK + OVERHEAD;

/// How long the header is there.
const SEALED_HEADER: usize = HEADER + OVERHEAD;

fn seal() -> FileSeal {
    FileSeal::new(UserId::new(), &DataKey::random().unwrap())
}

fn name() -> FileName {
    FileName { thread: ThreadId::new(), file: ElementId::new() }
}

/// Bytes of which no two chunks are alike.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at + at / 251 + at / CHUNK) % 256).unwrap()).collect()
}

fn sealed(seal: &FileSeal, name: FileName, content: &[u8]) -> Vec<u8> {
    let mut sink = Cursor::new(Vec::new());
    let length = seal.write(name, content, &mut sink, |_| Ok(())).unwrap();
    assert_eq!(length, content.len() as u64);
    let sealed = sink.into_inner();
    assert_eq!(sealed_length(length), Some(sealed.len() as u64), "as long as foretold");
    sealed
}

fn read(
    seal: &FileSeal,
    name: FileName,
    sealed: &[u8],
    offset: u64,
    limit: usize,
) -> Result<Vec<u8>, HistoryError> {
    seal.read(name, Cursor::new(sealed), sealed.len() as u64, offset, limit)
}

#[track_caller]
fn assert_damaged(read: &Result<Vec<u8>, HistoryError>, why: &str) {
    let length = read.as_ref().map(Vec::len);
    assert!(matches!(read, Err(HistoryError::Damaged(_))), "{why}: {length:?}");
}

/// Lengths on both sides of the borders of chunks, and some anywhere.
fn lengths() -> impl Strategy<Value = usize> {
    let borders =
        (0..4_usize, 0..5_usize).prop_map(|(chunks, off)| (chunks * CHUNK + off).saturating_sub(2));
    prop_oneof![3 => borders, 1 => 0..3 * CHUNK]
}

#[test]
fn every_cut_shows_wherever_one_begins_to_read() {
    let (seal, name) = (seal(), name());
    let whole = sealed(&seal, name, &content(3 * CHUNK));
    let borders = (0..=3).map(|chunk| SEALED_HEADER + chunk * SEALED_CHUNK);
    let cuts = borders.flat_map(|border| [border - 1, border, border + 1]);
    for cut in cuts.chain([0, 1]).filter(|cut| *cut < whole.len()) {
        for offset in [0, CHUNK as u64, 3 * CHUNK as u64 - 1, u64::MAX] {
            let why = format!("cut off after {cut}, read from {offset}");
            assert_damaged(&read(&seal, name, &whole[..cut], offset, 1), &why);
        }
    }
    let longer = [&whole[..], &whole[whole.len() - SEALED_CHUNK..]].concat();
    assert_damaged(&read(&seal, name, &longer, 0, 1), "a chunk more");
}

#[test]
fn a_last_chunk_is_last_and_another_is_not() {
    let (seal, name) = (seal(), name());
    // What somebody with an older file of that name could do: its shorter header and chunks.
    let long = sealed(&seal, name, &content(2 * CHUNK));
    let short = sealed(&seal, name, &content(CHUNK));
    let cut = [&short[..SEALED_HEADER], &long[SEALED_HEADER..][..SEALED_CHUNK]].concat();
    assert_damaged(&read(&seal, name, &cut, 0, 1), "the first of two is not the only one");
    let mut grown = long;
    grown[SEALED_HEADER..][..SEALED_CHUNK].copy_from_slice(&short[SEALED_HEADER..]);
    assert_damaged(&read(&seal, name, &grown, 0, 1), "nor the other way round");
}

#[test]
fn chunks_cannot_change_places() {
    let (seal, name) = (seal(), name());
    let whole = sealed(&seal, name, &content(3 * CHUNK));
    let chunk = |number: usize| &whole[SEALED_HEADER + number * SEALED_CHUNK..][..SEALED_CHUNK];
    for order in [[1, 0, 2], [0, 0, 2], [0, 2, 1], [2, 1, 0]] {
        let mut moved = whole[..SEALED_HEADER].to_vec();
        order.iter().for_each(|number| moved.extend_from_slice(chunk(*number)));
        assert_damaged(&read(&seal, name, &moved, 0, usize::MAX), &format!("{order:?}"));
    }
}

#[test]
fn a_file_opens_under_its_own_name_and_key_only() {
    let (key, user) = (DataKey::random().unwrap(), UserId::new());
    let (seal, own) = (FileSeal::new(user, &key), name());
    let whole = sealed(&seal, own, b"content");
    assert_eq!(read(&seal, own, &whole, 0, 99), Ok(b"content".to_vec()));
    for other in
        [FileName { thread: ThreadId::new(), ..own }, FileName { file: ElementId::new(), ..own }]
    {
        assert_damaged(&read(&seal, other, &whole, 0, 99), "another thread or element");
    }
    let stranger = FileSeal::new(user, &DataKey::random().unwrap());
    assert_damaged(&read(&stranger, own, &whole, 0, 99), "another key");
    let namesake = FileSeal::new(UserId::new(), &key);
    assert_damaged(&read(&namesake, own, &whole, 0, 99), "another user");
}

#[test]
fn a_newer_file_is_called_newer_whatever_follows_its_header() {
    let (seal, name) = (seal(), name());
    let header = |version| [&[version][..], &0_u64.to_be_bytes()].concat();
    let with = |version| seal.close(name, Part::Header, &header(version)).unwrap();
    let newer = [with(VERSION + 1), b"whatever they will do".to_vec()].concat();
    let expected = HistoryError::Newer { found: 2, known: 1 };
    assert_eq!(read(&seal, name, &newer, 0, 9), Err(expected));
    assert_damaged(&read(&seal, name, &with(0), 0, 9), "there never was a version 0");
}

#[test]
fn a_source_that_fails_is_an_error_that_quotes_nothing() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("secret words"))
        }
    }
    let source = [7; CHUNK].chain(Failing);
    let error = seal().write(name(), source, Cursor::new(Vec::new()), |_| Ok(())).unwrap_err();
    let HistoryError::Failed(why) = error else { panic!("the disk has no part in this: {error}") };
    assert!(!why.contains("secret"), "errors are logged: {why}");
}

#[test]
fn whoever_is_asked_before_each_chunk_can_end_it() {
    let full = |written| if written > 0 { Err(HistoryError::StorageFull) } else { Ok(()) };
    let source = content(5 * CHUNK);
    let mut sink = Cursor::new(Vec::new());
    let ended = seal().write(name(), &source[..], &mut sink, full);
    assert_eq!(ended, Err(HistoryError::StorageFull));
    assert_eq!(sink.into_inner().len(), SEALED_HEADER + SEALED_CHUNK, "the first was written");
}

#[test]
fn no_more_than_two_chunks_are_in_memory() {
    struct Counting<'a>(io::Take<io::Repeat>, &'a Cell<u64>);
    impl Read for Counting<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(into)?;
            self.1.set(self.1.get() + read as u64);
            Ok(read)
        }
    }
    let taken = Cell::new(0);
    let source = Counting(io::repeat(7).take(40 * CHUNK as u64), &taken);
    let bounded = |written: u64| {
        let ahead = taken.get() - written;
        assert!(ahead <= 2 * CHUNK as u64, "{ahead} bytes are read and not written");
        Ok(())
    };
    let length = seal().write(name(), source, Cursor::new(Vec::new()), bounded);
    assert_eq!(length, Ok(40 * CHUNK as u64));
}

/// What is on people's disks today must open in every later release. The bytes were computed by an
/// independent program from the description at the top of `sealed.rs`.
#[test]
fn the_stored_format_does_not_change() {
    let key = RememberedSlot::from_text(format!("confidant-key-1:{}", "A".repeat(43)).into());
    let seal = FileSeal::new(UserId::from_bytes([1; 16]), &key.unlock().unwrap());
    let name =
        FileName { thread: ThreadId::from_bytes([2; 16]), file: ElementId::from_bytes([3; 16]) };
    let hex = concat!(
        "01000102030405060708090a0b0c0d0e0f1011121314151617",
        "35c204572704cd18b7747affffe1fe3fee94f79083b41da50c",
        "0118191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
        "8abe76297365f7e87ac7110e26240bd4e118cc4af6",
    );
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    let sealed: Vec<_> = (0..hex.len()).step_by(2).map(digits).collect();
    assert_eq!(read(&seal, name, &sealed, 0, 99), Ok(b"hello".to_vec()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_part_of_any_file_reads_back(
        length in lengths(),
        parts in prop::collection::vec((lengths(), lengths()), 1..6),
    ) {
        let (seal, name, content) = (seal(), name(), content(length));
        let whole = sealed(&seal, name, &content);
        prop_assert!(read(&seal, name, &whole, 0, usize::MAX) == Ok(content.clone()));
        for (offset, limit) in parts {
            let begin = offset.min(length);
            let expected = &content[begin..begin.saturating_add(limit).min(length)];
            let found = read(&seal, name, &whole, offset as u64, limit).unwrap();
            prop_assert!(found == expected, "{limit} from {offset} of {length}");
        }
        prop_assert_eq!(read(&seal, name, &whole, u64::MAX, usize::MAX), Ok(vec![]));
    }

    #[test]
    fn no_byte_can_be_changed(
        length in lengths(),
        at in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let (seal, name) = (seal(), name());
        let mut whole = sealed(&seal, name, &content(length));
        let at = at.index(whole.len());
        whole[at] ^= flip;
        assert_damaged(&read(&seal, name, &whole, 0, usize::MAX), &format!("byte {at}"));
    }

    #[test]
    fn garbage_is_damage(bytes in prop::collection::vec(any::<u8>(), 0..400), offset: u64) {
        assert_damaged(&read(&seal(), name(), &bytes, offset, usize::MAX), "never sealed");
    }

    #[test]
    fn a_length_that_no_file_can_have_is_no_overflow(length: u64) {
        let sealed = sealed_length(length);
        prop_assert!(sealed.is_none_or(|sealed| sealed > length), "sealed is longer");
        prop_assert!(sealed.is_some() || length > u64::MAX / 2, "none that could be there");
    }
}

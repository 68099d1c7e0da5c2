//! The keys of the trees. They sort the way their trees are read.

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::ThreadCursor;
use confidant_chat::thread::Shelf;
use jiff::Timestamp;

/// The length of an identifier, and of a time.
pub(crate) const ID: usize = 16;

/// Where a step is kept: its thread, then its sequence.
pub(crate) type StepKey = [u8; ID + 4];

/// Where a thread stands in the list of threads: its time, then itself.
pub(crate) type RecentKey = [u8; ID + ID];

/// A moment as bytes that sort from the newest to the oldest. To the nanosecond, although the app's
/// own clock stops at milliseconds: what is imported may be finer, and a cursor must find it again.
fn newest_first(at: Timestamp) -> [u8; ID] {
    // Flipping the sign makes negative numbers sort below positive ones, and flipping the rest
    // too turns the order around.
    (!(at.as_nanosecond() ^ i128::MIN)).to_be_bytes()
}

fn moment(bytes: [u8; ID]) -> Option<Timestamp> {
    Timestamp::from_nanosecond(!i128::from_be_bytes(bytes) ^ i128::MIN).ok()
}

/// How far the first byte of a time is moved for a list. A time needs the lowest 71 of 128 bits, so
/// that its first byte says nothing but its sign: 0x7f, or 0x80 before 1970. Moved down or up, the
/// times of one list sort before or after those of another, and what has always been there, when
/// there was but one list, stays where it is.
const APART: u8 = 0x40;

/// Where a thread stands: its list, and in it the newest first.
pub(crate) fn standing(shelf: Shelf, at: Timestamp) -> [u8; ID] {
    let mut bytes = newest_first(at);
    bytes[0] = match shelf {
        Shelf::Pinned => bytes[0] - APART,
        Shelf::Recent => bytes[0],
        Shelf::Bin => bytes[0] + APART,
    };
    bytes
}

/// What [`standing`] made of a list and a time.
fn parse_standing(mut bytes: [u8; ID]) -> Option<(Shelf, Timestamp)> {
    let (shelf, first) = match bytes[0] {
        first @ 0x3f..=0x40 => (Shelf::Pinned, first + APART),
        first @ 0x7f..=0x80 => (Shelf::Recent, first),
        first @ 0xbf..=0xc0 => (Shelf::Bin, first - APART),
        _ => return None,
    };
    bytes[0] = first;
    Some((shelf, moment(bytes)?))
}

/// Before every key in `recent` of the threads in the bin, and after all others.
pub(crate) const BIN: [u8; 1] = [0xa0];

/// The key in `recent` of a thread that stands at `time`, as [`standing`] gives it. Of threads with
/// the same time the one that began last comes first.
pub(crate) fn recent(time: [u8; ID], thread: ThreadId) -> RecentKey {
    join(time, thread.as_bytes().map(|byte| !byte))
}

/// What a key in `recent` says, if it is one.
pub(crate) fn parse_recent(key: &[u8]) -> Option<ThreadCursor> {
    let (time, thread) = key.split_first_chunk::<ID>()?;
    let thread: [u8; ID] = thread.try_into().ok()?;
    let (shelf, at) = parse_standing(*time)?;
    Some(ThreadCursor { shelf, at, thread: ThreadId::from_bytes(thread.map(|byte| !byte)) })
}

/// The key in `steps` of the step at `sequence`.
pub(crate) fn step(thread: ThreadId, sequence: u32) -> StepKey {
    join(*thread.as_bytes(), sequence.to_be_bytes())
}

/// The thread and the sequence in a key of `steps`, if it is one.
pub(crate) fn parse_place(key: &[u8]) -> Option<(ThreadId, u32)> {
    let (thread, sequence) = key.split_first_chunk::<ID>()?;
    let sequence = u32::from_be_bytes(sequence.try_into().ok()?);
    Some((ThreadId::from_bytes(*thread), sequence))
}

/// The sequence in a key of `steps`, if it is one.
pub(crate) fn parse_sequence(key: &[u8]) -> Option<u32> {
    parse_place(key).map(|(_, sequence)| sequence)
}

/// The step that a value of `steps` begins with, if it does.
pub(crate) fn parse_step(value: &[u8]) -> Option<StepId> {
    let (id, _) = value.split_first_chunk::<ID>()?;
    Some(StepId::from_bytes(*id))
}

fn join<const A: usize, const B: usize, const C: usize>(one: [u8; A], two: [u8; B]) -> [u8; C] {
    const { assert!(A + B == C) };
    let mut joined = [0; C];
    joined[..A].copy_from_slice(&one);
    joined[A..].copy_from_slice(&two);
    joined
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;

    use super::*;

    fn shelves() -> impl Strategy<Value = Shelf> {
        prop::sample::select(vec![Shelf::Pinned, Shelf::Recent, Shelf::Bin])
    }

    fn moments() -> impl Strategy<Value = Timestamp> {
        (Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond())
            .prop_map(|at| Timestamp::from_nanosecond(at).unwrap())
    }

    proptest! {
        #[test]
        fn recent_keys_sort_by_list_and_then_newest_first_and_read_back(
            one in (shelves(), moments(), any::<[u8; ID]>()),
            other in (shelves(), moments(), any::<[u8; ID]>()),
        ) {
            let key = |(shelf, at, id): (Shelf, Timestamp, [u8; ID])| {
                recent(standing(shelf, at), ThreadId::from_bytes(id))
            };
            let place = |(shelf, at, id)| (shelf, Reverse((at, id)));
            prop_assert_eq!(key(one).cmp(&key(other)), place(one).cmp(&place(other)));
            prop_assert_eq!(key(one)[..] < BIN[..], one.0 != Shelf::Bin);
            let (shelf, at, thread) = (one.0, one.1, ThreadId::from_bytes(one.2));
            prop_assert_eq!(parse_recent(&key(one)), Some(ThreadCursor { shelf, at, thread }));
        }

        #[test]
        fn steps_sort_by_thread_and_then_by_sequence(
            one in any::<([u8; ID], u32)>(),
            other in any::<([u8; ID], u32)>(),
        ) {
            let key = |(id, sequence)| step(ThreadId::from_bytes(id), sequence);
            prop_assert_eq!(key(one).cmp(&key(other)), one.cmp(&other));
            prop_assert_eq!(parse_place(&key(one)), Some((ThreadId::from_bytes(one.0), one.1)));
            prop_assert_eq!(parse_sequence(&key(one)), Some(one.1));
        }

        #[test]
        fn other_bytes_are_no_keys(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(bytes.len() == ID + ID || parse_recent(&bytes).is_none());
            prop_assert!(bytes.len() == ID + 4 || parse_sequence(&bytes).is_none());
            prop_assert!(bytes.len() >= ID || parse_step(&bytes).is_none());
        }
    }
}

//! What `cargo xtask fuzz` throws bytes at: every decoder of what is stored. What a decoder takes
//! must come back the same when it is written again.

use std::io::Cursor;

use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use crate::journal::entry::Entries;
use crate::journal::frame::{self, Found, Frames};
use crate::record::{Preference, Record};

/// Frames of a file of the journal, whatever is in it.
pub fn frames(bytes: &[u8]) {
    let Ok(mut frames) = Frames::new(Cursor::new(bytes), 0) else { return };
    let mut last = None;
    while let Ok(Some(found)) = frames.next() {
        assert!(last < Some(frames.position()), "it goes on, or it would never end");
        last = Some(frames.position());
        if let Found::Frame { number, sealed } = found {
            let mut again = Vec::new();
            assert!(frame::write(&mut again, number, &sealed).is_ok());
            let end = usize::try_from(frames.position()).unwrap_or(usize::MAX);
            assert!(bytes[..end].ends_with(&again), "read as it was written");
        }
    }
    assert_eq!(frames.position(), bytes.len() as u64, "all of it was looked at");
}

/// What a frame holds once it is opened.
pub fn entries(bytes: &[u8]) {
    let mut again = Vec::new();
    for entry in Entries(bytes).map_while(Result::ok) {
        assert!(entry.write(&mut again).is_ok());
    }
    assert!(bytes.starts_with(&again), "read as it was written");
}

/// Records as they are before they are sealed, in this version and earlier ones.
pub fn records(bytes: &[u8]) {
    fn check<R: Record + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
        if let Ok(record) = R::parse(bytes) {
            let again = record.plain().and_then(|plain| R::parse(&plain));
            assert_eq!(again, Ok(record), "what is read can be written and read again");
        }
    }
    check::<Thread>(bytes);
    check::<Step>(bytes);
    check::<Preference>(bytes);
}

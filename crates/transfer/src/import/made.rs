//! Identifiers for what has other ones where it comes from.
//!
//! The same thing gets the same identifier each time, so that nothing comes in twice. Like every
//! identifier it begins with a time, and the rest is a hash.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The sixteen bytes of an identifier for what is called `names` where it comes from, and came into
/// being at `time`.
pub(super) fn id(names: &[&str], time: Timestamp) -> [u8; 16] {
    let mut hash = Sha256::new();
    for name in names {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    let milliseconds = time.as_millisecond().max(0).to_be_bytes();
    id[..6].copy_from_slice(&milliseconds[2..]);
    // Version 7, and the variant that all of them have.
    id[6] = (id[6] & 0x0F) | 0x70;
    id[8] = (id[8] & 0x3F) | 0x80;
    id
}

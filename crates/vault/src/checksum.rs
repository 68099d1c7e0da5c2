//! What tells whether a text is still what was written.

use sha2::{Digest, Sha256};

/// The SHA-256 of `text`, in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

//! One person's sealed history, in sled.
//!
//! A [`Store`] is what the runtime knows as
//! [`History`](confidant_chat::port::history::History). It is opened with that person's data key
//! on that person's directory, and everything in the directory that says something about them is
//! sealed with keys derived from it.
//!
//! ```text
//! users/<uuid>/
//!   format     the version of everything beside it, as text; read before anything is opened
//!   lock       held while a Store is open
//!   sled/      the trees
//!   files/     the content of elements, sealed: see below
//! ```
//!
//! | tree | key | value |
//! |---|---|---|
//! | `threads` | thread | time of last activity ‖ sealed header |
//! | `recent` | time of last activity, newest first ‖ thread | nothing |
//! | `steps` | thread ‖ sequence | step ‖ sealed step |
//! | `ids` | step | thread ‖ sequence |
//! | `preferences` | keyed hash of the name | sealed name and value |
//! | `pieces` | tree ‖ key ‖ number | what of a value is beyond its first 4 KiB |
//! | `deleted` | thread | nothing; steps of it are still to be removed |
//! | `meta` | `format`, `figures`, `names` | a version, two counts, a sealed key |
//!
//! Content that may be large is in files beside the trees, `files/<thread>/<element>`: chunks of
//! 64 KiB, each sealed by itself, so that any part of a file can be read and none of them is ever in
//! memory whole. They are written under another name, put on the disk and renamed, and never change
//! after that. They go with their thread, after its deletion is on the disk; what was put for a
//! thread that was never kept goes when the store is opened next.
//!
//! What is not sealed is identifiers, times, counts and lengths, and all of it that stands beside a
//! sealed record is sealed together with it, so that it cannot be changed or moved without notice.
//!
//! Every mutation is a list of [`Change`](confidant_chat::port::history::Change)s, and one
//! function turns such a list into writes. Nothing else writes to the trees.

mod apply;
mod delete;
mod directory;
mod engine;
mod error;
mod files;
mod format;
mod keys;
// What the tests from outside share serves those in here too.
#[cfg(test)]
#[allow(dead_code, reason = "each side uses its part")]
#[path = "../tests/kit.rs"]
mod kit;
mod lock;
mod log;
mod long;
mod names;
mod pending;
mod read;
mod record;
mod room;
mod shared;
mod store;
#[cfg(test)]
mod testing;
mod trees;
mod undo;
mod writer;
mod writes;

#[cfg(test)]
extern crate self as confidant_store;

pub use directory::{bytes_on_disk, remove};
pub use format::FORMAT;
pub use store::Store;

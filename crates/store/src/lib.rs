//! One person's sealed history, in two copies that heal each other: a journal, and trees in sled.
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
//!   journal/   every change, in order: what is acknowledged is on the disk in here
//!   sled/      the same as trees, to be read from
//!   sled.damaged/  trees that could not be opened, where the journal lacked something of them
//!   closed     how the files of both looked when they were closed, as long as they are closed
//!   files/     the content of elements, sealed: see below
//!   index/     which words stand where, sealed: made anew whenever it does not open
//! ```
//!
//! | tree | key | value |
//! |---|---|---|
//! | `threads` | thread | list and time ‖ sealed header |
//! | `recent` | list and time, newest first ‖ thread | nothing |
//! | `steps` | thread ‖ sequence | step ‖ sealed step |
//! | `ids` | step | thread ‖ sequence |
//! | `preferences` | keyed hash of the name | sealed name and value |
//! | `pieces` | tree ‖ key ‖ number | what of a value is beyond its first 4 KiB |
//! | `deleted` | thread | nothing; steps of it are still to be removed |
//! | `meta` | `format`, `figures`, `names`, `position` | a version, three counts, a sealed key, the last change that is in the trees |
//!
//! # Two copies
//!
//! A change is planned (`apply`), written to the journal and put on the disk there (`journal`),
//! committed to the trees, and acknowledged; one that is refused is cut off the journal again. sled
//! writes when it likes. When a store is opened, what the journal has beyond the trees' position is
//! replayed (`recover`); trees that sled cannot open, or cannot read on, are made anew from the
//! journal. Unless both copies look as they did when they were closed (`closed`), they are compared
//! record by record (`compare`), and each is put right from the other: at once where that is short,
//! else bit by bit while nothing is written (`chores`). A record that is lost in both has a step in
//! its place that says so.
//!
//! # Files
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
//! Every mutation is a list of [`Change`](confidant_chat::port::history::Change)s that becomes
//! entries, and one function turns an entry into writes, whether it was made
//! just now or is read from the journal.

mod apply;
mod chores;
mod closed;
mod compare;
mod delete;
mod directory;
mod engine;
mod error;
mod figures;
mod files;
mod format;
// Set by cargo-fuzz, and by nothing else.
#[cfg(fuzzing)]
pub mod fuzz;
mod journal;
mod keys;
// What the tests from outside share serves those in here too.
#[cfg(test)]
#[allow(dead_code, reason = "each side uses its part")]
#[path = "../tests/kit.rs"]
mod kit;
mod lock;
mod long;
mod names;
mod opening;
mod pending;
mod read;
mod record;
mod recover;
mod room;
mod search;
mod shared;
mod store;
#[cfg(test)]
mod testing;
mod trees;
mod verify;
mod writer;
mod writes;

#[cfg(test)]
extern crate self as confidant_store;

pub use directory::{Health, bytes_on_disk, health, remove};
pub use format::FORMAT;
pub use store::Store;
pub use verify::{Verified, verify};

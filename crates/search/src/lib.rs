//! A full-text index of one person's threads, in sealed files.
//!
//! The index is a help, and holds nothing that is not in the history: whoever keeps it feeds it with
//! every change and its number, and asks it for the [position](Index::position) it has reached. One
//! that is missing, damaged, of another version or sealed with another key is begun anew, empty.
//!
//! tantivy does the work. Its files hold the words of every message, so none of them is ever written
//! as it is: `directory` seals them in chunks, and opens what a search reads. They are not synced
//! either: what a power cut tears does not open, and is begun anew too.

mod directory;
mod error;
mod index;
mod query;
mod schema;
mod tokens;
mod writer;

pub use directory::Room;
pub use error::IndexError;
pub use index::Index;
pub use writer::IndexWriter;

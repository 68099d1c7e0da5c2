//! Conversations on their way out, as files, and in, from files of our own and of others.
//!
//! [`Export`] writes threads as an archive that reads back equal, or as Markdown for people.
//! [`Import`] reads our own archives, ChatGPT's data export and Chainlit's SQLite, and can say what
//! it would bring along without keeping any of it. Both go piece by piece, so that neither the
//! number of messages nor the size of a file matters, tell how far they are through a [`Watch`], and
//! stop when that says so.
//!
//! Everything here blocks: it is called where that is allowed, within a tokio runtime.
//!
//! ```text
//! threads.json           { "confidant": 1, "threads": [ … ] }, as `record` describes a thread
//! files/<element>/<name> the content of an element
//! ```
//!
//! A single thread without files is just that JSON. An archive says nothing of who exported it or
//! when, so that the same threads give the same bytes.

mod error;
mod export;
#[cfg(fuzzing)]
pub mod fuzz;
mod import;
mod kept;
mod record;
mod watch;

pub use error::TransferError;
pub use export::{Export, Exported, Format, Which};
pub use import::{Import, Imported, Kind, Left, tidy};
pub use watch::{Progress, Watch};

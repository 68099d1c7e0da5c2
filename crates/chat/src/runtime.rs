//! What carries conversations: one actor for each open one, and the signed-in person who owns them.

mod acts;
mod branching;
mod conversation;
mod drafts;
mod finding;
mod live;
mod obey;
pub(crate) mod op;
mod outbox;
mod pages;
mod perform;
mod questions;
mod signed_in;
mod talk;
mod time;
mod transcript;
mod turn;
mod world;

pub use conversation::{MAX_MESSAGE_BYTES, RunError, Sink};
pub use finding::{Findings, FoundMessage, FoundPlaces, FoundThread};
pub use pages::Around;
pub use signed_in::{OpenError, RenameError, SignedIn};
pub(crate) use time::Time;
pub(crate) use world::World;

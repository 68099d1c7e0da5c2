//! What carries conversations: one actor for each open one, and the signed-in person who owns them.

mod conversation;
mod drafts;
mod live;
mod obey;
pub(crate) mod op;
mod outbox;
mod perform;
mod signed_in;
mod transcript;
mod turn;
mod world;

pub use conversation::{MAX_MESSAGE_BYTES, RunError, Sink};
pub use signed_in::{OpenError, RenameError, SignedIn};
pub(crate) use world::World;

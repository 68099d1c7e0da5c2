//! The profiles that ship: assistant, analyst and admin.
//!
//! They are written with what every app has, and nothing more: hooks, a
//! [`Chat`](confidant_chat::chat::Chat), and the ports behind it.

mod admin;
mod analyst;
mod assistant;
mod documentation;
mod format;
pub mod guide_search;
pub mod table;

pub use admin::admin;
pub use analyst::analyst;
pub use assistant::assistant;

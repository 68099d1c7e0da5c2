//! What the runtime needs from the world. The traits stand here; others implement them.

pub mod directory;
pub mod history;
pub mod installation;
pub mod model;

//! A store as the runtime uses it, on a real directory.

mod crash;
mod damage;
mod kit;
mod model;
mod opening;
mod paging;
mod secrecy;
mod writing;

//! A store as the runtime uses it, on a real directory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "trials say how often they did what")]

mod crash;
mod damage;
mod files;
mod full;
mod kit;
mod model;
mod opening;
mod paging;
mod removing;
mod search;
mod secrecy;
mod writing;

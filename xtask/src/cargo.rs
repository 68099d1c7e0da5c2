//! Calls to cargo, all with the same features, so that nothing is compiled twice.

use std::process::Command;

use crate::place;

/// The app as it ships, with the interface inside the binary.
pub(crate) const APP: &str = "confidant/custom-protocol";

/// The app as it ships, and every optional part of the tools.
pub(crate) const EVERYTHING: &str = "confidant/custom-protocol,xtask/icons";

/// The cargo that started this program.
pub(crate) fn command() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(place::root());
    command
}

//! The rules of `deny.toml`, applied by cargo-deny.

use std::process::Command;

use anyhow::Result;

use crate::test::{Outcome, Stage};
use crate::{place, process, tool};

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks licences, origins and bans, and known vulnerabilities where their list can be fetched.
pub(crate) fn check(_: &mut Stage) -> Result<Outcome> {
    let program = tool::program("cargo-deny", VERSION)?;
    let deny = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.args(words).current_dir(place::root());
        process::run(&mut command)
    };
    let gap = if deny(&["fetch", "db"])?.success() {
        None
    } else {
        Some("known vulnerabilities, because their list could not be fetched".to_owned())
    };
    let mut words = vec!["check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    if gap.is_none() {
        words.push("advisories");
    }
    Ok(Outcome::with_gap(deny(&words)?.success(), gap))
}

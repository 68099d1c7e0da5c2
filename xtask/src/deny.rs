//! The rules of `deny.toml`, applied by cargo-deny.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::test::{Outcome, Stage};
use crate::{cargo, place, process};

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks licences, origins and bans, and known vulnerabilities where their list can be fetched.
pub(crate) fn check(_: &mut Stage) -> Result<Outcome> {
    let program = program()?;
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

/// cargo-deny: the one on this machine, or one built for this repository.
fn program() -> Result<PathBuf> {
    if place::has_program("cargo-deny") {
        return Ok("cargo-deny".into());
    }
    let tools = place::target()?.join("tools");
    let program = tools.join(format!("bin/cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("Building cargo-deny, once; this takes some minutes");
        let mut command = cargo::command();
        command.args(["install", "cargo-deny", "--locked", "--version", VERSION, "--root"]);
        ensure!(process::run(command.arg(&tools))?.success(), "cargo-deny could not be built");
    }
    Ok(program)
}

//! Programs that checks need and that cargo can build.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::{cargo, place, process};

/// The program `name`: the one on this machine, or one built for this repository in `version`.
pub(crate) fn program(name: &str, version: &str) -> Result<PathBuf> {
    if place::has_program(name) {
        return Ok(name.into());
    }
    let tools = place::target()?.join("tools");
    let program = tools.join(format!("bin/{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("Building {name}, once; this takes some minutes");
        let mut command = cargo::command();
        command.args(["install", name, "--locked", "--version", version, "--root"]);
        ensure!(process::run(command.arg(&tools))?.success(), "{name} could not be built");
    }
    Ok(program)
}

//! `cargo xtask bench`: figures beside a baseline, measured in the same run.

use std::process::ExitCode;

use anyhow::Result;

use crate::packages::{self, Purpose};
use crate::{cargo, interface, process, test};

pub(crate) fn run() -> Result<ExitCode> {
    packages::ensure_for(&Purpose::ALL)?;
    interface::build()?;
    let mut stage = test::Stage::default();
    let mut command = cargo::command();
    command.args(["bench", "--features", cargo::APP, "--bench", "window"]);
    stage.set(&mut command)?;
    let status = process::run(&mut command)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

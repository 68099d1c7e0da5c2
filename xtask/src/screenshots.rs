//! `cargo xtask screenshots DIR`: what the window shows, as pictures.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::packages::{self, Purpose};
use crate::{interface, process, test};

pub(crate) fn take(directory: &Path) -> Result<ExitCode> {
    fs::create_dir_all(directory)
        .with_context(|| format!("cannot create {}", directory.display()))?;
    let directory = directory.canonicalize()?;
    packages::ensure_for(&Purpose::ALL)?;
    interface::build()?;
    let mut stage = test::Stage::default();
    let mut command = stage.app_tests()?;
    command.args(["--", "screenshots", "gallery", "--nocapture"]);
    command.env("CONFIDANT_SCREENSHOTS", &directory);
    let status = process::run(&mut command)?;
    if !status.success() {
        return Ok(ExitCode::FAILURE);
    }
    println!("Screenshots are in {}", directory.display());
    Ok(ExitCode::SUCCESS)
}

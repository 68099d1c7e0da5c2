//! `cargo xtask fuzz`: bytes of all kinds for every decoder of what is stored.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::{place, process, tool};

/// The decoders, as `fuzz` has them.
const TARGETS: [&str; 4] = ["entries", "frames", "imports", "records"];

/// The tool, in a version that is known to work.
const VERSION: &str = "0.13.2";

/// Where what a decoder was fed is kept.
fn corpus(name: &str) -> Result<String> {
    let corpus = format!("fuzz/corpus/{name}");
    std::fs::create_dir_all(place::root().join(&corpus))?;
    Ok(corpus)
}

fn is_there(path: &&String) -> bool {
    place::root().join(path).is_dir()
}

/// Fuzzes the decoder `target`, or all of them, for `seconds` each.
pub(crate) fn run(target: Option<&str>, seconds: u32) -> Result<ExitCode> {
    if let Some(target) = target {
        ensure!(TARGETS.contains(&target), "there is no decoder {target}; {TARGETS:?} there are");
    }
    let tool = tool::program("cargo-fuzz", VERSION)?;
    for name in TARGETS.iter().filter(|name| target.is_none_or(|target| target == **name)) {
        println!("\n── {name}, {seconds} s");
        let mut command = std::process::Command::new(&tool);
        command
            .args(["run", "--fuzz-dir", "fuzz", name])
            // Its own place, so that it takes nothing from other builds.
            .args(["--target-dir", "target/fuzz"])
            // What it finds goes into the first, and what it begins with is in the second.
            .args([corpus(name)?, format!("fuzz/seeds/{name}")].iter().filter(is_there))
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg("-rss_limit_mb=1024")
            .current_dir(place::root())
            // The sanitizers are not stable yet. Nothing that ships is built this way.
            .env("RUSTC_BOOTSTRAP", "1");
        let status = process::run(&mut command).context("cargo-fuzz could not be started")?;
        if !status.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    println!("\n{} decoders, {seconds} s each, no findings", target.map_or(TARGETS.len(), |_| 1));
    Ok(ExitCode::SUCCESS)
}

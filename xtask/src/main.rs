//! What a developer runs: `cargo xtask run`, `test`, `screenshots`, `bench`, `crash`,
//! `damage`, `fuzz` and `icons`.
//!
//! Each works from a fresh clone on a machine with Rust and Node, and fetches what else it needs.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod arguments;
mod bench;
mod cargo;
mod deny;
mod display;
mod fuzz;
#[cfg(feature = "icons")]
mod icons;
mod interface;
mod keyring;
mod packages;
mod place;
mod process;
mod run;
mod screenshots;
mod tally;
mod test;
mod tool;
mod trials;

use std::process::ExitCode;

use anyhow::Result;

use crate::arguments::Task;

fn main() -> ExitCode {
    process::end_children_on_signals();
    match arguments::parse(std::env::args().skip(1)).and_then(perform) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Help => {
            println!("{}", arguments::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Task::Run { headless, release } => run::run(headless, release),
        Task::Test { only, filters } => test::test(&only, &filters),
        Task::Screenshots { directory } => screenshots::take(&directory),
        Task::Bench { subjects } => bench::run(&subjects),
        Task::Try { trial, rounds } => trials::run(trial, rounds),
        Task::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Task::Icons => draw_icons(),
    }
}

#[cfg(feature = "icons")]
fn draw_icons() -> Result<ExitCode> {
    icons::draw()?;
    Ok(ExitCode::SUCCESS)
}

/// Starts this program again, built with what draws.
#[cfg(not(feature = "icons"))]
fn draw_icons() -> Result<ExitCode> {
    let mut again = cargo::command();
    again.args(["run", "--quiet", "--package", "xtask", "--features", "icons", "--", "icons"]);
    let status = process::run(&mut again)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

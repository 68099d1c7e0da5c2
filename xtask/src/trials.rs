//! `cargo xtask crash` and `cargo xtask damage`: the store's own tests, many times over.

use std::process::ExitCode;

use anyhow::Result;

use crate::{cargo, process};

/// Something that is done to a history again and again, with nothing to be lost by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// The process that writes it is killed.
    Crash,
    /// Its files are damaged.
    Damage,
}

impl Trial {
    /// The tests that do it, and what tells them how often.
    fn tests(self) -> (&'static str, &'static str) {
        match self {
            Self::Crash => ("crash::", "CONFIDANT_STORE_CRASH_ROUNDS"),
            Self::Damage => ("damage::", "CONFIDANT_STORE_DAMAGE_ROUNDS"),
        }
    }

    /// How often each of its tests does it, for `rounds` in all: five of them kill a process, and
    /// every kind of file is damaged that often.
    fn each(self, rounds: u32) -> u32 {
        match self {
            Self::Crash => rounds.div_ceil(5),
            Self::Damage => rounds,
        }
    }
}

/// Runs a trial. What it prints at the end of each test says how often it did what.
pub(crate) fn run(trial: Trial, rounds: u32) -> Result<ExitCode> {
    let (tests, variable) = trial.tests();
    let mut command = cargo::command();
    command
        .args(["test", "--package", "confidant-store", "--test", "store", "--", tests])
        .args(["--nocapture", "--test-threads=1"])
        .env(variable, trial.each(rounds).to_string());
    let status = process::run(&mut command)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

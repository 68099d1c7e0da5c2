//! `cargo xtask test`: every check and every test, and one line at the end that counts them.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::display::Display;
use crate::packages::{self, Purpose};
use crate::tally::{self, Tally};
use crate::{cargo, deny, interface, place, process};

/// Something that can fail on its own.
struct Check {
    /// What it is called on the command line.
    name: &'static str,
    title: &'static str,
    run: fn(&mut Stage) -> Result<Outcome>,
}

/// The interface comes before what compiles the app, because the app contains it.
const CHECKS: &[Check] = &[
    Check { name: "format", title: "The code is formatted", run: format },
    Check { name: "interface", title: "The interface builds", run: build_interface },
    Check { name: "types", title: "The interface's types fit", run: types },
    Check { name: "lint", title: "The interface's code is clean", run: lint },
    Check { name: "units", title: "The interface's tests", run: units },
    Check { name: "clippy", title: "The Rust code is clean", run: clippy },
    Check { name: "docs", title: "The Rust documentation is complete", run: docs },
    Check {
        name: "deny",
        title: "The libraries' licences and origins are allowed",
        run: deny::check,
    },
    Check { name: "build", title: "The app and its tests build", run: build },
    Check { name: "tests", title: "The Rust tests", run: tests },
];

/// What came out of a check.
#[derive(Default)]
pub(crate) struct Outcome {
    tally: Tally,
    /// What failed, by name, where the runner names it.
    failures: Vec<String>,
    /// What could not be checked.
    gap: Option<String>,
}

impl Outcome {
    fn one(passed: bool) -> Self {
        Self { tally: Tally::one(passed), ..Self::default() }
    }

    /// One check that passed or failed and left something unchecked.
    pub(crate) fn with_gap(passed: bool, gap: Option<String>) -> Self {
        Self { gap, ..Self::one(passed) }
    }
}

/// What the checks run on.
#[derive(Default)]
pub(crate) struct Stage {
    /// Which Rust tests to run; all if empty.
    filters: Vec<String>,
    display: Option<Display>,
}

impl Stage {
    /// `cargo test` for the tests that drive apps. Only without a named test does cargo build the
    /// examples, and some of the apps are those.
    pub(crate) fn app_tests(&mut self) -> Result<Command> {
        let mut command = cargo_test();
        self.set(&mut command)?;
        Ok(command)
    }

    /// Gives `command` a screen.
    pub(crate) fn set(&mut self, command: &mut Command) -> Result<()> {
        if cfg!(target_os = "linux") {
            if self.display.is_none() {
                self.display = Some(Display::open()?);
            }
            if let Some(display) = &self.display {
                display.show(command);
            }
        }
        Ok(())
    }
}

/// The names of the checks, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|check| check.name).collect()
}

/// Runs the checks named in `only`, or all of them.
pub(crate) fn test(only: &[String], filters: &[String]) -> Result<ExitCode> {
    let started = Instant::now();
    let mut total = Tally::default();
    let mut remarks = Vec::new();
    match packages::ensure_for(&Purpose::ALL).and_then(|()| ensure_components()) {
        Ok(()) => {
            let mut stage = Stage { filters: filters.to_vec(), display: None };
            let is_chosen =
                |check: &&Check| only.is_empty() || only.iter().any(|name| name == check.name);
            for check in CHECKS.iter().filter(is_chosen) {
                total += perform(check, &mut stage, &mut remarks);
            }
        }
        Err(error) => {
            remarks.push(format!("Nothing could be tested: {error:#}"));
            total += Tally::one(false);
        }
    }
    println!();
    remarks.iter().for_each(|remark| println!("{remark}"));
    let seconds = started.elapsed().as_secs();
    println!("It took {} min {} s.", seconds / 60, seconds % 60);
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn perform(check: &Check, stage: &mut Stage, remarks: &mut Vec<String>) -> Tally {
    println!("\n── {} ({})", check.title, check.name);
    let started = Instant::now();
    let outcome = (check.run)(stage).unwrap_or_else(|error| {
        println!("{error:#}");
        Outcome::one(false)
    });
    let Outcome { tally, failures, gap } = outcome;
    let verdict = if tally.failed == 0 { "passed" } else { "failed" };
    // On a line of its own, whatever the check printed last.
    println!("\n── {}: {verdict} after {:.1} s", check.name, started.elapsed().as_secs_f64());
    if tally.failed > 0 {
        remarks.push(format!("Failed: {}", check.name));
        remarks.extend(failures.iter().map(|failure| format!("        {failure}")));
    }
    remarks.extend(gap.map(|gap| format!("Not checked: {gap}")));
    tally
}

/// Formatting and lints are parts of Rust that can be left out when it is installed.
fn ensure_components() -> Result<()> {
    let is_missing = |subcommand: &&str| {
        let mut command = cargo::command();
        command.args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
        !command.status().is_ok_and(|status| status.success())
    };
    if ["fmt", "clippy"].iter().any(is_missing) {
        ensure!(
            place::has_program("rustup"),
            "rustfmt and clippy are needed; install them the way Rust was installed"
        );
        let mut command = Command::new("rustup");
        command.args(["component", "add", "rustfmt", "clippy"]);
        ensure!(process::run(&mut command)?.success(), "rustup could not add rustfmt and clippy");
    }
    Ok(())
}

fn succeeds(command: &mut Command) -> Result<Outcome> {
    Ok(Outcome::one(process::run(command)?.success()))
}

fn format(_: &mut Stage) -> Result<Outcome> {
    succeeds(cargo::command().args(["fmt", "--all", "--check"]))
}

fn build_interface(_: &mut Stage) -> Result<Outcome> {
    interface::build()?;
    Ok(Outcome::one(true))
}

fn types(_: &mut Stage) -> Result<Outcome> {
    interface::install()?;
    succeeds(&mut interface::script("check"))
}

fn lint(_: &mut Stage) -> Result<Outcome> {
    interface::install()?;
    succeeds(&mut interface::script("lint"))
}

fn units(_: &mut Stage) -> Result<Outcome> {
    interface::install()?;
    let mut counted = None;
    let mut command = interface::script("test");
    let status = process::watch(&mut command, |line| {
        if let Some(tally) = tally::vitest_summary(line) {
            *counted.get_or_insert_with(Tally::default) += tally;
        }
    })?;
    ensure!(
        counted.is_some() || !status.success(),
        "the interface's tests did not say how many ran"
    );
    let tally = counted.unwrap_or_default().of_runner(status.success());
    Ok(Outcome { tally, ..Outcome::default() })
}

// Whatever compiles the app needs the interface, and the current one: each of these may be run
// without the check that builds it.

fn clippy(_: &mut Stage) -> Result<Outcome> {
    interface::build()?;
    let mut command = cargo::command();
    command.args(["clippy", "--workspace", "--all-targets", "--features", cargo::EVERYTHING]);
    succeeds(command.args(["--keep-going", "--", "-D", "warnings"]))
}

fn docs(_: &mut Stage) -> Result<Outcome> {
    interface::build()?;
    let mut command = cargo::command();
    command.args(["doc", "--workspace", "--no-deps", "--features", cargo::EVERYTHING]);
    command.arg("--keep-going");
    succeeds(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn cargo_test() -> Command {
    let mut command = cargo::command();
    command.args(["test", "--workspace", "--features", cargo::EVERYTHING]);
    command
}

/// The app's binary comes with its tests, so one build makes both.
fn build(_: &mut Stage) -> Result<Outcome> {
    interface::build()?;
    succeeds(cargo_test().arg("--no-run"))
}

fn tests(stage: &mut Stage) -> Result<Outcome> {
    interface::build()?;
    let mut command = cargo_test();
    command.arg("--no-fail-fast").arg("--").args(&stage.filters);
    stage.set(&mut command)?;
    let mut outcome = Outcome::default();
    let status = process::watch(&mut command, |line| {
        if let Some(tally) = tally::cargo_summary(line) {
            outcome.tally += tally;
        }
        outcome.failures.extend(tally::cargo_failure(line));
    })?;
    outcome.tally = outcome.tally.of_runner(status.success());
    Ok(outcome)
}

//! The words after `cargo xtask`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::bench::Subject;
use crate::test;
use crate::trials::Trial;

/// What `cargo xtask help` says.
pub(crate) const HELP: &str = "\
Usage: cargo xtask TASK

  run [--headless] [--release]
        Builds the app and starts it. --headless starts it on an invisible screen;
        --release builds it the way it ships.
  test [CHECK…] [-- FILTER…]
        Runs every check and test, or only the CHECKs named:
        format, clippy, docs, deny, interface, types, lint, units, build, tests.
        FILTERs choose among the Rust tests. The last line reads: N passed, M failed
  screenshots DIR
        Drives the app through its window and keeps what it shows in DIR.
  bench [SUBJECT…]
        Measures conversation (the runtime beside Chainlit), history and search (what is stored
        and finding it, beside SQLite), transfer (export and import, beside a plain ZIP), window
        (start and memory beside a bare window), or all of it, and writes target/bench.json.
  crash [--rounds N]
        Kills a process that writes a history N times (1,000) at any moment, and looks for
        what it had acknowledged.
  damage [--rounds N]
        Damages each kind of file of a history N times (500), and looks for everything in it.
  fuzz [DECODER] [--seconds N]
        Throws bytes of all kinds at what reads stored and imported ones, for ten minutes
        (600) each: entries, frames, imports, records. Needs a C++ compiler.
  icons
        Draws every icon again from icons/icon.svg.
  help
        Says this.";

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Run { headless: bool, release: bool },
    Test { only: Vec<String>, filters: Vec<String> },
    Screenshots { directory: PathBuf },
    Bench { subjects: Vec<Subject> },
    Try { trial: Trial, rounds: u32 },
    Fuzz { target: Option<String>, seconds: u32 },
    Icons,
}

/// Reads the task from the words after `cargo xtask`.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Task> {
    let mut words = words.into_iter();
    let Some(task) = words.next() else { return Ok(Task::Help) };
    let rest: Vec<String> = words.collect();
    match task.as_str() {
        "help" | "--help" | "-h" => Ok(Task::Help),
        "run" => run(&rest),
        "test" => tests(rest),
        "screenshots" => match rest.as_slice() {
            [directory] => Ok(Task::Screenshots { directory: directory.into() }),
            _ => bail!("screenshots needs one folder to put them in"),
        },
        "bench" => bench(&rest),
        "crash" => rounds(&rest, Trial::Crash, 1_000),
        "damage" => rounds(&rest, Trial::Damage, 500),
        "fuzz" => fuzz(&rest),
        "icons" => {
            ensure!(rest.is_empty(), "icons takes no arguments");
            Ok(Task::Icons)
        }
        other => bail!("there is no task {other}\n\n{HELP}"),
    }
}

fn bench(names: &[String]) -> Result<Task> {
    let subject = |name: &String| {
        let known = Subject::ALL.into_iter().find(|subject| subject.name() == *name);
        known.with_context(|| format!("bench does not know {name}"))
    };
    let subjects = names.iter().map(subject).collect::<Result<Vec<_>>>()?;
    Ok(Task::Bench { subjects: if names.is_empty() { Subject::ALL.into() } else { subjects } })
}

fn rounds(words: &[String], trial: Trial, usual: u32) -> Result<Task> {
    let rounds = match words {
        [] => usual,
        [flag, number] if flag == "--rounds" => {
            number.parse().ok().filter(|rounds| *rounds > 0).context("--rounds needs a number")?
        }
        _ => bail!("crash and damage know only --rounds N"),
    };
    Ok(Task::Try { trial, rounds })
}

fn fuzz(words: &[String]) -> Result<Task> {
    let (target, rest) = match words {
        [target, rest @ ..] if !target.starts_with("--") => (Some(target.clone()), rest),
        rest => (None, rest),
    };
    let seconds = match rest {
        [] => 600,
        [flag, number] if flag == "--seconds" => {
            number.parse().ok().filter(|it| *it > 0).context("--seconds needs a number")?
        }
        _ => bail!("fuzz knows one decoder and --seconds N"),
    };
    Ok(Task::Fuzz { target, seconds })
}

fn run(flags: &[String]) -> Result<Task> {
    let (mut headless, mut release) = (false, false);
    for flag in flags {
        match flag.as_str() {
            "--headless" => headless = true,
            "--release" => release = true,
            other => bail!("run does not know {other}; it knows --headless and --release"),
        }
    }
    Ok(Task::Run { headless, release })
}

fn tests(mut only: Vec<String>) -> Result<Task> {
    let filters = match only.iter().position(|word| word == "--") {
        Some(place) => only.drain(place..).skip(1).collect(),
        None => Vec::new(),
    };
    for name in &only {
        let known = test::names();
        ensure!(
            known.contains(&name.as_str()),
            "there is no check {name}; there are {}",
            known.join(", ")
        );
    }
    Ok(Task::Test { only, filters })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;

    use super::*;
    use crate::place;

    fn parsed(line: &str) -> Result<Task> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[rstest]
    #[case("", Task::Help)]
    #[case("help", Task::Help)]
    #[case("run", Task::Run { headless: false, release: false })]
    #[case("run --release --headless", Task::Run { headless: true, release: true })]
    #[case("test", Task::Test { only: vec![], filters: vec![] })]
    #[case("test clippy -- ipc", Task::Test { only: vec!["clippy".into()], filters: vec!["ipc".into()] })]
    #[case("screenshots out", Task::Screenshots { directory: "out".into() })]
    #[case("bench", Task::Bench { subjects: Subject::ALL.into() })]
    #[case("bench conversation", Task::Bench { subjects: vec![Subject::Conversation] })]
    #[case("crash", Task::Try { trial: Trial::Crash, rounds: 1_000 })]
    #[case("damage --rounds 7", Task::Try { trial: Trial::Damage, rounds: 7 })]
    #[case("fuzz", Task::Fuzz { target: None, seconds: 600 })]
    #[case("fuzz frames --seconds 9", Task::Fuzz { target: Some("frames".into()), seconds: 9 })]
    #[case("icons", Task::Icons)]
    fn tasks_are_understood(#[case] line: &str, #[case] task: Task) {
        assert_eq!(parsed(line).unwrap(), task);
    }

    #[rstest]
    #[case("walk")]
    #[case("run --fast")]
    #[case("test everything")]
    #[case("screenshots")]
    #[case("screenshots a b")]
    #[case("bench start")]
    #[case("crash 50")]
    #[case("damage --rounds none")]
    #[case("crash --rounds 0")]
    #[case("fuzz --seconds")]
    #[case("icons now")]
    fn what_is_not_known_is_refused(#[case] line: &str) {
        assert!(parsed(line).is_err(), "{line} must not be taken for something else");
    }

    #[test]
    fn the_help_names_every_check() {
        for name in test::names() {
            assert!(HELP.contains(name), "{name} can be named, so the help must list it");
        }
    }

    /// A document that names a command which does not exist sends a newcomer astray on day one.
    #[rstest]
    #[case("README.md")]
    #[case("CONTRIBUTING.md")]
    fn the_documents_commands_exist(#[case] document: &str) {
        let text = fs::read_to_string(place::root().join(document)).unwrap();
        let commands: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("cargo xtask"))
            .map(|rest| rest.split('#').next().unwrap_or_default())
            .collect();
        assert!(!commands.is_empty(), "{document} shows how to build and test");
        for command in commands {
            assert!(parsed(command).is_ok(), "{document} says `cargo xtask{command}`");
        }
    }
}

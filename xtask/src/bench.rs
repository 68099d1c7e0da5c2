//! `cargo xtask bench`: figures beside a baseline.

use std::process::ExitCode;

use anyhow::Result;

use crate::packages::{self, Purpose};
use crate::{cargo, interface, process, test};

/// Something that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The runtime of conversations, beside Chainlit.
    Conversation,
    /// What is stored, beside SQLite.
    History,
    /// Finding something in what is stored, beside SQLite's full-text index.
    Search,
    /// A large history out and into another, beside a plain ZIP.
    Transfer,
    /// The window's start and memory, beside a bare one.
    Window,
}

impl Subject {
    /// Every subject, in the order in which they are measured.
    pub(crate) const ALL: [Self; 5] =
        [Self::Conversation, Self::History, Self::Search, Self::Transfer, Self::Window];

    /// What it is called on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::History => "history",
            Self::Search => "search",
            Self::Transfer => "transfer",
            Self::Window => "window",
        }
    }
}

pub(crate) fn run(subjects: &[Subject]) -> Result<ExitCode> {
    for subject in subjects {
        let measured = match subject {
            Subject::Conversation => store("conversation")?,
            Subject::History => store("history")?,
            Subject::Search => store("search")?,
            Subject::Transfer => store("transfer")?,
            Subject::Window => window()?,
        };
        if !measured {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn store(bench: &str) -> Result<bool> {
    let mut command = cargo::command();
    command.args(["bench", "--package", "confidant-store", "--bench", bench]);
    Ok(process::run(&mut command)?.success())
}

fn window() -> Result<bool> {
    packages::ensure_for(&Purpose::ALL)?;
    interface::build()?;
    let mut stage = test::Stage::default();
    let mut command = cargo::command();
    command.args(["bench", "--features", cargo::APP, "--bench", "window"]);
    stage.set(&mut command)?;
    Ok(process::run(&mut command)?.success())
}

//! The command line, for when the window is no help.
//!
//! Nothing here prints what somebody keeps: of an account its identifier and counts, and no more.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is for the terminal")]

mod doctor;
mod export;
mod unlock;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use confidant_vault::Vault;

/// Something was found that the person should do something about.
const PROBLEM: u8 = 1;

/// The words could not be understood.
const USAGE: u8 = 2;

/// Where an app that is called by words keeps its things, and what it is called.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) data_dir: PathBuf,
    pub(crate) vault: Vault,
}

impl Place {
    fn users(&self) -> PathBuf {
        self.data_dir.join("users")
    }
}

/// What the words after the program ask for, or else the window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Words {
    Window,
    Help,
    Version,
    Doctor,
    /// Verify the account with this identifier, or every account.
    Verify(Option<String>),
    /// Export the account with this identifier.
    Export {
        identifier: String,
        path: PathBuf,
        markdown: bool,
    },
    /// Words that mean nothing.
    Unknown(String),
}

impl Words {
    /// Reads them. What a desktop or a system passes on its own, such as `-psn_0_1`, means nothing
    /// and opens the window; only words that look like ours are answered.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Self {
        let words: Vec<String> = words.into_iter().collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["help" | "--help" | "-h"] => Self::Help,
            ["--version" | "-V"] => Self::Version,
            ["doctor"] => Self::Doctor,
            ["verify"] => Self::Verify(None),
            ["verify", identifier] => Self::Verify(Some((*identifier).to_owned())),
            ["export", identifier, path] | ["export", "--markdown", identifier, path] => {
                Self::Export {
                    identifier: (*identifier).to_owned(),
                    path: path.into(),
                    markdown: words.len() == 4,
                }
            }
            [word @ ("help" | "doctor" | "verify" | "export"), ..] => {
                Self::Unknown((*word).to_owned())
            }
            _ => Self::Window,
        }
    }
}

/// Does what `words` ask for; `None` when they ask for the window.
pub(crate) fn answer(words: &Words, place: impl FnOnce() -> Place) -> Option<ExitCode> {
    let done = match words {
        Words::Window => return None,
        Words::Help => {
            let Place { name, .. } = place();
            println!("{}", help(&name));
            Ok(())
        }
        Words::Version => {
            println!("{} {}", place().name, env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        Words::Doctor => in_runtime(doctor::examine(&place())),
        Words::Verify(identifier) => in_runtime(verify::verify(&place(), identifier.as_deref())),
        Words::Export { identifier, path, markdown } => {
            in_runtime(export::export(&place(), identifier, path, *markdown))
        }
        Words::Unknown(word) => {
            eprintln!("These words after `{word}` mean nothing.\n\n{}", help(&place().name));
            return Some(ExitCode::from(USAGE));
        }
    };
    Some(if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(PROBLEM) })
}

/// Somebody should do something; it was said what.
struct Problem;

/// Says what is the matter, for the person to do something about.
fn complain(error: &str) -> Problem {
    eprintln!("{error}");
    Problem
}

fn in_runtime(work: impl Future<Output = Result<(), Problem>>) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            eprintln!("The system does not let this program run: {error}");
            Err(Problem)
        }
    }
}

fn help(name: &str) -> String {
    format!(
        "{name} opens its window when it is started without any of these words:

  doctor               looks at what {name} needs: accounts, display, web view, room on the
                       disk, and whether histories can be used
  verify [IDENTIFIER]  reads everything that an account keeps, or every account, compares both
                       of its copies and repairs what can be. Asks for a password where this
                       computer does not remember the account
  export [--markdown] IDENTIFIER FILE
                       writes every conversation of an account that is not in its bin to FILE, a
                       ZIP, which can be imported again or is Markdown to read
  --version            says which version this is
  help                 says this

It ends with 0 when all is well, with {PROBLEM} when something was found, and with {USAGE} when
the words mean nothing."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_words_keep_the_window_away() {
        let parse = |line: &str| Words::parse(line.split_whitespace().map(str::to_owned));
        for line in ["", "-psn_0_12345", "--some-flag", "file.json", "verified"] {
            assert_eq!(parse(line), Words::Window, "{line}");
        }
        assert_eq!(parse("doctor"), Words::Doctor);
        assert_eq!(parse("verify alice"), Words::Verify(Some("alice".into())));
        assert_eq!(parse("verify a b"), Words::Unknown("verify".into()));
        assert_eq!(parse("doctor --all"), Words::Unknown("doctor".into()));
        let export = |markdown| Words::Export {
            identifier: "alice".into(),
            path: "all.zip".into(),
            markdown,
        };
        assert_eq!(parse("export alice all.zip"), export(false));
        assert_eq!(parse("export --markdown alice all.zip"), export(true));
        assert_eq!(parse("export alice"), Words::Unknown("export".into()));
    }
}

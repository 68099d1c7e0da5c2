//! Threads: what is stored of a conversation besides its steps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::branch::{Branch, TRUNK};
use crate::clock;
use crate::ids::ThreadId;
use crate::name::{self, NameError};

/// The longest name of a thread, in characters.
pub const MAX_THREAD_NAME: usize = 200;

/// A stored conversation, without its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Never changes.
    pub id: ThreadId,
    /// Given by the person, by code, or taken from the first message.
    pub name: String,
    /// The name of the profile it was begun with.
    pub profile: String,
    /// When it came into being.
    pub created_at: Timestamp,
    /// When something was last said in it. The list of threads is sorted by this.
    pub last_activity: Timestamp,
    /// The keys of its session, without the built-in ones.
    pub session: Map<String, Value>,
    /// The chat settings, by id.
    pub settings: Map<String, Value>,
    /// How it went on otherwise, in the order in which that happened.
    pub branches: Vec<Branch>,
    /// The branch in view.
    pub branch: u32,
    /// Whether the person wants it at the top of the list.
    pub pinned: bool,
    /// When the person put it into the bin, if it is there.
    pub binned_at: Option<Timestamp>,
}

/// A list that a thread is in. The order of these is the order in which they are shown.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type,
)]
#[serde(rename_all = "camelCase")]
pub enum Shelf {
    /// Pinned to the top.
    Pinned,
    /// All others.
    Recent,
    /// In the bin, to be deleted for good after [`BIN_DAYS`].
    Bin,
}

/// How many days a thread stays in the bin.
pub const BIN_DAYS: i64 = 30;

impl Thread {
    /// A thread with `profile` that begins now, and that nothing was said in yet.
    #[must_use]
    pub fn begin(profile: &str) -> Self {
        let now = clock::now();
        Self {
            id: ThreadId::new(),
            name: String::new(),
            profile: profile.into(),
            created_at: now,
            last_activity: now,
            session: Map::new(),
            settings: Map::new(),
            branches: Vec::new(),
            branch: TRUNK,
            pinned: false,
            binned_at: None,
        }
    }

    /// Which list it is in, and the time by which it stands there, the newest first: that of its
    /// last activity, or in the bin that of coming there.
    #[must_use]
    pub fn standing(&self) -> (Shelf, Timestamp) {
        match self.binned_at {
            Some(at) => (Shelf::Bin, at),
            None if self.pinned => (Shelf::Pinned, self.last_activity),
            None => (Shelf::Recent, self.last_activity),
        }
    }

    /// What a list shows of it.
    #[must_use]
    pub fn summary(&self) -> ThreadSummary {
        ThreadSummary {
            id: self.id,
            name: self.name.clone(),
            profile: self.profile.clone(),
            created_at: self.created_at,
            last_activity: self.last_activity,
            pinned: self.pinned,
            binned_at: self.binned_at,
        }
    }
}

/// A thread as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ThreadSummary {
    /// The thread.
    pub id: ThreadId,
    /// Its name; empty until something was said.
    pub name: String,
    /// The name of its profile.
    pub profile: String,
    /// When it came into being.
    #[specta(type = String)]
    pub created_at: Timestamp,
    /// When something was last said in it.
    #[specta(type = String)]
    pub last_activity: Timestamp,
    /// Whether it is pinned to the top of the list.
    pub pinned: bool,
    /// When it came into the bin, if it is there.
    #[specta(type = Option<String>)]
    pub binned_at: Option<Timestamp>,
}

/// A name that somebody gives a thread, trimmed.
///
/// # Errors
///
/// When it is empty, over [`MAX_THREAD_NAME`], or holds control characters.
pub fn check_thread_name(name: &str) -> Result<String, NameError> {
    name::checked(name, MAX_THREAD_NAME)
}

/// A thread's name taken from its first message: the first line with words in it, without Markdown
/// marks at its start, cut between words.
#[must_use]
pub fn name_from(message: &str) -> String {
    const LONGEST: usize = 60;
    let line = message
        .lines()
        .map(|line| line.trim_start_matches(['#', '>', '*', '-', '`', ' ', '\t']).trim())
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let mut name = String::new();
    for word in line.split_whitespace() {
        let space = usize::from(!name.is_empty());
        if name.chars().count() + space + word.chars().count() > LONGEST {
            if name.is_empty() {
                name = word.chars().take(LONGEST - 1).collect();
            }
            name.push('…');
            break;
        }
        if space == 1 {
            name.push(' ');
        }
        name.push_str(word);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("Hello there", "Hello there")]
    #[case("\n\n## Plan  for\tMay\nmore", "Plan for May")]
    #[case("   ", "")]
    fn names_come_from_the_first_line_with_words(#[case] message: &str, #[case] name: &str) {
        assert_eq!(name_from(message), name);
    }

    #[test]
    fn long_first_lines_are_cut_between_words_and_long_words_within() {
        let name = name_from(&"word ".repeat(40));
        assert!(name.ends_with("word…"), "cut after a whole word, got {name}");
        assert!(name_from(&"ä".repeat(500)).chars().count() <= 61, "one endless word is cut too");
    }
}

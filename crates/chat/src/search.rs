//! Looking for what was said: what to look for, where it stands in a text, and what to show of it.
//!
//! Everything that searches agrees on what a word is and when something is found, because it asks
//! here: a [`History`](crate::port::history::History) with an index, one without, and whoever marks
//! what was found.

mod needle;
mod snippet;
mod words;

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::branch::TRUNK;
use crate::ids::ThreadId;
use crate::step::{Step, StepKind};
use crate::thread::Thread;

pub use needle::{Needle, Part};
pub use snippet::{Piece, marked, snippet};
pub use words::{Kind, Word, words};

/// The most characters that are looked for; what is longer is cut.
pub const LONGEST: usize = 500;

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// What they typed. See [`Needle::parse`].
    pub text: String,
    /// What comes first.
    pub order: Order,
    /// Only threads with this profile.
    pub profile: Option<String>,
    /// Only what this one says.
    pub speaker: Option<Speaker>,
    /// Only what was said at this time or later.
    #[specta(type = Option<String>)]
    pub since: Option<Timestamp>,
    /// Only what was said before this time.
    #[specta(type = Option<String>)]
    pub before: Option<Timestamp>,
    /// Only in this thread.
    pub thread: Option<ThreadId>,
}

impl Search {
    /// A search for `text` in everything, the newest first.
    #[must_use]
    pub fn everywhere(text: &str) -> Self {
        Self {
            text: text.into(),
            order: Order::Newest,
            profile: None,
            speaker: None,
            since: None,
            before: None,
            thread: None,
        }
    }

    /// What is looked for.
    #[must_use]
    pub fn needle(&self) -> Needle {
        let end = self.text.char_indices().nth(LONGEST).map_or(self.text.len(), |(end, _)| end);
        Needle::parse(&self.text[..end])
    }
}

/// What comes first of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// What was said last.
    Newest,
    /// What fits best.
    Relevance,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Speaker {
    /// The person.
    Person,
    /// The profile.
    Profile,
    /// The app itself.
    App,
}

impl Speaker {
    /// Who says a step; `None` when it is work, which is not said.
    #[must_use]
    pub fn of(kind: StepKind) -> Option<Self> {
        match kind {
            StepKind::User => Some(Self::Person),
            StepKind::Assistant => Some(Self::Profile),
            StepKind::System => Some(Self::App),
            StepKind::Run
            | StepKind::Tool
            | StepKind::Llm
            | StepKind::Embedding
            | StepKind::Retrieval
            | StepKind::Rerank => None,
        }
    }
}

/// Among what to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// The names of threads.
    Names,
    /// What was said in them.
    Said,
}

/// Where something stands in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In its name.
    Name,
    /// In the step with this sequence.
    Step(u32),
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The thread.
    pub thread: ThreadId,
    /// Where in it.
    pub place: Place,
    /// The branch that it was said in.
    pub branch: u32,
    /// When it was said; of a name, when something was last said in its thread.
    pub at: Timestamp,
}

/// Some of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// In the order that was asked for.
    pub items: Vec<Hit>,
    /// Whether there is more.
    pub more: bool,
    /// Whether everything was looked through. Where not, there may be more in a moment.
    pub whole: bool,
}

/// Something that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it says.
    pub text: String,
    /// The branch it was said in.
    pub branch: u32,
    /// Who said it; nobody says a name.
    pub speaker: Option<Speaker>,
    /// The profile of its thread.
    pub profile: String,
    /// When it was said; of a name, when something was last said in its thread.
    pub at: Timestamp,
}

impl Text {
    /// A thread's name.
    #[must_use]
    pub fn of_name(thread: &Thread) -> Self {
        Self {
            text: thread.name.clone(),
            branch: TRUNK,
            speaker: None,
            profile: thread.profile.clone(),
            at: thread.last_activity,
        }
    }

    /// What a step of a thread with `profile` says, with the names of what it carries; `None` when
    /// that is nothing.
    #[must_use]
    pub fn of_step(step: &Step, profile: &str) -> Option<Self> {
        let speaker = Some(Speaker::of(step.kind)?);
        let names = step.elements.iter().map(|element| element.name.as_str());
        let parts = std::iter::once(step.output.as_str()).chain(names);
        let text = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        let (branch, profile, at) = (step.branch, profile.into(), step.created_at);
        (!text.is_empty()).then_some(Self { text, branch, speaker, profile, at })
    }

    /// Where `search`, which looks for `needle`, finds it among `among`, as what stands at `place` of
    /// `thread`.
    #[must_use]
    pub fn find(
        &self,
        (thread, place): (ThreadId, Place),
        search: &Search,
        needle: &Needle,
        among: Among,
    ) -> Option<Hit> {
        let kind = match (among, self.speaker) {
            (Among::Names, None) => true,
            (Among::Said, Some(speaker)) => search.speaker.is_none_or(|wanted| wanted == speaker),
            _ => false,
        };
        let found = kind
            && search.thread.is_none_or(|wanted| wanted == thread)
            && search.profile.as_ref().is_none_or(|wanted| *wanted == self.profile)
            && search.since.is_none_or(|since| self.at >= since)
            && search.before.is_none_or(|before| self.at < before)
            && !needle.is_empty()
            && needle.is_in(&self.text);
        found.then_some(Hit { thread, place, branch: self.branch, at: self.at })
    }
}

/// Everything that can be found in a thread, with its place.
pub fn texts<'a>(
    thread: &'a Thread,
    steps: impl Iterator<Item = &'a Step> + 'a,
) -> impl Iterator<Item = (Place, Text)> + 'a {
    let said = steps
        .filter_map(|it| Some((Place::Step(it.sequence), Text::of_step(it, &thread.profile)?)));
    std::iter::once((Place::Name, Text::of_name(thread))).chain(said)
}

/// What sorts hits the newest first, or in a thread the last first.
#[must_use]
pub fn newest_first(search: &Search, hit: &Hit) -> Reverse<(Timestamp, Place)> {
    match search.thread {
        Some(_) => Reverse((Timestamp::MIN, hit.place)),
        None => Reverse((hit.at, hit.place)),
    }
}

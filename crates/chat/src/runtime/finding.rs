//! Looking for what was said: what a history finds, as the window shows it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use serde::Serialize;

use crate::ids::ThreadId;
use crate::port::history::{History, HistoryError};
use crate::runtime::SignedIn;
use crate::search::{Among, Hit, Needle, Piece, Place, Search, Speaker, Text, marked, snippet};
use crate::thread::{Thread, ThreadSummary};

/// How many threads are found by their names.
const NAMES: usize = 5;

/// How many messages are found at once.
const MESSAGES: usize = 30;

/// How many places are found in one thread.
const PLACES: usize = 1_000;

/// What was found among everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct Findings {
    /// Threads by their names.
    pub threads: Vec<FoundThread>,
    /// Messages by what they say.
    pub messages: Vec<FoundMessage>,
    /// How many messages to skip for those after these; `None` when there are no more.
    pub next: Option<u32>,
    /// Whether everything was looked through. Where not, there may be more in a moment.
    pub whole: bool,
}

/// A thread whose name was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FoundThread {
    /// The thread.
    pub thread: ThreadSummary,
    /// Its name.
    pub name: Vec<Piece>,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FoundMessage {
    /// The thread it is in.
    pub thread: ThreadSummary,
    /// The branch it was said in.
    pub branch: u32,
    /// Its place.
    pub sequence: u32,
    /// Who says it.
    pub speaker: Speaker,
    /// When it was said.
    #[specta(type = String)]
    pub at: Timestamp,
    /// The part of it that says most about what was looked for.
    pub snippet: Vec<Piece>,
}

/// Where something stands in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FoundPlaces {
    /// The places of messages of the branch in view, the first one first.
    pub sequences: Vec<u32>,
    /// Whether there are more, further up.
    pub more: bool,
    /// Whether everything was looked through. Where not, there may be more in a moment.
    pub whole: bool,
}

impl SignedIn {
    /// What `search` finds: messages after the first `skip`, and without any to skip threads by
    /// their names, too.
    ///
    /// # Errors
    ///
    /// When it cannot be looked up, or what was found cannot be read.
    pub async fn search(&self, search: Search, skip: u32) -> Result<Findings, HistoryError> {
        let history = &**self.history();
        let needle = search.needle();
        let mut known = Known::default();
        let (mut threads, mut whole) = (Vec::new(), true);
        if skip == 0 && search.speaker.is_none() && search.thread.is_none() {
            let hits = history.search(search.clone(), Among::Names, 0, NAMES).await?;
            whole &= hits.whole;
            for hit in hits.items {
                if let Some(thread) = known.thread(history, hit.thread).await?
                    && let Some(marks) = needle.marks(&thread.name)
                {
                    let name = marked(&thread.name, &marks);
                    threads.push(FoundThread { thread: thread.summary(), name });
                }
            }
        }
        let to_skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let hits = history.search(search, Among::Said, to_skip, MESSAGES).await?;
        whole &= hits.whole;
        let seen = u32::try_from(hits.items.len()).unwrap_or(u32::MAX);
        let next = hits.more.then(|| skip.saturating_add(seen));
        let mut messages = Vec::new();
        for hit in hits.items {
            if let Some(thread) = known.thread(history, hit.thread).await? {
                messages.extend(message(history, thread, hit, &needle).await?);
            }
        }
        Ok(Findings { threads, messages, next, whole })
    }

    /// Where `text` stands in the branch of a thread that is in view, of the last thousand places.
    ///
    /// # Errors
    ///
    /// When there is no such thread, or it cannot be looked up.
    pub async fn find(&self, thread: ThreadId, text: &str) -> Result<FoundPlaces, HistoryError> {
        let path = self.path(thread).await?;
        let search = Search { thread: Some(thread), ..Search::everywhere(text) };
        let hits = self.history().search(search, Among::Said, 0, PLACES).await?;
        let on_path = hits.items.into_iter().rev().filter_map(|hit| match hit.place {
            Place::Step(sequence) if path.shows(hit.branch, sequence) => Some(sequence),
            _ => None,
        });
        Ok(FoundPlaces { sequences: on_path.collect(), more: hits.more, whole: hits.whole })
    }
}

/// The message that `hit` is about, if it is there and still says what was looked for.
async fn message(
    history: &dyn History,
    thread: &Thread,
    hit: Hit,
    needle: &Needle,
) -> Result<Option<FoundMessage>, HistoryError> {
    let Place::Step(sequence) = hit.place else { return Ok(None) };
    let page = history.steps_from(thread.id, sequence, 1).await?;
    let Some(step) = page.items.into_iter().find(|step| step.sequence == sequence) else {
        return Ok(None);
    };
    let Some(said) = Text::of_step(&step, &thread.profile) else { return Ok(None) };
    Ok(needle.marks(&said.text).zip(said.speaker).map(|(marks, speaker)| FoundMessage {
        thread: thread.summary(),
        branch: said.branch,
        sequence,
        speaker,
        at: said.at,
        snippet: snippet(&said.text, &marks),
    }))
}

/// Threads that were read already: many messages are of the same few.
#[derive(Default)]
struct Known(HashMap<ThreadId, Option<Thread>>);

impl Known {
    /// A thread; `None` when it is gone, or does not open.
    async fn thread(
        &mut self,
        history: &dyn History,
        id: ThreadId,
    ) -> Result<Option<&Thread>, HistoryError> {
        let known = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(match history.thread(id).await {
                Ok(thread) => Some(thread),
                Err(HistoryError::NotFound | HistoryError::Damaged(_)) => None,
                Err(error) => return Err(error),
            }),
        };
        Ok(known.as_ref())
    }
}

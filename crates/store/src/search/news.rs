//! What was written and is not in the index yet. It is looked through as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use confidant_chat::ids::ThreadId;
use confidant_chat::search::{Among, Hit, Needle, Place, Search, Speaker, Text};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use crate::journal::entry::{Entries, Entry};
use crate::record::Record;

/// How long it stays quiet before what was written goes into the index.
const QUIET: Duration = Duration::from_secs(2);

/// How long it stays out of the index at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many texts of how many bytes stay out of it at most.
const TEXTS: usize = 1_000;
const BYTES: usize = 4 * 1024 * 1024;

/// How much may wait, in bytes, when more is written than goes into the index. What is more comes
/// from the journal later.
const WAITING: usize = 32 * 1024 * 1024;

/// Texts that are to be put into the index or taken out of it.
#[derive(Clone, Default)]
pub(crate) struct Batch {
    /// What stands at each place; `None` where there is nothing any more.
    pub(crate) texts: BTreeMap<(ThreadId, Place), Option<Text>>,
    /// Threads of which nothing stands in the index any more.
    pub(crate) gone: BTreeSet<ThreadId>,
    /// The number of the last change that is in it.
    pub(crate) position: u64,
    /// How much that is, in bytes.
    pub(crate) bytes: usize,
}

impl Batch {
    /// Adds a list of entries, the change `position`. `profile_of` tells the profile of a thread
    /// that is not in `profiles`.
    pub(crate) fn add(
        &mut self,
        position: u64,
        entries: &[u8],
        profiles: &mut Profiles,
        profile_of: &dyn Fn(ThreadId) -> Option<String>,
    ) {
        self.position = self.position.max(position);
        for entry in Entries(entries).map_while(Result::ok) {
            match entry {
                Entry::Thread { thread, record, .. } => {
                    // What does not read here does not read when it was found, either.
                    if let Ok(header) = Thread::parse(record) {
                        profiles.0.insert(thread, header.profile.clone());
                        self.put((thread, Place::Name), Some(Text::of_name(&header)));
                    }
                }
                Entry::NoThread(thread) => {
                    profiles.0.remove(&thread);
                    let of_thread = (thread, Place::Name)..=(thread, Place::Step(u32::MAX));
                    let texts: Vec<_> =
                        self.texts.range(of_thread).map(|(place, _)| *place).collect();
                    texts.iter().for_each(|place| drop(self.texts.remove(place)));
                    self.gone.insert(thread);
                }
                Entry::Step { thread, sequence, record, .. } => {
                    let Ok(step) = Step::parse(record) else { continue };
                    if Speaker::of(step.kind).is_some() {
                        let profile = profiles.get(thread, profile_of);
                        let text = Text::of_step(&step, &profile);
                        self.put((thread, Place::Step(sequence)), text);
                    }
                }
                Entry::NoStep { thread, sequence, .. } => {
                    self.put((thread, Place::Step(sequence)), None);
                }
                Entry::Preference { .. } | Entry::NoPreference { .. } => {}
            }
        }
    }

    fn put(&mut self, place: (ThreadId, Place), text: Option<Text>) {
        let length = |text: &Option<Text>| text.as_ref().map_or(0, |text| text.text.len());
        self.bytes += length(&text);
        let old = self.texts.insert(place, text);
        self.bytes -= old.as_ref().map_or(0, length);
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.gone.is_empty()
    }

    /// Where `search` finds something in it.
    pub(crate) fn find(&self, search: &Search, needle: &Needle, among: Among) -> Vec<Hit> {
        let find =
            |(place, text): (&_, &Option<Text>)| text.as_ref()?.find(*place, search, needle, among);
        self.texts.iter().filter_map(find).collect()
    }
}

/// The profiles of threads, as far as they were asked for.
#[derive(Default)]
pub(crate) struct Profiles(HashMap<ThreadId, String>);

impl Profiles {
    fn get(&mut self, thread: ThreadId, find: &dyn Fn(ThreadId) -> Option<String>) -> String {
        let known = self.0.entry(thread);
        // Of a thread that is gone already, its deletion comes next.
        known.or_insert_with(|| find(thread).unwrap_or_default()).clone()
    }
}

/// What was written and is not in the index yet.
#[derive(Default)]
pub(crate) struct News {
    /// Not read yet: entries, and their numbers.
    unread: VecDeque<(u64, Vec<u8>)>,
    unread_bytes: usize,
    /// Read.
    fresh: Arc<Batch>,
    /// On its way into the index.
    leaving: Option<Arc<Batch>>,
    profiles: Profiles,
    /// Whether some of it is only in the journal.
    missed: bool,
    /// When the first and the last of it came.
    first: Option<Instant>,
    last: Option<Instant>,
}

impl News {
    /// Entries were written as the change `position`.
    pub(crate) fn note(&mut self, position: u64, entries: Vec<u8>) {
        if self.missed {
            return;
        }
        self.unread_bytes += entries.len();
        self.unread.push_back((position, entries));
        let now = Instant::now();
        self.first.get_or_insert(now);
        self.last = Some(now);
        if self.unread_bytes + self.fresh.bytes > WAITING {
            self.begin();
            self.missed = true;
        }
    }

    /// Reads what was written, about `limit` bytes of it; whether that was all.
    pub(crate) fn read(
        &mut self,
        limit: usize,
        profile_of: &dyn Fn(ThreadId) -> Option<String>,
    ) -> bool {
        let mut read = 0;
        while read < limit {
            let Some((position, entries)) = self.unread.pop_front() else { return true };
            read += entries.len();
            self.unread_bytes -= entries.len();
            let fresh = Arc::make_mut(&mut self.fresh);
            fresh.add(position, &entries, &mut self.profiles, profile_of);
        }
        self.unread.is_empty()
    }

    /// How long until it is to go into the index; `None` when there is nothing to go.
    pub(crate) fn due_in(&self) -> Option<Duration> {
        if self.unread.is_empty() && self.fresh.is_empty() {
            return None;
        }
        let (first, last) = (self.first?, self.last?);
        let many = self.fresh.texts.len() >= TEXTS || self.unread_bytes + self.fresh.bytes >= BYTES;
        let left = |since: Instant, within: Duration| within.saturating_sub(since.elapsed());
        Some(if many { Duration::ZERO } else { left(first, PATIENCE).min(left(last, QUIET)) })
    }

    /// Sends what was read into the index.
    pub(crate) fn leave(&mut self) -> Arc<Batch> {
        (self.first, self.last) = (None, None);
        let leaving = std::mem::take(&mut self.fresh);
        self.leaving = Some(Arc::clone(&leaving));
        leaving
    }

    /// What was sent is in the index.
    pub(crate) fn arrived(&mut self) {
        self.leaving = None;
    }

    /// What was sent is not in the index, and is to be sent again.
    pub(crate) fn come_back(&mut self) {
        let Some(back) = self.leaving.take() else { return };
        let mut fresh = Arc::unwrap_or_clone(back);
        let newer = std::mem::take(&mut self.fresh);
        for thread in &newer.gone {
            fresh.texts.retain(|(of, _), _| of != thread);
        }
        let newer = Arc::unwrap_or_clone(newer);
        fresh.gone.extend(newer.gone);
        fresh.position = fresh.position.max(newer.position);
        for (place, text) in newer.texts {
            fresh.put(place, text);
        }
        self.fresh = Arc::new(fresh);
        self.first.get_or_insert_with(Instant::now);
        self.last.get_or_insert_with(Instant::now);
    }

    /// Everything until now comes from the journal.
    pub(crate) fn begin(&mut self) {
        *self = Self::default();
    }

    /// Whether some of it is only in the journal.
    pub(crate) fn has_missed(&self) -> bool {
        self.missed
    }

    /// What was read and is not in the index yet, the newer first.
    pub(crate) fn batches(&self) -> Vec<Arc<Batch>> {
        std::iter::once(&self.fresh).chain(&self.leaving).cloned().collect()
    }
}

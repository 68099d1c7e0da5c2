//! Threads in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::watch;

use crate::ids::{ElementId, StepId, ThreadId};
use crate::port::history::{
    Change, Durability, Figures, FileSource, History, HistoryError, Page, Repairs, ThreadCursor,
};
use crate::search::{Among, Hits, Search, newest_first, texts};
use crate::step::Step;
use crate::thread::{Shelf, Thread};

/// Threads in memory, with a switch that makes every write fail as on a full disk.
#[derive(Debug, Default)]
pub struct MemoryHistory {
    state: Mutex<State>,
    repairs: watch::Sender<Repairs>,
}

#[derive(Debug, Default)]
struct State {
    full: bool,
    /// Whether something was written since it was last asked to be on the disk.
    loose: bool,
    threads: BTreeMap<ThreadId, Thread>,
    steps: BTreeMap<(ThreadId, u32), Step>,
    preferences: BTreeMap<String, Value>,
    files: BTreeMap<(ThreadId, ElementId), Vec<u8>>,
}

impl MemoryHistory {
    /// From now on every write fails, or succeeds again.
    pub fn set_full(&self, full: bool) {
        self.lock().full = full;
    }

    /// Says that this was found damaged, as a real one may at any time.
    pub fn repaired(&self, repairs: Repairs) {
        self.repairs.send_replace(repairs);
    }

    /// Whether a real one would have everything on the disk, and not only with the system.
    #[must_use]
    pub fn is_on_disk(&self) -> bool {
        !self.lock().loose
    }

    /// Every step of a thread, of all its branches, oldest first.
    #[must_use]
    pub fn all_steps(&self, thread: ThreadId) -> Vec<Step> {
        let state = self.lock();
        state.steps.range((thread, 0)..=(thread, u32::MAX)).map(|(_, step)| step.clone()).collect()
    }

    /// Whether nothing is stored at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let state = self.lock();
        state.threads.is_empty() && state.preferences.is_empty() && state.files.is_empty()
    }

    fn listed(
        &self,
        wanted: impl Fn(Shelf) -> bool,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Page<Thread, ThreadCursor> {
        let mut threads: Vec<_> = self.lock().threads.values().cloned().collect();
        let place = |ThreadCursor { shelf, at, thread }| (shelf, Reverse((at, thread)));
        threads.retain(|thread| wanted(thread.standing().0));
        threads.sort_by_key(|thread| place(ThreadCursor::of(thread)));
        if let Some(after) = cursor {
            threads.retain(|thread| place(ThreadCursor::of(thread)) > place(after));
        }
        let more = threads.len() > limit;
        threads.truncate(limit);
        let next = threads.last().filter(|_| more).map(ThreadCursor::of);
        Page { items: threads, next }
    }

    // Nothing that can panic runs under this lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writable(&self) -> Result<MutexGuard<'_, State>, HistoryError> {
        let state = self.lock();
        if state.full { Err(HistoryError::StorageFull) } else { Ok(state) }
    }
}

#[async_trait]
impl History for MemoryHistory {
    async fn write(
        &self,
        changes: Vec<Change>,
        durability: Durability,
    ) -> Result<(), HistoryError> {
        let mut state = self.writable()?;
        state.loose = durability == Durability::Soon;
        for change in changes {
            match change {
                Change::PutThread(thread) => {
                    state.threads.insert(thread.id, *thread);
                }
                Change::PutStep { thread, step } => {
                    state.steps.insert((thread, step.sequence), *step);
                }
                Change::RemoveStep { thread, step } => {
                    state.steps.retain(|(of, _), known| *of != thread || known.id != step);
                }
                Change::DeleteThread(thread) => {
                    state.threads.remove(&thread);
                    state.steps.retain(|(of, _), _| *of != thread);
                    state.files.retain(|(of, _), _| *of != thread);
                }
                Change::PutPreference { name, value: Some(value) } => {
                    state.preferences.insert(name, value);
                }
                Change::PutPreference { name, value: None } => {
                    state.preferences.remove(&name);
                }
            }
        }
        Ok(())
    }

    async fn threads(
        &self,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        Ok(self.listed(|shelf| shelf != Shelf::Bin, cursor, limit))
    }

    async fn binned(
        &self,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        Ok(self.listed(|shelf| shelf == Shelf::Bin, cursor, limit))
    }

    async fn thread(&self, id: ThreadId) -> Result<Thread, HistoryError> {
        self.lock().threads.get(&id).cloned().ok_or(HistoryError::NotFound)
    }

    async fn steps(
        &self,
        thread: ThreadId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError> {
        let state = self.lock();
        let until = (thread, before.unwrap_or(u32::MAX));
        let mut steps = state.steps.range((thread, 0)..until).rev();
        let mut items: Vec<_> = steps.by_ref().take(limit).map(|(_, step)| step.clone()).collect();
        items.reverse();
        let next = steps.next().and_then(|_| items.first().map(|step| step.sequence));
        Ok(Page { items, next })
    }

    async fn steps_from(
        &self,
        thread: ThreadId,
        from: u32,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError> {
        let state = self.lock();
        let mut steps = state.steps.range((thread, from)..=(thread, u32::MAX));
        let items = steps.by_ref().take(limit).map(|(_, step)| step.clone()).collect();
        let next = steps.next().map(|((_, sequence), _)| *sequence);
        Ok(Page { items, next })
    }

    async fn step(&self, thread: ThreadId, id: StepId) -> Result<Option<Step>, HistoryError> {
        let steps = self.all_steps(thread);
        Ok(steps.into_iter().find(|step| step.id == id))
    }

    async fn next_sequence(&self, thread: ThreadId) -> Result<u32, HistoryError> {
        Ok(self.all_steps(thread).last().map_or(0, |step| step.sequence + 1))
    }

    async fn search(
        &self,
        search: Search,
        among: Among,
        skip: usize,
        limit: usize,
    ) -> Result<Hits, HistoryError> {
        let state = self.lock();
        let needle = search.needle();
        let mut items = Vec::new();
        for thread in state.threads.values().filter(|thread| thread.binned_at.is_none()) {
            let steps = state.steps.range((thread.id, 0)..=(thread.id, u32::MAX));
            let texts = texts(thread, steps.map(|(_, step)| step));
            items.extend(texts.filter_map(|(place, text)| {
                text.find((thread.id, place), &search, &needle, among)
            }));
        }
        items.sort_by_key(|hit| newest_first(&search, hit));
        let more = items.len() > skip.saturating_add(limit);
        let items = items.into_iter().skip(skip).take(limit).collect();
        Ok(Hits { items, more, whole: true })
    }

    async fn put_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        source: FileSource,
    ) -> Result<u64, HistoryError> {
        let bytes = match source {
            FileSource::Bytes(bytes) => bytes,
            FileSource::Path(path) => {
                tokio::fs::read(path).await.map_err(|error| unreadable(&error))?
            }
            FileSource::Part(part) => {
                let mut bytes = Vec::new();
                let read = part.open().and_then(|(mut all, _)| all.read_to_end(&mut bytes));
                read.map_err(|error| unreadable(&error))?;
                bytes
            }
        };
        let size = bytes.len() as u64;
        match self.writable()?.files.entry((thread, file)) {
            Entry::Vacant(place) => drop(place.insert(bytes)),
            Entry::Occupied(_) => return Err(HistoryError::Failed("there is such a file".into())),
        }
        Ok(size)
    }

    async fn read_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<u8>, HistoryError> {
        let state = self.lock();
        let bytes = state.files.get(&(thread, file)).ok_or(HistoryError::NotFound)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes[from..].iter().take(limit).copied().collect())
    }

    async fn remove_files(&self, thread: ThreadId) -> Result<(), HistoryError> {
        self.lock().files.retain(|(of, _), _| *of != thread);
        Ok(())
    }

    async fn preference(&self, name: &str) -> Result<Option<Value>, HistoryError> {
        Ok(self.lock().preferences.get(name).cloned())
    }

    async fn figures(&self) -> Result<Figures, HistoryError> {
        let state = self.lock();
        Ok(Figures {
            threads: state.threads.len() as u64,
            steps: state.steps.len() as u64,
            bytes: 0,
        })
    }

    fn repairs(&self) -> watch::Receiver<Repairs> {
        self.repairs.subscribe()
    }
}

fn unreadable(error: &io::Error) -> HistoryError {
    HistoryError::Failed(format!("the file to be kept cannot be read: {}", error.kind()))
}

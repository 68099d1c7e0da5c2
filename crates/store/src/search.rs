//! Looking something up: in the index, and in what is not in there yet.
//!
//! Whoever writes [notes](Searching::note) the entries of every change. A thread of its own, the
//! [keeper](keeper::Keeper), takes them into the index a few seconds later; until then they are
//! looked through one by one. The index knows the number of the last change that is in it, so after
//! any end of the app the journal has what it lacks; and where that has not, or there is no index
//! that can be read, it is made anew from the trees. So it is never to be relied on, never to be
//! waited for, and always right in the end.

mod everything;
mod keeper;
mod news;
mod turn;

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::search::{Among, Hits, Order, Search, newest_first};
use confidant_search::Index;

pub(crate) use self::keeper::Keeper;
use self::news::News;
use crate::read;
use crate::shared::Shared;

/// Where the index is, in a person's directory.
pub(crate) const DIRECTORY: &str = "index";

/// How much of what was written a search reads itself, in bytes, before it looks.
const AT_ONCE: usize = 1024 * 1024;

/// What those who write, who search and who keep the index share.
#[derive(Default)]
pub(crate) struct Searching {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    news: News,
    /// The index, from when it can be read.
    index: Option<Arc<Index>>,
    /// Whether everything is in it that is not news.
    whole: bool,
    /// Whether it was found to be damaged.
    broken: bool,
    closing: bool,
}

impl Searching {
    /// Entries were written as the change `position`. They are found from here on.
    pub(crate) fn note(&self, position: u64, entries: Vec<u8>) {
        self.lock().news.note(position, entries);
        self.wake.notify_one();
    }

    /// Where `search` finds something; see the port.
    pub(crate) fn find(
        &self,
        shared: &Shared,
        search: &Search,
        among: Among,
        skip: usize,
        limit: usize,
    ) -> Result<Hits, HistoryError> {
        let needle = search.needle();
        let mut whole = true;
        if needle.is_empty() {
            return Ok(Hits { items: Vec::new(), more: false, whole });
        }
        let mut unwanted = BTreeSet::from_iter(read::binned_ids(&*shared.engine()?)?);
        let (index, batches) = {
            let mut state = self.lock();
            whole &= state.news.read(AT_ONCE, &|thread| profile_of(shared, thread));
            whole &= state.whole && !state.news.has_missed();
            (state.index.clone(), state.news.batches())
        };
        let mut hits = Vec::new();
        let mut newer = BTreeSet::new();
        for batch in batches {
            let found = batch.find(search, &needle, among).into_iter();
            hits.extend(found.filter(|hit| {
                !unwanted.contains(&hit.thread) && !newer.contains(&(hit.thread, hit.place))
            }));
            newer.extend(batch.texts.keys().copied());
            unwanted.extend(&batch.gone);
        }
        hits.sort_by_key(|hit| newest_first(search, hit));
        let wanted = skip.saturating_add(limit).saturating_add(1);
        if let Some(index) = index {
            let unwanted: Vec<_> = unwanted.into_iter().collect();
            // As many more as may have been overtaken.
            match index.find(search, among, &unwanted, wanted.saturating_add(newer.len())) {
                Ok(found) => {
                    let found = found.into_iter();
                    hits.extend(found.filter(|hit| !newer.contains(&(hit.thread, hit.place))));
                }
                Err(error) => {
                    tracing::warn!("the search index is made anew: {error}");
                    self.give_up(&index);
                    whole = false;
                }
            }
        }
        if search.order == Order::Newest {
            hits.sort_by_key(|hit| newest_first(search, hit));
        }
        let more = hits.len() >= wanted;
        let items = hits.into_iter().skip(skip).take(limit).collect();
        Ok(Hits { items, more, whole })
    }

    /// Has `index` made anew, if it is still the one that is used.
    fn give_up(&self, index: &Arc<Index>) {
        let mut state = self.lock();
        if state.index.as_ref().is_some_and(|current| Arc::ptr_eq(current, index)) {
            (state.index, state.whole, state.broken) = (None, false, true);
            self.wake.notify_one();
        }
    }

    // Nothing that can panic runs under this lock but what reads records, and that leaves the news
    // as they were but for one of them.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The profile of a thread, as the trees have it.
fn profile_of(shared: &Shared, thread: ThreadId) -> Option<String> {
    let engine = shared.engine().ok()?;
    read::thread(&engine, shared.seal(), thread).ok().map(|thread| thread.profile)
}

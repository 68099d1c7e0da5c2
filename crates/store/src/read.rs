//! Reading: pages of threads and of steps, and single records.

use std::ops::Bound;

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::{HistoryError, Page, ThreadCursor};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use serde_json::Value;
use sled::IVec;

use crate::engine::Engine;
use crate::error::Trouble;
use crate::keys;
use crate::long;
use crate::record::{Preference, Record, Seal, damaged};
use crate::trees::{Tree, Trees};

/// A page of the threads that are not in the bin; see the port.
pub(crate) fn threads(
    engine: &Engine,
    seal: &Seal,
    cursor: Option<ThreadCursor>,
    limit: usize,
) -> Result<Page<Thread, ThreadCursor>, Trouble> {
    listed(engine, seal, cursor, limit, (Bound::Unbounded, Bound::Excluded(&keys::BIN)))
}

/// A page of the threads in the bin; see the port.
pub(crate) fn binned(
    engine: &Engine,
    seal: &Seal,
    cursor: Option<ThreadCursor>,
    limit: usize,
) -> Result<Page<Thread, ThreadCursor>, Trouble> {
    listed(engine, seal, cursor, limit, (Bound::Included(&keys::BIN), Bound::Unbounded))
}

/// The threads in the bin.
pub(crate) fn binned_ids(engine: &Engine) -> Result<Vec<ThreadId>, Trouble> {
    let (trees, _steady) = engine.steady();
    let keys = trees.tree(Tree::Recent).range(keys::BIN..).keys();
    let ids = keys.map(|key| Ok(keys::parse_recent(&key?).map(|place| place.thread)));
    ids.filter_map(Result::transpose).collect()
}

fn listed(
    engine: &Engine,
    seal: &Seal,
    cursor: Option<ThreadCursor>,
    limit: usize,
    (begin, end): (Bound<&[u8; 1]>, Bound<&[u8; 1]>),
) -> Result<Page<Thread, ThreadCursor>, Trouble> {
    let (trees, _steady) = engine.steady();
    let after = cursor.map(|it| keys::recent(keys::standing(it.shelf, it.at), it.thread));
    let begin = match &after {
        Some(after) => Bound::Excluded(&after[..]),
        None => begin.map(|it| &it[..]),
    };
    let mut entries = trees.tree(Tree::Recent).range::<&[u8], _>((begin, end.map(|it| &it[..])));
    let mut page = Page { items: Vec::new(), next: None };
    while page.items.len() < limit {
        let Some(entry) = entries.next() else { return Ok(Page { next: None, ..page }) };
        let (key, _) = entry?;
        let Some(place) = keys::parse_recent(&key) else { continue };
        let id = place.thread.as_bytes();
        let header = trees.get(Tree::Threads, id)?;
        // An entry that a damaged header left behind leads to nothing, or to the header's new time.
        let at = |header: &IVec| long::first(header).get(..keys::ID) == key.get(..keys::ID);
        let Some(header) = header.filter(at) else { continue };
        if let Some(thread) = or_skip(engine, open(trees, seal, id, keys::ID, &header))? {
            page.items.push(thread);
            page.next = Some(place);
        }
    }
    match entries.next() {
        Some(entry) => drop(entry?),
        None => page.next = None,
    }
    Ok(page)
}

/// One thread's header; see the port.
pub(crate) fn thread(engine: &Engine, seal: &Seal, id: ThreadId) -> Result<Thread, Trouble> {
    let (trees, _steady) = engine.steady();
    let header = trees.get(Tree::Threads, id.as_bytes())?;
    open(trees, seal, id.as_bytes(), keys::ID, &header.ok_or(HistoryError::NotFound)?)
}

/// A page of a thread's steps; see the port.
pub(crate) fn steps(
    engine: &Engine,
    seal: &Seal,
    thread: ThreadId,
    before: Option<u32>,
    limit: usize,
) -> Result<Page<Step, u32>, Trouble> {
    let (trees, _steady) = engine.steady();
    if !exists(trees, thread)? {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let first = keys::step(thread, 0);
    let steps = trees.tree(Tree::Steps);
    let mut entries = match before {
        Some(before) => steps.range(first..keys::step(thread, before)),
        None => steps.range(first..=keys::step(thread, u32::MAX)),
    }
    .rev();
    let mut page = Page { items: Vec::new(), next: None };
    let mut ended = false;
    while page.items.len() < limit {
        let Some(entry) = entries.next() else {
            ended = true;
            break;
        };
        let (key, value) = entry?;
        if let Some(step) = or_skip(engine, open::<Step>(trees, seal, &key, keys::ID, &value))? {
            page.items.push(step);
            page.next = keys::parse_sequence(&key);
        }
    }
    if ended || entries.next().transpose()?.is_none() {
        page.next = None;
    }
    page.items.reverse();
    Ok(page)
}

/// A page of a thread's steps from a place on; see the port.
pub(crate) fn steps_from(
    engine: &Engine,
    seal: &Seal,
    thread: ThreadId,
    from: u32,
    limit: usize,
) -> Result<Page<Step, u32>, Trouble> {
    let (trees, _steady) = engine.steady();
    let mut page = Page { items: Vec::new(), next: None };
    if !exists(trees, thread)? {
        return Ok(page);
    }
    let all = keys::step(thread, from)..=keys::step(thread, u32::MAX);
    for entry in trees.tree(Tree::Steps).range(all) {
        let (key, value) = entry?;
        if page.items.len() == limit {
            page.next = keys::parse_sequence(&key);
            break;
        }
        page.items.extend(or_skip(engine, open::<Step>(trees, seal, &key, keys::ID, &value))?);
    }
    Ok(page)
}

/// One step of a thread; see the port.
pub(crate) fn step(
    engine: &Engine,
    seal: &Seal,
    thread: ThreadId,
    id: StepId,
) -> Result<Option<Step>, Trouble> {
    let (trees, _steady) = engine.steady();
    let place = trees.get(Tree::Ids, id.as_bytes())?;
    let Some(place) = place.filter(|place| place.starts_with(thread.as_bytes())) else {
        return Ok(None);
    };
    if !exists(trees, thread)? {
        return Ok(None);
    }
    let lost = || damaged(Tree::Ids, id.as_bytes(), "it leads to no such step");
    let value = trees.get(Tree::Steps, &place)?.ok_or_else(lost)?;
    let step: Step = open(trees, seal, &place, keys::ID, &value)?;
    // Where a step is stands in the clear, so somebody may have changed that.
    if step.id == id { Ok(Some(step)) } else { Err(lost().into()) }
}

/// The first free place after a thread's steps; see the port. Keys alone tell, so that a step which
/// does not open keeps its place.
pub(crate) fn next_sequence(engine: &Engine, thread: ThreadId) -> Result<u32, Trouble> {
    let (trees, _steady) = engine.steady();
    if !exists(trees, thread)? {
        return Ok(0);
    }
    let all = keys::step(thread, 0)..=keys::step(thread, u32::MAX);
    let last = trees.tree(Tree::Steps).range(all).next_back();
    let last = last.transpose()?;
    let sequence = last.and_then(|(key, _)| keys::parse_sequence(&key));
    Ok(sequence.map_or(0, |sequence| sequence.saturating_add(1)))
}

/// The value of a preference; see the port.
pub(crate) fn preference(
    engine: &Engine,
    seal: &Seal,
    name: &str,
) -> Result<Option<Value>, Trouble> {
    let (trees, _steady) = engine.steady();
    let key = engine.names().hash(name);
    let found = trees.get(Tree::Preferences, &key)?;
    let record = found.map(|value| open::<Preference>(trees, seal, &key, 0, &value)).transpose()?;
    Ok(record.map(|preference| preference.value))
}

/// Whether there is such a thread. Steps of one that was deleted may outlive it for a while.
pub(crate) fn exists(trees: &Trees, thread: ThreadId) -> Result<bool, Trouble> {
    Ok(trees.tree(Tree::Threads).contains_key(thread.as_bytes())?)
}

/// The record at `key`, given what its tree holds there and how much of it is readable.
fn open<R: Record>(
    trees: &Trees,
    seal: &Seal,
    key: &[u8],
    beside: usize,
    value: &IVec,
) -> Result<R, Trouble> {
    let whole = long::join(trees, R::TREE, key, value)?;
    Ok(seal.open(key, beside, &whole)?)
}

/// In a list, one record that does not open must not hide the others.
fn or_skip<R: Record>(engine: &Engine, opened: Result<R, Trouble>) -> Result<Option<R>, Trouble> {
    match opened {
        Ok(record) => Ok(Some(record)),
        Err(Trouble::Refused(error @ (HistoryError::Damaged(_) | HistoryError::Newer { .. }))) => {
            tracing::warn!("left out of a list, in {}: {error}", R::TREE.name());
            engine.suspect();
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

//! Comparing the two copies of a history, and putting right from one what is damaged in the other.
//!
//! Both hold every record. Where they differ one of them is out of date or damaged, and which one
//! that is can be told: a journal that lacks no number is right, and where it lacks some, it is right
//! about whatever it has from after them. About everything else the trees are right, except for
//! records that do not open.
//!
//! It is done a bit at a time, with changes in between. What is changed meanwhile is right by itself
//! and left alone.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use confidant_chat::failure::{Failure, FailureCode};
use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{HistoryError, Repairs};
use confidant_chat::step::{Step, StepKind, StepState};
use confidant_chat::thread::{Shelf, Thread};
use jiff::Timestamp;
use sled::IVec;

use crate::apply::Plan;
use crate::engine::{self, Engine};
use crate::error::{Trouble, calmly};
use crate::figures::Figures;
use crate::journal::entry::{Entries, Entry};
use crate::journal::{Journal, Kept, Scan};
use crate::keys::{self, ID};
use crate::long;
use crate::record::{Record, Seal};
use crate::trees::Tree;
use crate::writes::Writes;

/// How much is done at once: a few milliseconds' worth of records, and of bytes of the journal.
const RECORDS: usize = 300;
const BYTES: usize = 512 * 1024;

/// A record, by what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum About {
    Thread(ThreadId),
    Step(ThreadId, u32),
    /// By its key in the tree.
    Preference([u8; 32]),
}

/// What the journal says about a record.
#[derive(Clone, Copy, Debug)]
struct Said {
    /// The number of the change that said so last.
    number: u64,
    /// A hash of what it is.
    hash: u64,
}

/// A comparison under way.
pub(crate) struct Comparison {
    stage: Stage,
    /// What the journal says, of what is still to be compared.
    said: BTreeMap<About, Said>,
    /// The highest number that the journal lacks.
    hidden: Option<u64>,
    /// What is to be put right from the journal, with the number of the change that has it.
    wanted: BTreeMap<About, u64>,
    /// What was changed since it began.
    changed: HashSet<About>,
    deleted: HashSet<ThreadId>,
    /// The thread that was last seen to be there, or made to be.
    headed: Option<ThreadId>,
    found: Repairs,
}

enum Stage {
    Listening(Scan),
    /// Which tree is being walked, and from which key on.
    Walking(usize, Vec<u8>),
    Healing(Scan),
    Done,
}

/// The trees that are compared, and then those that lead to their records.
const TREES: [Tree; 5] = [Tree::Threads, Tree::Steps, Tree::Preferences, Tree::Recent, Tree::Ids];

/// How a comparison came out.
pub(crate) struct Outcome {
    /// What was put right in the trees, and what is lost.
    pub(crate) found: Repairs,
    /// Whether the journal lacks something, and needs a new base.
    pub(crate) gaps: bool,
}

impl Comparison {
    /// Begins one, of everything up to now.
    pub(crate) fn begin(journal: &Journal) -> Result<Self, HistoryError> {
        Ok(Self {
            stage: Stage::Listening(journal.scan(1)?),
            said: BTreeMap::new(),
            hidden: None,
            wanted: BTreeMap::new(),
            changed: HashSet::new(),
            deleted: HashSet::new(),
            headed: None,
            found: Repairs::default(),
        })
    }

    /// Leaves alone from now on what `entries` change.
    pub(crate) fn leave(&mut self, engine: &Engine, entries: &[u8]) -> Result<(), HistoryError> {
        for entry in Entries(entries) {
            match entry? {
                Entry::NoThread(thread) => {
                    self.deleted.insert(thread);
                }
                entry => self.changed.extend(about(engine, &entry)),
            }
        }
        Ok(())
    }

    /// Goes on for a bit; how it came out when that was all.
    ///
    /// # Errors
    ///
    /// [`Trouble::Broken`] when the trees do not answer.
    pub(crate) fn go_on(
        &mut self,
        engine: &Engine,
        seal: &Seal,
        journal: &Journal,
    ) -> Result<Option<Outcome>, Trouble> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Listening(scan) => self.stage = self.listen(engine, scan)?,
            Stage::Walking(tree, from) => {
                let writes = calmly(|| self.walk(engine, seal, tree, from))?;
                commit(engine, &writes)?;
                if matches!(self.stage, Stage::Done) {
                    self.stage = self.rest(engine, journal)?;
                }
            }
            Stage::Healing(scan) => self.stage = calmly(|| self.heal(engine, seal, scan))?,
            Stage::Done => {
                // Whoever put something right does not rely on having counted right.
                if !self.found.is_empty() {
                    let dead = engine.figures()?.dead;
                    let counted = calmly(|| Ok(engine::count(engine.trees())?))?;
                    engine.set_figures(Figures { dead, ..counted })?;
                }
                return Ok(Some(Outcome { found: self.found, gaps: self.hidden.is_some() }));
            }
        }
        Ok(None)
    }

    /// Hears what the journal says.
    fn listen(&mut self, engine: &Engine, mut scan: Scan) -> Result<Stage, HistoryError> {
        let mut heard = 0;
        while heard < BYTES {
            let Some(Kept { number, entries }) = scan.next()? else {
                self.hidden = scan.hidden();
                return Ok(Stage::Walking(0, Vec::new()));
            };
            for entry in Entries(&entries) {
                self.hear(engine, number, &entry?);
            }
            heard += entries.len();
        }
        Ok(Stage::Listening(scan))
    }

    fn hear(&mut self, engine: &Engine, number: u64, entry: &Entry<'_>) {
        if let Entry::NoThread(thread) = entry {
            self.said.remove(&About::Thread(*thread));
            let steps = About::Step(*thread, 0)..=About::Step(*thread, u32::MAX);
            let gone: Vec<_> = self.said.range(steps).map(|(step, _)| *step).collect();
            for step in gone {
                self.said.remove(&step);
            }
            return;
        }
        let Some(about) = about(engine, entry) else { return };
        match hash_of(entry) {
            Some(hash) => self.said.insert(about, Said { number, hash }),
            None => self.said.remove(&about),
        };
    }

    /// Walks on through a tree; what that puts right at once.
    fn walk(
        &mut self,
        engine: &Engine,
        seal: &Seal,
        tree: usize,
        from: Vec<u8>,
    ) -> Result<Writes, Trouble> {
        let mut plan = Plan::begin(engine, seal)?;
        let Some(&walked) = TREES.get(tree) else { return Ok(plan.finish(None)) };
        self.stage = Stage::Walking(tree + 1, Vec::new());
        for (seen, found) in engine.trees().tree(walked).range(from..).enumerate() {
            let (key, value) = found?;
            if seen == RECORDS {
                self.stage = Stage::Walking(tree, key.to_vec());
                break;
            }
            match walked {
                Tree::Recent => check_recent(&mut plan, &key)?,
                Tree::Ids => check_id(&mut plan, &key, &value)?,
                _ => self.compare(&mut plan, seal, walked, &key, &value)?,
            }
        }
        if tree + 1 == TREES.len() && matches!(self.stage, Stage::Walking(next, _) if next > tree) {
            self.stage = Stage::Done;
        }
        plan.accept();
        Ok(plan.finish(None))
    }

    /// Compares one record of the trees with what the journal says.
    fn compare(
        &mut self,
        plan: &mut Plan<'_>,
        seal: &Seal,
        tree: Tree,
        key: &IVec,
        value: &IVec,
    ) -> Result<(), Trouble> {
        let engine = plan.engine;
        let about = match tree {
            Tree::Threads => {
                (&**key).try_into().ok().map(|id| About::Thread(ThreadId::from_bytes(id)))
            }
            Tree::Steps => keys::parse_place(key).map(|(thread, at)| About::Step(thread, at)),
            _ => (&**key).try_into().ok().map(About::Preference),
        };
        let Some(about) = about else { return plan.remove(tree, key) };
        if let About::Step(thread, _) = about
            && plan.pending.get(Tree::Deleted, thread.as_bytes())?.is_some()
        {
            self.said.remove(&about);
            return Ok(());
        }
        let said = self.said.remove(&about);
        if self.is_left(&about) {
            return Ok(());
        }
        let whole = long::join(engine.trees(), tree, key, value)?;
        let beside = if tree == Tree::Preferences { 0 } else { ID };
        let plain = seal.open_bytes(tree, key, beside, &whole).ok();
        let fits = plain.as_ref().map(|plain| hash(whole.get(..beside), plain));
        match (fits, said) {
            (Some(here), Some(said)) if here == said.hash => {}
            // The trees have what the journal lost.
            (Some(_), Some(said)) if self.hidden > Some(said.number) => {}
            (Some(_), None) if self.hidden.is_some() => {}
            (_, Some(said)) => {
                self.wanted.insert(about, said.number);
                return Ok(());
            }
            // What was removed has turned up again.
            (Some(_), None) => {
                self.found.healed += 1;
                return drop_record(plan, about, key, value);
            }
            (None, None) if self.hidden.is_none() => {
                self.found.healed += 1;
                return drop_record(plan, about, key, value);
            }
            (None, None) => return self.lose(plan, about, key, value),
        }
        self.check_ways(plan, about, key, &whole)
    }

    /// Sees to it that a record that is as it should be is found.
    fn check_ways(
        &mut self,
        plan: &mut Plan<'_>,
        about: About,
        key: &[u8],
        whole: &[u8],
    ) -> Result<(), Trouble> {
        match about {
            About::Thread(thread) => {
                let Some((time, _)) = whole.split_first_chunk::<ID>() else { return Ok(()) };
                let recent = keys::recent(*time, thread);
                if plan.pending.get(Tree::Recent, &recent)?.is_none() {
                    self.found.healed += 1;
                    plan.pending.put(Tree::Recent, &recent, b"");
                }
            }
            About::Step(thread, _) => {
                let Some(step) = keys::parse_step(whole) else { return Ok(()) };
                if plan.pending.get(Tree::Ids, step.as_bytes())?.as_deref() != Some(key) {
                    self.found.healed += 1;
                    plan.pending.put(Tree::Ids, step.as_bytes(), key);
                }
                self.check_header(plan, thread)?;
            }
            About::Preference(_) => {}
        }
        Ok(())
    }

    /// Gives a step's thread a header if it has lost its own.
    fn check_header(&mut self, plan: &mut Plan<'_>, thread: ThreadId) -> Result<(), Trouble> {
        if self.headed == Some(thread) {
            return Ok(());
        }
        self.headed = Some(thread);
        let said = self.said.contains_key(&About::Thread(thread))
            || self.wanted.contains_key(&About::Thread(thread));
        if said || plan.pending.get(Tree::Threads, thread.as_bytes())?.is_some() {
            return Ok(());
        }
        head(plan, thread)
    }

    /// Puts something that says so in the place of a record that is lost.
    fn lose(
        &mut self,
        plan: &mut Plan<'_>,
        about: About,
        key: &[u8],
        value: &IVec,
    ) -> Result<(), Trouble> {
        self.found.lost += 1;
        match about {
            About::Thread(thread) => head(plan, thread),
            About::Step(thread, sequence) => {
                let id = keys::parse_step(long::first(value)).unwrap_or_default();
                let at = id.time().unwrap_or(Timestamp::UNIX_EPOCH);
                let failure = Failure::new(FailureCode::StorageDamaged, "");
                let step = Step {
                    id,
                    state: StepState::Failed,
                    failure: Some(failure),
                    created_at: at,
                    ended_at: Some(at),
                    ..Step::said(StepKind::System, sequence, String::new())
                };
                let record = &step.plain()?;
                plan.enter(&Entry::Step { thread, sequence, step: id, record })?;
                self.check_header(plan, thread)
            }
            About::Preference(_) => plan.remove(Tree::Preferences, key),
        }
    }

    /// What the trees lack is wanted, too.
    fn rest(&mut self, engine: &Engine, journal: &Journal) -> Result<Stage, Trouble> {
        for (about, said) in std::mem::take(&mut self.said) {
            let removed_since = self.hidden > Some(said.number);
            if removed_since || self.is_left(&about) || is_there(engine, about)? {
                continue;
            }
            self.wanted.insert(about, said.number);
        }
        if self.wanted.is_empty() { Ok(Stage::Done) } else { Ok(Stage::Healing(journal.scan(1)?)) }
    }

    /// Puts right what is wanted.
    fn heal(&mut self, engine: &Engine, seal: &Seal, mut scan: Scan) -> Result<Stage, Trouble> {
        let mut plan = Plan::begin(engine, seal)?;
        let (mut ended, mut heard) = (false, 0);
        while heard < BYTES {
            let Some(Kept { number, entries }) = scan.next()? else {
                ended = true;
                break;
            };
            heard += entries.len();
            for entry in Entries(&entries) {
                let entry = entry?;
                let Some(about) = about(engine, &entry) else { continue };
                let wanted = self.wanted.get(&about) == Some(&number) && hash_of(&entry).is_some();
                if wanted && !self.is_left(&about) {
                    plan.enter(&entry)?;
                    self.found.healed += 1;
                }
            }
        }
        plan.accept();
        commit(engine, &plan.finish(None))?;
        Ok(if ended { Stage::Done } else { Stage::Healing(scan) })
    }

    fn is_left(&self, about: &About) -> bool {
        let thread = match about {
            About::Thread(thread) | About::Step(thread, _) => Some(thread),
            About::Preference(_) => None,
        };
        self.changed.contains(about) || thread.is_some_and(|thread| self.deleted.contains(thread))
    }
}

fn commit(engine: &Engine, writes: &Writes) -> Result<(), Trouble> {
    if writes.is_empty() { Ok(()) } else { engine.commit(writes) }
}

/// What an entry is about, unless that is a whole thread that is gone.
fn about(engine: &Engine, entry: &Entry<'_>) -> Option<About> {
    match *entry {
        Entry::Thread { thread, .. } => Some(About::Thread(thread)),
        Entry::NoThread(_) => None,
        Entry::Step { thread, sequence, .. } | Entry::NoStep { thread, sequence, .. } => {
            Some(About::Step(thread, sequence))
        }
        Entry::Preference { name, .. } | Entry::NoPreference { name } => {
            Some(About::Preference(engine.names().hash(name)))
        }
    }
}

/// A hash of the record that an entry has, if it has one.
fn hash_of(entry: &Entry<'_>) -> Option<u64> {
    match entry {
        Entry::Thread { time, record, .. } => Some(hash(Some(time), record)),
        Entry::Step { step, record, .. } => Some(hash(Some(step.as_bytes()), record)),
        Entry::Preference { record, .. } => Some(hash(Some(&[]), record)),
        Entry::NoThread(_) | Entry::NoStep { .. } | Entry::NoPreference { .. } => None,
    }
}

fn hash(beside: Option<&[u8]>, record: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (beside, record).hash(&mut hasher);
    hasher.finish()
}

/// Takes out of the trees what should not be there.
fn drop_record(plan: &mut Plan<'_>, about: About, key: &[u8], value: &IVec) -> Result<(), Trouble> {
    match about {
        About::Thread(thread) => {
            plan.forget_recent(thread, value);
            plan.figures.threads = plan.figures.threads.saturating_sub(1);
            plan.remove(Tree::Threads, key)
        }
        About::Step(..) => {
            if let Some(step) = keys::parse_step(long::first(value))
                && plan.pending.get(Tree::Ids, step.as_bytes())?.as_deref() == Some(key)
            {
                plan.pending.remove(Tree::Ids, step.as_bytes());
            }
            plan.remove_at(key)
        }
        About::Preference(_) => plan.remove(Tree::Preferences, key),
    }
}

/// A header for a thread that has lost its own: without a name or a profile, and with the times that
/// the identifiers tell.
fn head(plan: &mut Plan<'_>, thread: ThreadId) -> Result<(), Trouble> {
    let steps = keys::step(thread, 0)..=keys::step(thread, u32::MAX);
    let last = plan.engine.trees().tree(Tree::Steps).range(steps).next_back().transpose()?;
    let last = last.and_then(|(_, value)| keys::parse_step(long::first(&value))?.time());
    let created_at = thread.time().unwrap_or(Timestamp::UNIX_EPOCH);
    let last_activity = last.unwrap_or(created_at);
    let header = Thread { id: thread, created_at, last_activity, ..Thread::begin("") };
    let time = keys::standing(Shelf::Recent, last_activity);
    plan.enter(&Entry::Thread { thread, time, record: &header.plain()? })
}

/// Removes an entry of the list of threads that leads nowhere.
fn check_recent(plan: &mut Plan<'_>, key: &IVec) -> Result<(), Trouble> {
    let header = match keys::parse_recent(key) {
        Some(place) => plan.pending.get(Tree::Threads, place.thread.as_bytes())?,
        None => None,
    };
    let time = |header: &IVec| long::first(header).get(..ID) == key.get(..ID);
    if !header.as_ref().is_some_and(time) {
        plan.pending.remove(Tree::Recent, key);
    }
    Ok(())
}

/// Removes the place of a step that is not there.
fn check_id(plan: &mut Plan<'_>, key: &IVec, place: &IVec) -> Result<(), Trouble> {
    let step = plan.pending.get(Tree::Steps, place)?;
    let there = step.and_then(|value| keys::parse_step(long::first(&value)));
    if there.is_none_or(|step| step.as_bytes()[..] != **key) {
        plan.pending.remove(Tree::Ids, key);
    }
    Ok(())
}

fn is_there(engine: &Engine, about: About) -> Result<bool, Trouble> {
    let trees = engine.trees();
    Ok(match about {
        About::Thread(thread) => trees.get(Tree::Threads, thread.as_bytes())?.is_some(),
        About::Step(thread, at) => trees.get(Tree::Steps, &keys::step(thread, at))?.is_some(),
        About::Preference(key) => trees.get(Tree::Preferences, &key)?.is_some(),
    })
}

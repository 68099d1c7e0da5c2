//! What changes mean for the trees. This is the only writer of what a person keeps: whatever else
//! may come to hold changes, a journal say, they take effect here.

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::{Change, HistoryError};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use sled::IVec;

use crate::engine::Engine;
use crate::error::Trouble;
use crate::keys;
use crate::long;
use crate::pending::Pending;
use crate::record::{Preference, Seal};
use crate::trees::Tree;
use crate::writes::Writes;

/// Where the counts are kept in `meta`.
pub(crate) const FIGURES: &[u8] = b"figures";

/// How many threads and steps there are. Kept, because sled counts by walking a whole tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) threads: u64,
    pub(crate) steps: u64,
}

impl Counts {
    /// As `meta` keeps them.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        ((u128::from(self.threads) << 64) | u128::from(self.steps)).to_be_bytes()
    }

    /// What `meta` keeps, if that is what these bytes are.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (threads, steps) = bytes.split_first_chunk()?;
        Some(Self {
            threads: u64::from_be_bytes(*threads),
            steps: u64::from_be_bytes(steps.try_into().ok()?),
        })
    }
}

/// A list of changes on its way into the trees.
pub(crate) struct Plan<'a> {
    engine: &'a Engine,
    seal: &'a Seal,
    pub(crate) pending: Pending<'a>,
    before: Counts,
    pub(crate) counts: Counts,
}

impl<'a> Plan<'a> {
    /// What `changes` write, in order. Nothing is written yet.
    ///
    /// # Errors
    ///
    /// [`Trouble::Refused`] when one of them cannot be done, [`Trouble::Broken`] when the trees do
    /// not answer.
    pub(crate) fn writes(
        engine: &'a Engine,
        seal: &'a Seal,
        changes: &[Change],
    ) -> Result<Writes, Trouble> {
        let mut plan = Self::begin(engine, seal)?;
        for change in changes {
            match change {
                Change::PutThread(thread) => plan.put_thread(thread)?,
                Change::PutStep { thread, step } => plan.put_step(*thread, step)?,
                Change::RemoveStep { thread, step } => plan.remove_step(*thread, *step)?,
                Change::DeleteThread(thread) => plan.delete_thread(*thread)?,
                Change::PutPreference { name, value } => {
                    let key = plan.engine.names().hash(name);
                    match value {
                        None => long::remove(&mut plan.pending, Tree::Preferences, &key)?,
                        Some(value) => {
                            let record = Preference { name: name.clone(), value: value.clone() };
                            let value = seal.close(&key, b"", &record)?;
                            long::put(&mut plan.pending, Tree::Preferences, &key, &value)?;
                        }
                    }
                }
            }
        }
        Ok(plan.finish())
    }

    /// A plan that writes nothing yet.
    pub(crate) fn begin(engine: &'a Engine, seal: &'a Seal) -> Result<Self, Trouble> {
        let pending = Pending::new(engine.trees());
        let before = engine.counts()?;
        Ok(Self { engine, seal, pending, before, counts: before })
    }

    /// The writes, with the counts that they come to.
    pub(crate) fn finish(mut self) -> Writes {
        if self.counts != self.before {
            self.pending.put(Tree::Meta, FIGURES, &self.counts.to_bytes()[..]);
        }
        self.pending.into_writes()
    }

    fn put_thread(&mut self, thread: &Thread) -> Result<(), Trouble> {
        let key = thread.id.as_bytes();
        let time = keys::newest_first(thread.last_activity);
        match self.pending.get(Tree::Threads, key)? {
            None => {
                self.finish_deleting(key)?;
                self.counts.threads += 1;
            }
            Some(old) => self.forget_recent(thread.id, &old),
        }
        self.pending.put(Tree::Recent, &keys::recent(time, thread.id), b"");
        let value = self.seal.close(key, &time, thread)?;
        Ok(long::put(&mut self.pending, Tree::Threads, key, &value)?)
    }

    fn put_step(&mut self, thread: ThreadId, step: &Step) -> Result<(), Trouble> {
        if self.pending.get(Tree::Threads, thread.as_bytes())?.is_none() {
            return Err(HistoryError::NotFound.into());
        }
        let place = keys::step(thread, step.sequence);
        let id = step.id.as_bytes();
        match self.place_of(step.id)? {
            Some(known) if known == place => {}
            Some(_) => return Err(misplaced(step, "it already has another place")),
            None if self.pending.get(Tree::Steps, &place)?.is_some() => {
                return Err(misplaced(step, "another step is there"));
            }
            None => {
                self.counts.steps += 1;
                self.pending.put(Tree::Ids, id, &place[..]);
            }
        }
        let value = self.seal.close(&place, id, step)?;
        Ok(long::put(&mut self.pending, Tree::Steps, &place, &value)?)
    }

    /// A step that is not there, or not in that thread, is already removed from it.
    fn remove_step(&mut self, thread: ThreadId, step: StepId) -> Result<(), Trouble> {
        let place = self.place_of(step)?;
        if let Some(place) = place.filter(|place| place.starts_with(thread.as_bytes())) {
            long::remove(&mut self.pending, Tree::Steps, &place)?;
            self.pending.remove(Tree::Ids, step.as_bytes());
            self.counts.steps = self.counts.steps.saturating_sub(1);
        }
        Ok(())
    }

    /// Takes a thread out of the list, given its value in `threads`.
    pub(crate) fn forget_recent(&mut self, thread: ThreadId, header: &IVec) {
        // A header too short to hold its time is damaged; reading the list skips what it leaves.
        if let Some((time, _)) = long::first(header).split_first_chunk::<{ keys::ID }>() {
            self.pending.remove(Tree::Recent, &keys::recent(*time, thread));
        }
    }
}

fn misplaced(step: &Step, why: &str) -> Trouble {
    let (id, sequence) = (step.id, step.sequence);
    Trouble::Refused(HistoryError::Failed(format!("step {id} cannot be at {sequence}: {why}")))
}

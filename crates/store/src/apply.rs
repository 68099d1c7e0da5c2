//! What changes mean for the trees.
//!
//! A change becomes [entries](Entry), which is where it is refused if it cannot be done, and entries
//! become writes. Nothing else writes what a person keeps: a change that is made now and one that is
//! read from the journal take effect in the same way.

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::{Change, HistoryError};
use confidant_chat::step::Step;
use sled::IVec;

use crate::engine::Engine;
use crate::error::Trouble;
use crate::figures::{FIGURES, Figures};
use crate::journal::entry::Entry;
use crate::keys::{self, ID};
use crate::long;
use crate::pending::Pending;
use crate::record::{Preference, Record, Seal};
use crate::trees::Tree;
use crate::writes::Writes;

/// Where `meta` keeps the number of the last change that the trees hold.
pub(crate) const POSITION: &[u8] = b"position";

/// Changes on their way into the trees. Nothing is written until the writes are committed.
pub(crate) struct Plan<'a> {
    pub(crate) engine: &'a Engine,
    seal: &'a Seal,
    pub(crate) pending: Pending<'a>,
    before: Figures,
    pub(crate) figures: Figures,
    /// Those that are to stay whatever becomes of what is being planned.
    accepted: Figures,
}

impl<'a> Plan<'a> {
    /// A plan that writes nothing yet.
    ///
    /// # Errors
    ///
    /// [`Trouble::Broken`] when the trees do not answer, as everywhere in here.
    pub(crate) fn begin(engine: &'a Engine, seal: &'a Seal) -> Result<Self, Trouble> {
        let pending = Pending::new(engine.trees());
        let before = engine.figures()?;
        Ok(Self { engine, seal, pending, before, figures: before, accepted: before })
    }

    /// Plans `changes`, in order, and gives the entries that they come to. They count once they are
    /// [accepted](Self::accept).
    ///
    /// # Errors
    ///
    /// [`Trouble::Refused`] when one of them cannot be done.
    pub(crate) fn changes(&mut self, changes: &[Change]) -> Result<Vec<u8>, Trouble> {
        let mut entries = Vec::new();
        for change in changes {
            self.change(change, &mut entries)?;
        }
        Ok(entries)
    }

    /// What was planned since the last time stays.
    pub(crate) fn accept(&mut self) {
        self.pending.accept();
        self.accepted = self.figures;
    }

    /// What was planned since the last time that something was accepted is off.
    pub(crate) fn reject(&mut self) {
        self.pending.reject();
        self.figures = self.accepted;
    }

    /// The writes that were accepted, with the figures that they come to, and with `position` if
    /// they bring the trees there.
    pub(crate) fn finish(mut self, position: Option<u64>) -> Writes {
        self.reject();
        if self.figures != self.before {
            self.pending.put(Tree::Meta, FIGURES, &self.figures.to_bytes()[..]);
        }
        if let Some(position) = position {
            self.pending.put(Tree::Meta, POSITION, &position.to_be_bytes()[..]);
        }
        self.pending.accept();
        self.pending.into_writes()
    }

    fn change(&mut self, change: &Change, entries: &mut Vec<u8>) -> Result<(), Trouble> {
        let mut enter = |entry: &Entry<'_>| {
            entry.write(entries)?;
            self.enter(entry)
        };
        match change {
            Change::PutThread(thread) => {
                let (shelf, at) = thread.standing();
                let time = keys::standing(shelf, at);
                enter(&Entry::Thread { thread: thread.id, time, record: &thread.plain()? })
            }
            Change::PutStep { thread, step } => {
                let entry = Entry::Step {
                    thread: *thread,
                    sequence: step.sequence,
                    step: step.id,
                    record: &step.plain()?,
                };
                self.check_step(*thread, step)?;
                entry.write(entries)?;
                self.enter(&entry)
            }
            Change::RemoveStep { thread, step } => {
                // A step that is not there, or not in that thread, is already removed from it.
                let place = self.place_of(*step)?.and_then(|place| keys::parse_place(&place));
                if let Some((_, sequence)) = place.filter(|(there, _)| there == thread) {
                    let entry = Entry::NoStep { thread: *thread, sequence, step: *step };
                    entry.write(entries)?;
                    self.enter(&entry)?;
                }
                Ok(())
            }
            Change::DeleteThread(thread) => enter(&Entry::NoThread(*thread)),
            Change::PutPreference { name, value: None } => enter(&Entry::NoPreference { name }),
            Change::PutPreference { name, value: Some(value) } => {
                let record = Preference { name: name.clone(), value: value.clone() }.plain()?;
                enter(&Entry::Preference { name, record: &record })
            }
        }
    }

    /// Plans what `entry` says. It is believed: whatever it meets in its place goes.
    pub(crate) fn enter(&mut self, entry: &Entry<'_>) -> Result<(), Trouble> {
        match *entry {
            Entry::Thread { thread, time, record } => self.put_thread(thread, time, record),
            Entry::NoThread(thread) => self.delete_thread(thread),
            Entry::Step { thread, sequence, step, record } => {
                self.put_step(thread, sequence, step, record)
            }
            Entry::NoStep { thread, sequence, step } => self.remove_step(thread, sequence, step),
            Entry::Preference { name, record } => {
                let key = self.engine.names().hash(name);
                let value = self.seal.close_bytes(Tree::Preferences, &key, b"", record)?;
                self.put(Tree::Preferences, &key, &value)
            }
            Entry::NoPreference { name } => {
                let key = self.engine.names().hash(name);
                self.remove(Tree::Preferences, &key)
            }
        }
    }

    /// Whether a step can be at its place.
    fn check_step(&mut self, thread: ThreadId, step: &Step) -> Result<(), Trouble> {
        if self.pending.get(Tree::Threads, thread.as_bytes())?.is_none() {
            return Err(HistoryError::NotFound.into());
        }
        let place = keys::step(thread, step.sequence);
        match self.place_of(step.id)? {
            Some(known) if known == place => Ok(()),
            Some(_) => Err(misplaced(step, "it already has another place")),
            None if self.pending.get(Tree::Steps, &place)?.is_some() => {
                Err(misplaced(step, "another step is there"))
            }
            None => Ok(()),
        }
    }

    fn put_thread(
        &mut self,
        thread: ThreadId,
        time: [u8; ID],
        record: &[u8],
    ) -> Result<(), Trouble> {
        let key = thread.as_bytes();
        match self.pending.get(Tree::Threads, key)? {
            None => {
                self.finish_deleting(key)?;
                self.figures.threads += 1;
            }
            Some(old) => self.forget_recent(thread, &old),
        }
        self.pending.put(Tree::Recent, &keys::recent(time, thread), b"");
        let value = self.seal.close_bytes(Tree::Threads, key, &time, record)?;
        self.put(Tree::Threads, key, &value)
    }

    fn put_step(
        &mut self,
        thread: ThreadId,
        sequence: u32,
        step: StepId,
        record: &[u8],
    ) -> Result<(), Trouble> {
        let place = keys::step(thread, sequence);
        let known = self.place_of(step)?;
        if let Some(known) = known.filter(|known| *known != place) {
            self.remove_at(&known)?;
        }
        match self.pending.get(Tree::Steps, &place)? {
            None => self.figures.steps += 1,
            Some(old) => {
                let old = keys::parse_step(long::first(&old));
                if let Some(old) = old.filter(|old| *old != step) {
                    self.pending.remove(Tree::Ids, old.as_bytes());
                }
            }
        }
        self.pending.put(Tree::Ids, step.as_bytes(), &place[..]);
        let value = self.seal.close_bytes(Tree::Steps, &place, step.as_bytes(), record)?;
        self.put(Tree::Steps, &place, &value)
    }

    fn remove_step(
        &mut self,
        thread: ThreadId,
        sequence: u32,
        step: StepId,
    ) -> Result<(), Trouble> {
        let place = keys::step(thread, sequence);
        if self.place_of(step)?.is_some_and(|known| known == place) {
            self.pending.remove(Tree::Ids, step.as_bytes());
        }
        self.remove_at(&place)
    }

    /// Removes the step at `place`, if there is one.
    pub(crate) fn remove_at(&mut self, place: &[u8]) -> Result<(), Trouble> {
        if self.pending.get(Tree::Steps, place)?.is_some() {
            self.remove(Tree::Steps, place)?;
            self.figures.steps = self.figures.steps.saturating_sub(1);
        }
        Ok(())
    }

    /// Takes a thread out of the list, given its value in `threads`.
    pub(crate) fn forget_recent(&mut self, thread: ThreadId, header: &IVec) {
        // A header too short to hold its time is damaged; reading the list skips what it leaves.
        if let Some((time, _)) = long::first(header).split_first_chunk::<ID>() {
            self.pending.remove(Tree::Recent, &keys::recent(*time, thread));
        }
    }

    fn put(&mut self, tree: Tree, key: &[u8], value: &[u8]) -> Result<(), Trouble> {
        self.figures.dead += long::put(&mut self.pending, tree, key, value)?;
        Ok(())
    }

    /// Removes the record at `key`, if there is one.
    pub(crate) fn remove(&mut self, tree: Tree, key: &[u8]) -> Result<(), Trouble> {
        self.figures.dead += long::remove(&mut self.pending, tree, key)?;
        Ok(())
    }
}

fn misplaced(step: &Step, why: &str) -> Trouble {
    let (id, sequence) = (step.id, step.sequence);
    Trouble::Refused(HistoryError::Failed(format!("step {id} cannot be at {sequence}: {why}")))
}

//! Deleting threads, however long they are.
//!
//! A transaction keeps every reader waiting, so a thread of many steps is not deleted in one. The
//! first takes it out of the list and its header away, which is all that anybody sees of it, along
//! with its first steps. If there are more, the tree `deleted` remembers the thread until they are
//! gone, over as many transactions as it takes, and across the end of the app.

use confidant_chat::ids::{StepId, ThreadId};
use sled::IVec;

use crate::apply::Plan;
use crate::engine::Engine;
use crate::error::Trouble;
use crate::keys;
use crate::long;
use crate::record::Seal;
use crate::trees::Tree;
use crate::writes::Writes;

/// How many records one transaction removes, give or take the pieces of one step: a few
/// milliseconds' worth.
const BATCH: usize = 300;

impl<'a> Plan<'a> {
    /// Some more of what is left of deleted threads; nothing if nothing is left.
    pub(crate) fn sweep(engine: &'a Engine, seal: &'a Seal) -> Result<Option<Writes>, Trouble> {
        let Some(entry) = engine.trees().tree(Tree::Deleted).iter().keys().next() else {
            return Ok(None);
        };
        let thread = entry?;
        let mut plan = Self::begin(engine, seal)?;
        if plan.remove_steps(&thread, BATCH)? {
            plan.pending.remove(Tree::Deleted, &thread);
        }
        plan.accept();
        Ok(Some(plan.finish(None)))
    }

    /// A thread that is not there is already deleted.
    pub(crate) fn delete_thread(&mut self, thread: ThreadId) -> Result<(), Trouble> {
        let key = thread.as_bytes();
        match self.pending.get(Tree::Threads, key)? {
            Some(header) => {
                self.forget_recent(thread, &header);
                self.remove(Tree::Threads, key)?;
                self.figures.threads = self.figures.threads.saturating_sub(1);
            }
            // One whose header was lost may have steps all the same.
            None if self.pending.beginning(Tree::Steps, key, 1)?.is_empty() => return Ok(()),
            None => {}
        }
        if !self.remove_steps(key, BATCH)? {
            self.pending.put(Tree::Deleted, key, b"");
        }
        Ok(())
    }

    /// Removes at once whatever is left of a deleted thread, because something is to take its
    /// place; whether anything was.
    pub(crate) fn finish_deleting(&mut self, thread: &[u8]) -> Result<bool, Trouble> {
        if self.pending.get(Tree::Deleted, thread)?.is_none() {
            return Ok(false);
        }
        self.remove_steps(thread, usize::MAX)?;
        self.pending.remove(Tree::Deleted, thread);
        Ok(true)
    }

    /// Where a step is. One of a deleted thread is nowhere, even if it is not removed yet.
    pub(crate) fn place_of(&mut self, step: StepId) -> Result<Option<IVec>, Trouble> {
        let place = self.pending.get(Tree::Ids, step.as_bytes())?;
        let thread = place.as_ref().and_then(|place| place.get(..keys::ID));
        match thread {
            Some(thread) if self.finish_deleting(thread)? => Ok(None),
            _ => Ok(place),
        }
    }

    /// Removes steps of a thread until `most` records are written; whether all are removed.
    fn remove_steps(&mut self, thread: &[u8], most: usize) -> Result<bool, Trouble> {
        // One more than there is room for: every step is a record at least, so a list that ends
        // before that many is all of them.
        let steps = self.pending.beginning(Tree::Steps, thread, most.saturating_add(1))?;
        for (place, value) in steps {
            if self.pending.writes().len() >= most {
                return Ok(false);
            }
            // The step's id stands beside the sealed record, so a thread with damaged steps can
            // be deleted too. It is believed only if the other tree says the same.
            if let Some(step) = keys::parse_step(long::first(&value))
                && self.pending.get(Tree::Ids, step.as_bytes())?.as_ref() == Some(&place)
            {
                self.pending.remove(Tree::Ids, step.as_bytes());
            }
            self.remove_at(&place)?;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;

//! Taking back what was refused.
//!
//! A write that fails may be on the disk all the same: sled's log was written and only the last
//! word on it failed. Whoever asked for it is told that nothing was kept, and may well ask again,
//! so it must not turn up after all. What the trees hold is therefore noted before it is written
//! over, and put back when the write is refused.
//!
//! The notes are in memory. If the app ends before they could be put to use, the write stays.

use crate::trees::Trees;
use crate::writes::Writes;

/// What the trees held before writes that are not acknowledged.
#[derive(Default)]
pub(crate) struct Undo(Writes);

impl Undo {
    /// Notes what `trees` hold where `writes` are going to write. What is noted already is older,
    /// and stays.
    pub(crate) fn note(&mut self, trees: &Trees, writes: &Writes) -> sled::Result<()> {
        for (tree, key, _) in writes.iter() {
            if !self.0.to(tree).contains_key(key) {
                self.0.set(tree, key, trees.get(tree, key)?);
            }
        }
        Ok(())
    }

    /// Whether nothing is noted.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What it takes to have `trees` hold again what is noted. Mostly that is nothing: a write that
    /// failed for want of room left no trace, and to take it back must not need any room either.
    pub(crate) fn writes(&self, trees: &Trees) -> sled::Result<Writes> {
        let mut writes = Writes::default();
        for (tree, key, value) in self.0.iter() {
            if trees.get(tree, key)? != *value {
                writes.set(tree, key, value.clone());
            }
        }
        Ok(writes)
    }
}

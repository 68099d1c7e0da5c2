//! Writes to the trees that happen together or not at all.

use std::collections::BTreeMap;
use std::convert::Infallible;

use sled::IVec;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};

use crate::trees::{Tree, Trees};

/// What one tree is to hold, by key: a value, or nothing where what is there goes.
pub(crate) type TreeWrites = BTreeMap<IVec, Option<IVec>>;

/// What the trees are to hold, as far as it is in here.
#[derive(Default)]
pub(crate) struct Writes([TreeWrites; Tree::ALL.len()]);

impl Writes {
    /// Those to one tree.
    pub(crate) fn to(&self, tree: Tree) -> &TreeWrites {
        &self.0[tree as usize]
    }

    /// Has `tree` hold `value` at `key`, or nothing.
    pub(crate) fn set(&mut self, tree: Tree, key: impl Into<IVec>, value: Option<IVec>) {
        self.0[tree as usize].insert(key.into(), value);
    }

    /// Every key with its tree and what is to be there.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Tree, &IVec, &Option<IVec>)> {
        let all = Tree::ALL.into_iter().zip(&self.0);
        all.flat_map(|(tree, writes)| writes.iter().map(move |(key, value)| (tree, key, value)))
    }

    /// Adds those in `later`, which come after these.
    pub(crate) fn extend(&mut self, later: Self) {
        for (tree, writes) in self.0.iter_mut().zip(later.0) {
            tree.extend(writes);
        }
    }

    /// How many records this writes or removes.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(BTreeMap::len).sum()
    }

    /// Whether there is nothing to write or remove.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(BTreeMap::is_empty)
    }

    /// How many bytes of keys and values this writes; removals count nothing.
    pub(crate) fn bytes(&self) -> u64 {
        let sizes =
            self.iter().filter_map(|(_, key, value)| Some(key.len() + value.as_ref()?.len()));
        sizes.sum::<usize>() as u64
    }

    /// Writes all of it, in one transaction.
    pub(crate) fn commit(&self, trees: &Trees) -> sled::Result<()> {
        let committed = trees.all().transaction(|views| {
            for (view, writes) in views.iter().zip(&self.0) {
                for (key, value) in writes {
                    match value {
                        Some(value) => view.insert(key, value)?,
                        None => view.remove(key)?,
                    };
                }
            }
            Ok::<(), ConflictableTransactionError<Infallible>>(())
        });
        committed.map_err(|error| match error {
            TransactionError::Storage(error) => error,
            TransactionError::Abort(never) => match never {},
        })
    }
}

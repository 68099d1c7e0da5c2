//! Writes that are not in the trees yet, and reads that see them.

use std::collections::BTreeMap;

use sled::IVec;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};

use crate::trees::{Tree, Trees};

/// Writes to the trees that happen together or not at all.
///
/// They are gathered first and written last. sled's transactions hold a lock that every reader in
/// the process waits for, so nothing is sealed, read or decided inside one.
pub(crate) struct Draft<'a> {
    trees: &'a Trees,
    pending: [BTreeMap<IVec, Option<IVec>>; Tree::ALL.len()],
}

impl<'a> Draft<'a> {
    /// A draft without writes.
    pub(crate) fn new(trees: &'a Trees) -> Self {
        Self { trees, pending: Default::default() }
    }

    /// The value at `key` in `tree`, after the writes so far.
    pub(crate) fn get(&self, tree: Tree, key: &[u8]) -> sled::Result<Option<IVec>> {
        match self.pending[tree as usize].get(key) {
            Some(written) => Ok(written.clone()),
            None => self.trees.get(tree, key),
        }
    }

    /// Everything in `tree` whose key begins with `prefix`, after the writes so far.
    pub(crate) fn beginning(
        &self,
        tree: Tree,
        prefix: &[u8],
    ) -> sled::Result<BTreeMap<IVec, IVec>> {
        let mut found =
            self.trees.tree(tree).scan_prefix(prefix).collect::<Result<BTreeMap<_, _>, _>>()?;
        let written = self.pending[tree as usize]
            .range(IVec::from(prefix)..)
            .take_while(|(key, _)| key.starts_with(prefix));
        for (key, value) in written {
            match value {
                Some(value) => found.insert(key.clone(), value.clone()),
                None => found.remove(key),
            };
        }
        Ok(found)
    }

    /// Sets the value at `key` in `tree`.
    pub(crate) fn put(&mut self, tree: Tree, key: &[u8], value: impl Into<IVec>) {
        self.pending[tree as usize].insert(key.into(), Some(value.into()));
    }

    /// Removes what is at `key` in `tree`, if anything is.
    pub(crate) fn remove(&mut self, tree: Tree, key: &[u8]) {
        self.pending[tree as usize].insert(key.into(), None);
    }

    /// How many bytes of keys and values this writes; removals count nothing.
    pub(crate) fn bytes(&self) -> u64 {
        let written = self.pending.iter().flatten();
        written
            .filter_map(|(key, value)| value.as_ref().map(|value| key.len() + value.len()))
            .sum::<usize>() as u64
    }

    /// Writes all of it, in one transaction.
    pub(crate) fn commit(self) -> sled::Result<()> {
        let committed = self.trees.all().transaction(|views| {
            for (view, pending) in views.iter().zip(&self.pending) {
                for (key, value) in pending {
                    match value {
                        Some(value) => view.insert(key, value)?,
                        None => view.remove(key)?,
                    };
                }
            }
            Ok::<(), ConflictableTransactionError<std::convert::Infallible>>(())
        });
        committed.map_err(|error| match error {
            TransactionError::Storage(error) => error,
            TransactionError::Abort(never) => match never {},
        })
    }
}

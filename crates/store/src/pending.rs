//! Writes that are not in the trees yet, and reads that see them.

use std::collections::BTreeMap;

use sled::IVec;

use crate::trees::{Tree, Trees};
use crate::writes::{TreeWrites, Writes};

/// Writes to the trees that are being gathered, some of them for sure and some perhaps.
///
/// They are gathered first and written last. sled's transactions hold a lock that every reader in
/// the process waits for, so nothing is sealed, read or decided inside one.
pub(crate) struct Pending<'a> {
    trees: &'a Trees,
    accepted: Writes,
    writes: Writes,
}

impl<'a> Pending<'a> {
    /// No writes yet.
    pub(crate) fn new(trees: &'a Trees) -> Self {
        Self { trees, accepted: Writes::default(), writes: Writes::default() }
    }

    /// The value at `key` in `tree`, after the writes so far.
    pub(crate) fn get(&self, tree: Tree, key: &[u8]) -> sled::Result<Option<IVec>> {
        let mut written = [&self.writes, &self.accepted].into_iter();
        match written.find_map(|writes| writes.to(tree).get(key)) {
            Some(written) => Ok(written.clone()),
            None => self.trees.get(tree, key),
        }
    }

    /// What is in `tree` under keys that begin with `prefix`, after the writes so far: the first
    /// `most` of it.
    pub(crate) fn beginning(
        &self,
        tree: Tree,
        prefix: &[u8],
        most: usize,
    ) -> sled::Result<BTreeMap<IVec, IVec>> {
        let mut written = TreeWrites::new();
        for writes in [&self.accepted, &self.writes] {
            let there = writes.to(tree).range(IVec::from(prefix)..);
            let there = there.take_while(|(key, _)| key.starts_with(prefix));
            written.extend(there.map(|(key, value)| (key.clone(), value.clone())));
        }
        let untouched = |entry: &sled::Result<(IVec, IVec)>| match entry {
            Ok((key, _)) => !written.contains_key(key),
            Err(_) => true,
        };
        let kept = self.trees.tree(tree).scan_prefix(prefix).filter(untouched).take(most);
        let mut found = kept.collect::<sled::Result<BTreeMap<_, _>>>()?;
        found.extend(written.into_iter().filter_map(|(key, value)| Some((key, value?))));
        while found.len() > most {
            found.pop_last();
        }
        Ok(found)
    }

    /// Sets the value at `key` in `tree`.
    pub(crate) fn put(&mut self, tree: Tree, key: &[u8], value: impl Into<IVec>) {
        self.writes.set(tree, key, Some(value.into()));
    }

    /// Removes what is at `key` in `tree`, if anything is.
    pub(crate) fn remove(&mut self, tree: Tree, key: &[u8]) {
        self.writes.set(tree, key, None);
    }

    /// The writes that are not accepted yet.
    pub(crate) fn writes(&self) -> &Writes {
        &self.writes
    }

    /// Those that are.
    pub(crate) fn accepted(&self) -> &Writes {
        &self.accepted
    }

    /// The writes so far stay.
    pub(crate) fn accept(&mut self) {
        self.accepted.extend(std::mem::take(&mut self.writes));
    }

    /// The writes since the last time that some were accepted do not.
    pub(crate) fn reject(&mut self) {
        self.writes = Writes::default();
    }

    /// The writes that were accepted, to be written.
    pub(crate) fn into_writes(self) -> Writes {
        self.accepted
    }
}

//! The trees, by name.

use sled::IVec;

/// A tree. The order of these is the order of [`Tree::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Threads,
    Recent,
    Steps,
    Ids,
    Preferences,
    Pieces,
    Deleted,
    Meta,
}

impl Tree {
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Threads,
        Self::Recent,
        Self::Steps,
        Self::Ids,
        Self::Preferences,
        Self::Pieces,
        Self::Deleted,
        Self::Meta,
    ];

    /// Its name in the store. Records are sealed together with it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Recent => "recent",
            Self::Steps => "steps",
            Self::Ids => "ids",
            Self::Preferences => "preferences",
            Self::Pieces => "pieces",
            Self::Deleted => "deleted",
            Self::Meta => "meta",
        }
    }
}

/// The trees of an open store.
pub(crate) struct Trees([sled::Tree; Tree::ALL.len()]);

impl Trees {
    /// Opens them, making those that are missing.
    pub(crate) fn open(db: &sled::Db) -> sled::Result<Self> {
        let open = |tree: Tree| db.open_tree(tree.name());
        let [threads, recent, steps, ids, preferences, pieces, deleted, meta] = Tree::ALL.map(open);
        Ok(Self([threads?, recent?, steps?, ids?, preferences?, pieces?, deleted?, meta?]))
    }

    /// One of them.
    pub(crate) fn tree(&self, tree: Tree) -> &sled::Tree {
        &self.0[tree as usize]
    }

    /// All of them, in the order of [`Tree::ALL`]: what a transaction spans.
    pub(crate) fn all(&self) -> &[sled::Tree] {
        &self.0
    }

    /// The value at `key` in `tree`.
    pub(crate) fn get(&self, tree: Tree, key: &[u8]) -> sled::Result<Option<IVec>> {
        self.tree(tree).get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_found_by_its_place_in_the_list() {
        for (place, tree) in Tree::ALL.into_iter().enumerate() {
            assert_eq!(tree as usize, place, "{} would be confused with another", tree.name());
        }
    }
}

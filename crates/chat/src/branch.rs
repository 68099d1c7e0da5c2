//! Branches: an edit or another answer is a sibling of what was there before, never a loss.
//!
//! A thread begins with a trunk, branch 0. Every edit and every further answer begins a branch: it
//! shares what its parent holds before a certain place, and goes on by itself from there. Steps
//! know the branch that they were said in, so which of them belong to a branch is told by numbers
//! alone, and a page of a long thread is read without walking it.

use serde::{Deserialize, Serialize};

/// The branch that every thread begins with.
pub const TRUNK: u32 = 0;

/// One way in which a thread went on. The trunk is not one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Branch {
    /// Its number, counted from 1.
    pub id: u32,
    /// The branch that it shares its beginning with.
    pub parent: u32,
    /// The first place of the parent that this one replaces.
    pub from: u32,
    /// The first place that its own steps have.
    pub begins: u32,
}

/// A piece of a path: the places from `begins` to before `ends` that belong to one branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) branch: u32,
    pub(crate) begins: u32,
    pub(crate) ends: u32,
}

/// Which steps one branch shows, from its own back to the trunk's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Newest places first.
    segments: Vec<Segment>,
}

impl Path {
    /// The path of branch `id`. One that is not among `branches` shows the trunk.
    #[must_use]
    pub fn of(branches: &[Branch], id: u32) -> Self {
        let mut segments = Vec::new();
        let (mut branch, mut ends) = (id, u32::MAX);
        // A parent is older than its branch, so this ends even if the list is damaged.
        while let Some(known) = find(branches, branch).filter(|known| known.parent < branch) {
            segments.push(Segment { branch, begins: known.begins, ends });
            ends = ends.min(known.from);
            branch = known.parent;
        }
        segments.push(Segment { branch: TRUNK, begins: 0, ends });
        Self { segments }
    }

    /// Whether a step of `branch` at `sequence` is on the path.
    #[must_use]
    pub fn shows(&self, branch: u32, sequence: u32) -> bool {
        self.segments.iter().any(|segment| {
            segment.branch == branch && (segment.begins..segment.ends).contains(&sequence)
        })
    }

    /// The highest place below `before` that the path can have, as the end of a range.
    pub(crate) fn below(&self, before: u32) -> Option<u32> {
        self.segments
            .iter()
            .filter(|segment| segment.begins < before.min(segment.ends))
            .map(|segment| segment.ends.min(before))
            .max()
    }

    /// The lowest place from `from` on that the path can have.
    pub(crate) fn from(&self, from: u32) -> Option<u32> {
        let within = self.segments.iter().map(|it| it.begins.max(from)..it.ends);
        within.filter(|places| !places.is_empty()).map(|places| places.start).min()
    }

    /// The branch to begin and the place it replaces when what stands at `sequence` on this path
    /// gets a sibling: a sibling of the first step of a branch is a sibling of that branch.
    pub(crate) fn fork(&self, branches: &[Branch], sequence: u32) -> Fork {
        let own = self.segments.iter().find(|it| (it.begins..it.ends).contains(&sequence));
        let branch = own.map_or(TRUNK, |segment| segment.branch);
        match find(branches, branch) {
            Some(known) if known.begins == sequence => {
                Fork { parent: known.parent, from: known.from }
            }
            _ => Fork { parent: branch, from: sequence },
        }
    }
}

/// Where a new branch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fork {
    pub(crate) parent: u32,
    pub(crate) from: u32,
}

fn find(branches: &[Branch], id: u32) -> Option<&Branch> {
    // They are numbered in order; a list that is damaged is searched.
    let place = (id as usize).checked_sub(1)?;
    branches
        .get(place)
        .filter(|branch| branch.id == id)
        .or_else(|| branches.iter().find(|branch| branch.id == id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EDIT: Branch = Branch { id: 1, parent: 0, from: 2, begins: 4 };
    const EDIT_OF_LATER: Branch = Branch { id: 2, parent: 1, from: 6, begins: 8 };
    const SIBLING: Branch = Branch { id: 3, parent: 0, from: 2, begins: 10 };

    #[test]
    fn a_branch_shows_what_it_shares_and_its_own() {
        let path = Path::of(&[EDIT, EDIT_OF_LATER, SIBLING], 2);
        let shown: Vec<_> = (0..12)
            .flat_map(|sequence| (0..4).map(move |branch| (branch, sequence)))
            .filter(|(branch, sequence)| path.shows(*branch, *sequence))
            .collect();
        let own = [(2, 8), (2, 9), (2, 10), (2, 11)];
        let shared = [(0, 0), (0, 1), (1, 4), (1, 5)];
        assert_eq!(shown, [&shared[..], &own].concat());
    }

    #[test]
    fn an_unknown_branch_shows_the_trunk() {
        let path = Path::of(&[], 7);
        assert!(path.shows(0, 0) && path.shows(0, 1_000_000) && !path.shows(7, 0));
    }

    #[test]
    fn a_sibling_of_a_branchs_first_step_is_a_sibling_of_the_branch() {
        let branches = [EDIT];
        let path = Path::of(&branches, 1);
        assert_eq!(path.fork(&branches, 4), Fork { parent: 0, from: 2 });
        assert_eq!(path.fork(&branches, 6), Fork { parent: 1, from: 6 });
        assert_eq!(path.fork(&branches, 1), Fork { parent: 0, from: 1 });
    }

    /// Branches as a runtime makes them: each forks from a path that is there, at a place on it.
    fn branches() -> impl Strategy<Value = Vec<Branch>> {
        prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..8)
            .prop_map(|choices| {
                let mut branches: Vec<Branch> = Vec::new();
                let mut next = 6;
                for (from_branch, at) in choices {
                    let view = u32::try_from(from_branch.index(branches.len() + 1)).unwrap();
                    let path = Path::of(&branches, view);
                    let on_path: Vec<_> = (0..next)
                        .filter(|place| (0..=view).any(|branch| path.shows(branch, *place)))
                        .collect();
                    let sequence = on_path[at.index(on_path.len())];
                    let Fork { parent, from } = path.fork(&branches, sequence);
                    let id = u32::try_from(branches.len()).unwrap() + 1;
                    branches.push(Branch { id, parent, from, begins: next });
                    next += 3;
                }
                branches
            })
    }

    proptest! {
        #[test]
        fn every_place_on_a_path_belongs_to_one_branch_and_forks_keep_what_is_before(
            branches in branches()
        ) {
            for branch in &branches {
                let path = Path::of(&branches, branch.id);
                let parent = Path::of(&branches, branch.parent);
                for place in 0..64 {
                    let owners = (0..=8).filter(|id| path.shows(*id, place)).count();
                    prop_assert!(owners <= 1, "place {place} of branch {} is told once", branch.id);
                    for id in 0..=8 {
                        if place < branch.from {
                            prop_assert_eq!(path.shows(id, place), parent.shows(id, place));
                        }
                    }
                }
            }
        }

        #[test]
        fn from_is_the_beginning_of_what_a_path_has_there(
            branches in branches(),
            view in 0_u32..9,
        ) {
            let path = Path::of(&branches, view);
            let shown = |place| (0..9).any(|branch| path.shows(branch, place));
            for from in 0..64 {
                let first = (from..200).find(|place| shown(*place));
                prop_assert_eq!(path.from(from), first, "from {}", from);
            }
        }

        #[test]
        fn below_is_the_end_of_what_a_path_has_there(branches in branches(), view in 0_u32..9) {
            let path = Path::of(&branches, view);
            let shown = |place| (0..9).any(|branch| path.shows(branch, place));
            for before in 0..64 {
                let last = (0..before).rev().find(|place| shown(*place));
                prop_assert_eq!(path.below(before), last.map(|last| last + 1), "below {}", before);
            }
        }
    }
}

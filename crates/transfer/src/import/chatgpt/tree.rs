//! A tree of nodes as a trunk and branches.

use std::collections::{HashMap, HashSet, VecDeque};

use confidant_chat::branch::{Branch, TRUNK};

use super::{Conversation, time};

/// The nodes of a conversation that say something, each under the nearest one above it that does.
pub(super) struct Tree<'a> {
    read: &'a Conversation,
    below: HashMap<Option<&'a str>, Vec<&'a str>>,
}

/// A way through a tree: the trunk, or a branch.
pub(super) struct Walk<'a> {
    /// Which branch it is; `None` for the trunk.
    pub(super) branch: Option<Branch>,
    /// The place of its first node. The others follow it.
    pub(super) begins: u32,
    /// What it goes on from, where it is a branch of something.
    pub(super) after: Option<&'a str>,
    pub(super) nodes: Vec<&'a str>,
}

impl<'a> Tree<'a> {
    pub(super) fn of(read: &'a Conversation, says: impl Fn(&str) -> bool) -> Self {
        let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut told = HashSet::new();
        for (name, node) in &read.mapping {
            for child in &node.children {
                if told.insert((name.as_str(), child.as_str())) {
                    children.entry(name).or_default().push(child);
                }
            }
        }
        // Newer exports tell of each node only what it follows: the older sibling comes first.
        let mut names: Vec<_> = read.mapping.iter().collect();
        names.sort_by_key(|(name, node)| (node.message.get("create_time").and_then(time), *name));
        let mut roots = Vec::new();
        for (name, node) in names {
            match node.parent.as_deref().filter(|parent| read.mapping.contains_key(*parent)) {
                None => roots.push(name.as_str()),
                Some(parent) if told.insert((parent, name)) => {
                    children.entry(parent).or_default().push(name);
                }
                Some(_) => {}
            }
        }
        let mut tree = Self { read, below: HashMap::new() };
        let mut seen = HashSet::new();
        let mut waiting: Vec<(&str, Option<&str>)> =
            roots.into_iter().rev().map(|root| (root, None)).collect();
        while let Some((name, above)) = waiting.pop() {
            let Some((name, _)) = read.mapping.get_key_value(name) else { continue };
            if !seen.insert(name.as_str()) {
                continue;
            }
            let speaks = says(name);
            if speaks {
                tree.below.entry(above).or_default().push(name);
            }
            let above = if speaks { Some(name.as_str()) } else { above };
            let children = children.get(name.as_str()).into_iter().flatten().rev();
            waiting.extend(children.map(|child| (*child, above)));
        }
        tree
    }

    /// The trunk, which goes by the first child each time, and a branch for every other child, each
    /// after the one that it leaves. Nothing when nobody says anything.
    pub(super) fn walks(&self) -> Vec<Walk<'a>> {
        let mut walks = Vec::new();
        let (mut next_place, mut next_branch) = (0, TRUNK + 1);
        let mut waiting = VecDeque::new();
        let begin = |after, children: &[&'a str], parent, from, waiting: &mut VecDeque<_>| {
            for child in children.iter().skip(1) {
                waiting.push_back((*child, after, parent, from));
            }
        };
        let roots = self.children(None);
        begin(None, roots, TRUNK, 0, &mut waiting);
        let mut starting = roots.first().map(|root| (*root, None, None));
        while let Some((start, after, branch)) = starting {
            let branch: Option<Branch> = branch;
            let number = branch.map_or(TRUNK, |branch| branch.id);
            let begins = next_place;
            let (mut nodes, mut node) = (Vec::new(), Some(start));
            while let Some(here) = node {
                nodes.push(here);
                next_place += 1;
                let children = self.children(Some(here));
                begin(Some(here), children, number, next_place, &mut waiting);
                node = children.first().copied();
            }
            walks.push(Walk { branch, begins, after, nodes });
            starting = waiting.pop_front().map(|(child, after, parent, from)| {
                let id = next_branch;
                next_branch += 1;
                (child, after, Some(Branch { id, parent, from, begins: next_place }))
            });
        }
        walks
    }

    /// The branch that holds `node`, or the nearest node above it that says something.
    pub(super) fn in_view(&self, walks: &[Walk<'_>], node: Option<&str>) -> u32 {
        let branches: HashMap<&str, u32> = walks
            .iter()
            .flat_map(|walk| {
                let id = walk.branch.map_or(TRUNK, |branch| branch.id);
                walk.nodes.iter().map(move |node| (*node, id))
            })
            .collect();
        let mut node = node;
        // No way up is longer than there are nodes, unless it goes round.
        for _ in 0..=self.read.mapping.len() {
            let Some(name) = node else { break };
            if let Some(branch) = branches.get(name) {
                return *branch;
            }
            node = self.read.mapping.get(name).and_then(|node| node.parent.as_deref());
        }
        TRUNK
    }

    fn children(&self, node: Option<&'a str>) -> &[&'a str] {
        self.below.get(&node).map_or(&[], Vec::as_slice)
    }
}

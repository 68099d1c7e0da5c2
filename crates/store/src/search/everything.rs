//! Everything there is to be found, read from the trees.

use std::collections::HashMap;

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::search::{Place, Text};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use crate::engine::Engine;
use crate::error::{Trouble, calmly};
use crate::keys::{self, ID};
use crate::long;
use crate::record::{Record, Seal};
use crate::shared::Shared;
use crate::trees::Tree;

/// How many records are read before others get their turn.
const RECORDS: usize = 500;

/// Texts with their places.
pub(crate) type Texts = Vec<(ThreadId, Place, Text)>;

/// Reads all names of threads and then all that was said, some at a time.
pub(crate) struct Everything {
    tree: Tree,
    from: Vec<u8>,
    profiles: HashMap<ThreadId, String>,
}

impl Everything {
    /// From the beginning.
    pub(crate) fn new() -> Self {
        Self { tree: Tree::Threads, from: Vec::new(), profiles: HashMap::new() }
    }

    /// The next texts; `None` when there are no more. What changes meanwhile may be there or not,
    /// as it was or as it is.
    ///
    /// # Errors
    ///
    /// When the trees cannot be read.
    pub(crate) fn next(&mut self, shared: &Shared) -> Result<Option<Texts>, HistoryError> {
        // Only for as long as this takes: it may be opened anew by others in between.
        let engine = shared.engine()?;
        match calmly(|| self.read(&engine, shared.seal())) {
            Ok(texts) => Ok(texts),
            Err(trouble) => {
                let is_broken = matches!(trouble, Trouble::Broken(_));
                let error = HistoryError::from(trouble);
                if is_broken {
                    shared.give_up(engine, &error);
                }
                Err(error)
            }
        }
    }

    fn read(&mut self, engine: &Engine, seal: &Seal) -> Result<Option<Texts>, Trouble> {
        let mut texts = Vec::new();
        let mut range = engine.trees().tree(self.tree).range(&self.from[..]..);
        for found in range.by_ref().take(RECORDS) {
            let (key, value) = found?;
            self.from = [&key, &[0][..]].concat();
            let value = long::join(engine.trees(), self.tree, &key, &value)?;
            // One that does not open is met by others, who see to it.
            let Ok(plain) = seal.open_bytes(self.tree, &key, ID, &value) else { continue };
            if self.tree == Tree::Threads {
                if let Ok(thread) = Thread::parse(&plain) {
                    texts.push((thread.id, Place::Name, Text::of_name(&thread)));
                    self.profiles.insert(thread.id, thread.profile);
                }
            } else if let Some((thread, sequence)) = keys::parse_place(&key)
                // Of one that was deleted steps may be left.
                && let Some(profile) = self.profiles.get(&thread)
                && let Ok(step) = Step::parse(&plain)
                && let Some(text) = Text::of_step(&step, profile)
            {
                texts.push((thread, Place::Step(sequence), text));
            }
        }
        match (range.next().transpose()?.is_some(), self.tree) {
            (true, _) => Ok(Some(texts)),
            (false, Tree::Threads) => {
                (self.tree, self.from) = (Tree::Steps, Vec::new());
                Ok(Some(texts))
            }
            (false, _) => Ok((!texts.is_empty()).then_some(texts)),
        }
    }
}

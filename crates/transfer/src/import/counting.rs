//! What an import would bring along.

use std::collections::HashSet;

use confidant_chat::ids::ThreadId;
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use super::check::Checked;
use super::sink::{Content, Sink};
use super::{Imported, Left};
use crate::error::TransferError;
use crate::kept::Kept;

/// Counts, and keeps nothing.
pub(super) struct Counting {
    kept: Kept,
    seen: HashSet<ThreadId>,
    imported: Imported,
    current: Option<(Checked, Imported)>,
}

impl Counting {
    pub(super) fn new(kept: Kept) -> Self {
        Self { kept, seen: HashSet::new(), imported: Imported::default(), current: None }
    }

    pub(super) fn into_imported(self) -> Imported {
        self.imported
    }
}

impl Sink for Counting {
    fn keeps(&self) -> bool {
        false
    }

    fn begin(&mut self, thread: Thread) -> Result<bool, TransferError> {
        if self.kept.thread(thread.id)?.is_some() || !self.seen.insert(thread.id) {
            self.imported.known += 1;
            return Ok(false);
        }
        let Some(checked) = Checked::thread(&thread) else {
            self.imported.leave(Left::Threads);
            return Ok(false);
        };
        self.current = Some((checked, Imported::default()));
        Ok(true)
    }

    fn step(&mut self, mut step: Step, files: Vec<Content>) -> Result<bool, TransferError> {
        let Some((checked, counts)) = &mut self.current else { return Ok(false) };
        if !checked.step(&mut step, counts) {
            self.give_up()?;
            return Ok(false);
        }
        counts.messages += u64::from(step.kind.is_message());
        for file in files {
            match file.part {
                Some((_, bytes)) => {
                    counts.files += 1;
                    counts.bytes += bytes;
                }
                None => counts.leave(Left::Files),
            }
        }
        Ok(true)
    }

    fn end(&mut self) -> Result<(), TransferError> {
        let Some((_, counts)) = self.current.take() else { return Ok(()) };
        self.imported.add(counts);
        Ok(())
    }

    fn give_up(&mut self) -> Result<(), TransferError> {
        self.current = None;
        self.imported.leave(Left::Threads);
        Ok(())
    }

    fn leave(&mut self, what: Left) {
        self.imported.leave(what);
    }
}

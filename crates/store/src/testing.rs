//! What tests from inside need beyond the kit: trees without a store around them.

use std::sync::Arc;

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::Change;
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use crate::engine::Engine;
use crate::files::Files;
use crate::journal::{Journal, JournalSeal};
use crate::kit::{self, at, put_step};
pub(crate) use crate::kit::{Person, put};
use crate::lock::DirectoryLock;
use crate::record::Seal;
use crate::shared::Shared;

impl Person {
    pub(crate) fn seal(&self) -> Seal {
        Seal::new(self.user, &self.key)
    }

    pub(crate) fn engine(&self) -> Engine {
        let dir = self.dir();
        confidant_disk::make_private(&dir).unwrap();
        let lock = Arc::new(DirectoryLock::acquire(&dir).unwrap());
        Engine::open(&dir, lock, &self.seal(), false).unwrap()
    }

    /// Their journal without a store.
    pub(crate) fn journal(&self) -> Journal {
        let seal = JournalSeal::new(self.user, &self.key);
        Journal::open(self.dir().join("journal"), seal, None).unwrap()
    }

    /// A store of theirs without its writing thread.
    pub(crate) fn shared(&self, engine: Engine) -> Shared {
        Shared::new(self.dir(), self.seal(), self.files(), engine, self.journal())
    }

    /// Their files without a store.
    pub(crate) fn files(&self) -> Files {
        Files::new(&self.dir(), self.user, &self.key)
    }
}

pub(crate) fn thread() -> Thread {
    kit::thread("chat", at(0))
}

/// Something said at `sequence`, and the change that keeps it.
pub(crate) fn said(thread: ThreadId, sequence: u32, text: &str) -> (Step, Change) {
    let step = kit::said(sequence, text);
    let change = put_step(thread, &step);
    (step, change)
}

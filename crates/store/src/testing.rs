//! What several tests need: a directory with trees in it, and things to keep there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::port::history::Change;
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_seal::DataKey;
use jiff::Timestamp;
use serde_json::Map;
use tempfile::TempDir;

use crate::engine::Engine;
use crate::lock::DirectoryLock;
use crate::record::Seal;
use crate::shared::Shared;

/// A person with a directory of their own.
pub(crate) struct Person {
    home: TempDir,
    pub(crate) user: UserId,
    pub(crate) key: DataKey,
}

impl Person {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { home, user: UserId::new(), key: DataKey::random().unwrap() }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn seal(&self) -> Seal {
        Seal::new(self.user, &self.key)
    }

    pub(crate) fn engine(&self) -> Engine {
        let lock = Arc::new(DirectoryLock::acquire(self.dir()).unwrap());
        Engine::open(self.dir(), lock, &self.seal(), false).unwrap()
    }

    /// A store of theirs without its writing thread.
    pub(crate) fn shared(&self, engine: Engine) -> Shared {
        Shared::new(PathBuf::from(self.dir()), self.seal(), engine)
    }
}

pub(crate) fn thread() -> Thread {
    Thread {
        id: ThreadId::new(),
        name: "chat".into(),
        profile: "assistant".into(),
        created_at: Timestamp::UNIX_EPOCH,
        last_activity: Timestamp::UNIX_EPOCH,
        session: Map::new(),
        settings: Map::new(),
    }
}

pub(crate) fn put(thread: &Thread) -> Change {
    Change::PutThread(Box::new(thread.clone()))
}

/// Something said at `sequence`, and the change that keeps it.
pub(crate) fn said(thread: ThreadId, sequence: u32, text: &str) -> (Step, Change) {
    let step = Step::said(StepKind::User, sequence, text.into());
    let change = Change::PutStep { thread, step: Box::new(step.clone()) };
    (step, change)
}

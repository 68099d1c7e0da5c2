//! What the tests share: a person with a directory, and things to keep in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::port::history::{Change, Durability, History, HistoryError, Repairs};
use confidant_chat::search::{Among, Hit, Search};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_seal::DataKey;
use confidant_store::Store;
use jiff::Timestamp;
use tempfile::TempDir;

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

    pub(crate) fn dir(&self) -> PathBuf {
        self.home.path().join("users").join(self.user.to_string())
    }

    pub(crate) fn try_open(&self) -> Result<Store, HistoryError> {
        Store::open(&self.dir(), self.user, &self.key)
    }

    pub(crate) fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    /// The store's trees without the store, which must be closed. sled may need a moment to let
    /// go of its lock after that.
    pub(crate) fn raw(&self) -> sled::Db {
        let began = Instant::now();
        loop {
            match sled::open(self.dir().join("sled")) {
                Err(_) if began.elapsed() < Duration::from_secs(2) => {
                    sleep(Duration::from_millis(20));
                }
                opened => return opened.unwrap(),
            }
        }
    }
}

impl Person {
    /// Takes one of the two copies away, of a store that is closed.
    pub(crate) fn lose(&self, copy: &str) {
        fs::remove_dir_all(self.dir().join(copy)).unwrap();
    }

    /// Makes of a closed store what the first version of the app would have left.
    pub(crate) fn as_of_version_1(&self) {
        {
            let raw = self.raw();
            let meta = raw.open_tree("meta").unwrap();
            meta.insert("format", &1_u32.to_be_bytes()).unwrap();
            meta.remove("position").unwrap();
            let figures = meta.get("figures").unwrap().unwrap();
            meta.insert("figures", &figures[..16]).unwrap();
        }
        self.lose("journal");
        let _ = fs::remove_file(self.dir().join("closed"));
        fs::write(self.dir().join("format"), "1\n").unwrap();
    }
}

/// What a store has found damaged so far.
pub(crate) fn repairs(store: &Store) -> Repairs {
    *store.repairs().borrow()
}

/// Second `second` of a certain year.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn thread(name: &str, last_activity: Timestamp) -> Thread {
    let begun = Thread::begin("assistant");
    Thread { name: name.into(), created_at: at(0), last_activity, ..begun }
}

pub(crate) fn said(sequence: u32, text: &str) -> Step {
    Step::said(StepKind::Assistant, sequence, text.into())
}

pub(crate) fn put(thread: &Thread) -> Change {
    Change::PutThread(Box::new(thread.clone()))
}

pub(crate) fn put_step(thread: ThreadId, step: &Step) -> Change {
    Change::PutStep { thread, step: Box::new(step.clone()) }
}

pub(crate) async fn write(store: &Store, changes: Vec<Change>) {
    store.write(changes, Durability::Soon).await.unwrap();
}

/// All steps of a thread.
pub(crate) async fn all_steps(store: &Store, thread: ThreadId) -> Vec<Step> {
    let page = store.steps(thread, None, usize::MAX).await.unwrap();
    assert_eq!(page.next, None, "a page without a limit is the last one");
    page.items
}

/// Everything that `search` finds, once everything is looked through.
pub(crate) async fn found(store: &Store, search: &Search, among: Among) -> Vec<Hit> {
    let began = Instant::now();
    loop {
        let hits = store.search(search.clone(), among, 0, 1_000).await.unwrap();
        if hits.whole {
            assert!(!hits.more, "a test looks for less");
            return hits.items;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it never comes to an end");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Fails if sled has put values into files of their own, which it neither syncs nor survives
/// failing to write.
pub(crate) fn assert_no_blobs(person: &Person) {
    let blobs = fs::read_dir(person.dir().join("sled/blobs")).unwrap().count();
    assert_eq!(blobs, 0, "values must be short enough for sled's log");
}

/// Every file under `dir` with what is in it.
pub(crate) fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            match fs::read(entry.path()) {
                Ok(bytes) => drop(found.insert(entry.path(), bytes)),
                // Files of an index come and go.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => panic!("{}: {error}", entry.path().display()),
            }
        }
    }
    found
}

/// `SplitMix64`, so that a round can be run again.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

//! The store as others see it: the port, from async code to threads that may wait.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use async_trait::async_trait;
use confidant_chat::ids::{ElementId, StepId, ThreadId, UserId};
use confidant_chat::port::history::{
    Change, Durability, Figures, FileSource, History, HistoryError, Page, Repairs, ThreadCursor,
};
use confidant_chat::search::{Among, Hits, Search};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use confidant_seal::{DataKey, Purpose};
use serde_json::Value;
use tokio::sync::watch;

use crate::directory::bytes_on_disk;
use crate::engine::Engine;
use crate::error::{Trouble, calmly, words};
use crate::files::{FileName, Files, Sweeper};
use crate::opening::{self, Note};
use crate::read;
use crate::record::Seal;
use crate::search::Keeper;
use crate::shared::Shared;
use crate::writer::{Answer, Writer};

/// One signed-in person's history.
///
/// [`close`](Self::close) writes what is left to write, puts it on the disk, closes the files, and
/// tells how it went. Dropping it writes and closes too, but leaves it to the system when what was
/// written with [`Durability::Soon`] reaches the disk. Either way a file that is still being put is
/// given up, and the same directory can be opened again at once.
pub struct Store {
    shared: Arc<Shared>,
    running: Mutex<Option<Running>>,
}

/// The threads of an open store, in the order in which they end: who removes files may still hear
/// from who writes.
struct Running {
    writer: Writer,
    _keeper: Keeper,
    _sweeper: Sweeper,
}

impl Store {
    /// Opens the history of `user`, whose data key is `key`, in their directory `dir`
    /// (`…/users/<uuid>`), which is made if it is not there.
    ///
    /// Waits for the disk, up to two seconds if a store that was closed a moment ago is still
    /// letting go of the directory: call it where waiting is allowed.
    ///
    /// # Errors
    ///
    /// - [`HistoryError::Newer`] when a newer version of the app wrote it. Nothing was touched.
    /// - [`HistoryError::InUse`] when it is open already, here or in another process.
    /// - [`HistoryError::Damaged`] when the directory belongs to another user or another key, or when
    ///   both copies of what was there are lost.
    /// - [`HistoryError::StorageFull`], [`HistoryError::ReadOnly`] and [`HistoryError::Failed`] when
    ///   the system says so.
    pub fn open(dir: &Path, user: UserId, key: &DataKey) -> Result<Self, HistoryError> {
        let (shared, mut chores) = opening::open(dir, user, key, Note::Believed)?;
        opening::look_after(&shared, &mut chores);
        let (gone, left) = mpsc::channel();
        let sweeper = Sweeper::start(Arc::clone(&shared), left)?;
        let writer = Writer::start(Arc::clone(&shared), gone, chores)?;
        let keeper = Keeper::start(Arc::clone(&shared), key.sealing_key(Purpose::Index))?;
        let running = Running { writer, _keeper: keeper, _sweeper: sweeper };
        Ok(Self { shared, running: Mutex::new(Some(running)) })
    }

    /// Writes what is left to write, puts everything on the disk, closes the files and lets go of
    /// the directory; somebody who is still reading keeps it until they have read. Whatever is asked
    /// of the store afterwards fails.
    ///
    /// # Errors
    ///
    /// When something written with [`Durability::Soon`] could not be put on the disk. The store is
    /// closed all the same.
    pub async fn close(&self) -> Result<(), HistoryError> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let shared = Arc::clone(&self.shared);
        waiting(move || {
            drop(running);
            shared.close()
        })
        .await
    }

    /// What `work` reads, on a thread that may wait.
    async fn read<T, F>(&self, work: F) -> Result<T, HistoryError>
    where
        T: Send + 'static,
        F: Fn(&Engine, &Seal) -> Result<T, Trouble> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let (read, news) = waiting(move || {
            // Trees that cannot be read are opened or made anew, and read once more.
            match once(&shared, &work)? {
                (Err(Trouble::Broken(_)), _) => once(&shared, &work),
                read => Ok(read),
            }
        })
        .await?;
        if news {
            // Has whoever writes look after it.
            self.ask(Vec::new(), Durability::Soon);
        }
        Ok(read?)
    }

    fn ask(&self, changes: Vec<Change>, durability: Durability) -> Option<Answer> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|running| running.writer.ask(changes, durability))
    }

    /// What `work` does with the files, on a thread that may wait.
    async fn with_files<T, F>(&self, work: F) -> Result<T, HistoryError>
    where
        T: Send + 'static,
        F: FnOnce(&Files) -> Result<T, HistoryError> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        waiting(move || {
            let _lock = shared.lock()?;
            work(shared.files())
        })
        .await
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dir", &self.shared.dir()).finish_non_exhaustive()
    }
}

#[async_trait]
impl History for Store {
    async fn write(
        &self,
        changes: Vec<Change>,
        durability: Durability,
    ) -> Result<(), HistoryError> {
        let answer = self.ask(changes, durability);
        answer.ok_or(HistoryError::Closed)?.await.map_err(|_| HistoryError::Closed)?
    }

    async fn threads(
        &self,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        self.read(move |engine, seal| read::threads(engine, seal, cursor, limit)).await
    }

    async fn binned(
        &self,
        cursor: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        self.read(move |engine, seal| read::binned(engine, seal, cursor, limit)).await
    }

    async fn thread(&self, id: ThreadId) -> Result<Thread, HistoryError> {
        self.read(move |engine, seal| read::thread(engine, seal, id)).await
    }

    async fn steps(
        &self,
        thread: ThreadId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError> {
        self.read(move |engine, seal| read::steps(engine, seal, thread, before, limit)).await
    }

    async fn steps_from(
        &self,
        thread: ThreadId,
        from: u32,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError> {
        self.read(move |engine, seal| read::steps_from(engine, seal, thread, from, limit)).await
    }

    async fn next_sequence(&self, thread: ThreadId) -> Result<u32, HistoryError> {
        self.read(move |engine, _| read::next_sequence(engine, thread)).await
    }

    async fn step(&self, thread: ThreadId, id: StepId) -> Result<Option<Step>, HistoryError> {
        self.read(move |engine, seal| read::step(engine, seal, thread, id)).await
    }

    async fn search(
        &self,
        search: Search,
        among: Among,
        skip: usize,
        limit: usize,
    ) -> Result<Hits, HistoryError> {
        let shared = Arc::clone(&self.shared);
        waiting(move || shared.searching().find(&shared, &search, among, skip, limit)).await
    }

    async fn put_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        source: FileSource,
    ) -> Result<u64, HistoryError> {
        // Goes when the caller does, who may have chosen a file of many gigabytes by mistake.
        let caller = Arc::new(());
        let wanted = Arc::downgrade(&caller);
        self.with_files(move |files| {
            files.put(FileName { thread, file }, source, || wanted.strong_count() > 0)
        })
        .await
    }

    async fn read_file(
        &self,
        thread: ThreadId,
        file: ElementId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<u8>, HistoryError> {
        self.with_files(move |files| files.read(FileName { thread, file }, offset, limit)).await
    }

    async fn remove_files(&self, thread: ThreadId) -> Result<(), HistoryError> {
        self.with_files(move |files| files.remove(thread)).await
    }

    async fn preference(&self, name: &str) -> Result<Option<Value>, HistoryError> {
        let name = name.to_owned();
        self.read(move |engine, seal| read::preference(engine, seal, &name)).await
    }

    async fn figures(&self) -> Result<Figures, HistoryError> {
        let dir = self.shared.dir().to_owned();
        self.read(move |engine, _| {
            let figures = engine.figures()?;
            let bytes = bytes_on_disk(&dir);
            Ok(Figures { threads: figures.threads, steps: figures.steps, bytes })
        })
        .await
    }

    fn repairs(&self) -> watch::Receiver<Repairs> {
        self.shared.repairs()
    }
}

/// What `work` reads, and whether something that does not open was met for the first time.
fn once<T>(
    shared: &Shared,
    work: impl Fn(&Engine, &Seal) -> Result<T, Trouble>,
) -> Result<(Result<T, Trouble>, bool), HistoryError> {
    let engine = shared.engine()?;
    let read = calmly(|| work(&engine, shared.seal()));
    let met =
        engine.was_suspect() || matches!(&read, Err(Trouble::Refused(HistoryError::Damaged(_))));
    if let Err(Trouble::Broken(why)) = &read {
        shared.give_up(engine, why);
    }
    Ok((read, met && shared.suspect()))
}

/// Runs `work` on a thread that may wait. A panic there is an error here.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HistoryError> + Send + 'static,
) -> Result<T, HistoryError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(HistoryError::Failed(match error.try_into_panic() {
            Ok(panic) => format!("reading gave up: {}", words(&*panic)),
            Err(error) => error.to_string(),
        }))
    })
}

//! Keeping the index: a thread of its own, so that nobody waits for it.

use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use confidant_chat::port::history::HistoryError;
use confidant_seal::SealingKey;
use confidant_search::{Index, IndexError, IndexWriter};

use super::everything::Everything;
use super::news::{Batch, Profiles};
use super::turn::Turn;
use super::{DIRECTORY, Searching, profile_of};
use crate::error::{from_io, words};
use crate::room;
use crate::shared::Shared;

/// How much of what the journal has is taken into the index at once, in bytes.
const AT_ONCE: usize = 64 * 1024;

/// How many texts go into an index that is made anew before they can be found.
const TEXTS: usize = 50_000;

/// When it is tried again, after the disk was full or failed.
const AGAIN: Duration = Duration::from_secs(30);

/// How often in a row it is tried before it is made anew.
const ATTEMPTS: u32 = 3;

/// The thread that keeps the index. Dropping it puts what there is into the index and ends it.
pub(crate) struct Keeper {
    searching: Arc<Searching>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts keeping the index of `shared`, sealed with `key`.
    pub(crate) fn start(shared: Arc<Shared>, key: SealingKey) -> Result<Self, HistoryError> {
        let searching = Arc::clone(shared.searching());
        let key = Arc::new(key);
        let thread = thread::Builder::new()
            .name("history-index".into())
            .spawn(move || run(&shared, &key))
            .map_err(|error| from_io(&error))?;
        Ok(Self { searching, thread: Some(thread) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.searching.lock().closing = true;
        self.searching.wake.notify_one();
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("keeping the search index ended in a panic: {}", words(&*panic));
        }
        if let Some(index) = self.searching.lock().index.take() {
            // Some of its own threads may still be tidying up.
            index.close();
        }
    }
}

/// Why an index is not kept any more.
enum End {
    /// It need not be.
    Closing,
    /// It is to be made anew.
    Broken,
    /// It is to be tried again.
    Failed,
}

impl From<IndexError> for End {
    fn from(error: IndexError) -> Self {
        tracing::warn!("the search index cannot be kept: {error}");
        match error {
            IndexError::Damaged(_) => Self::Broken,
            IndexError::Io(_) => Self::Failed,
        }
    }
}

impl From<HistoryError> for End {
    fn from(error: HistoryError) -> Self {
        tracing::warn!("the search index cannot be brought up to date: {error}");
        Self::Failed
    }
}

fn run(shared: &Shared, key: &Arc<SealingKey>) {
    let searching = &**shared.searching();
    let dir = shared.dir().join(DIRECTORY);
    // One that breaks at once each time is not tried without end.
    let mut broken = 0;
    loop {
        let began = Instant::now();
        let end = match open(shared, &dir, key) {
            Ok(index) => Life { shared, searching, index: Arc::new(index) }.live(),
            Err(error) => End::from(error),
        };
        if began.elapsed() > AGAIN {
            broken = 0;
        }
        let wait = match end {
            End::Closing => return,
            End::Broken if broken < ATTEMPTS => {
                broken += 1;
                if let Some(index) = searching.lock().index.take() {
                    index.close();
                }
                match Index::remove(&dir) {
                    Ok(()) => Duration::ZERO,
                    Err(_) => AGAIN,
                }
            }
            End::Broken | End::Failed => AGAIN,
        };
        if searching.pause(wait) {
            return;
        }
    }
}

fn open(shared: &Shared, dir: &Path, key: &Arc<SealingKey>) -> Result<Index, IndexError> {
    confidant_disk::make_private(dir)?;
    // What is left alone on the disk is left to the history.
    let place = dir.to_owned();
    let room = move |bytes| room::check_file(&place, bytes).is_ok();
    Index::open(dir, Arc::clone(key), shared.user().as_bytes(), Box::new(room))
}

/// An index for as long as it is kept.
struct Life<'a> {
    shared: &'a Shared,
    searching: &'a Searching,
    index: Arc<Index>,
}

impl Life<'_> {
    fn live(&self) -> End {
        match self.keep() {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    fn keep(&self) -> Result<std::convert::Infallible, End> {
        let mut position = self.index.position();
        loop {
            {
                let mut state = self.searching.lock();
                // What has come already is in the journal and in the trees too, and does no harm
                // when it comes again: it is read to its end before it goes into the index.
                if state.news.has_missed() {
                    state.news.begin();
                }
                (state.whole, state.broken) = (false, false);
                state.index = Some(Arc::clone(&self.index));
            }
            let reached = match position {
                Some(position) => self.catch_up(position)?,
                None => None,
            };
            let reached = match reached {
                Some(reached) => reached,
                None => self.make_anew()?,
            };
            self.searching.lock().whole = true;
            position = Some(self.follow(reached)?);
        }
    }

    /// Puts what the journal has after change `position` into the index, and gives the number of the
    /// last change; `None` when the journal does not have it all.
    fn catch_up(&self, position: u64) -> Result<Option<u64>, End> {
        let mut scan = {
            let journal = self.shared.journal();
            let from = position.saturating_add(1);
            if from < journal.begins()? || from > journal.next() {
                return Ok(None);
            }
            journal.scan(from)?
        };
        let mut writer = None;
        let (mut batch, mut profiles) = (Batch::default(), Profiles::default());
        let profile_of = |thread| profile_of(self.shared, thread);
        loop {
            let kept = scan.next()?;
            if let Some(kept) = &kept {
                batch.add(kept.number, &kept.entries, &mut profiles, &profile_of);
            }
            if !batch.is_empty() && (kept.is_none() || batch.bytes >= AT_ONCE) {
                self.check()?;
                let writer = match &mut writer {
                    Some(writer) => writer,
                    None => writer.insert(self.index.writer()?),
                };
                put(writer, &std::mem::take(&mut batch))?;
            }
            if kept.is_none() {
                break;
            }
        }
        if scan.hidden().is_some() {
            return Ok(None);
        }
        let reached = scan.reached();
        if let Some(mut writer) = writer {
            writer.commit(Some(reached))?;
        }
        Ok(Some(reached))
    }

    /// Puts everything there is into the index, and gives the number of the last change that is in
    /// there for sure.
    fn make_anew(&self) -> Result<u64, End> {
        let reached = self.shared.engine()?.position().map_err(HistoryError::from)?;
        let mut writer = self.index.rebuild()?;
        let mut everything = Everything::new();
        let mut waiting = 0;
        while let Some(texts) = everything.next(self.shared)? {
            self.check()?;
            waiting += texts.len();
            for (thread, place, text) in texts {
                writer.put(thread, place, &text)?;
            }
            if waiting >= TEXTS {
                waiting = 0;
                writer.commit(None)?;
            }
        }
        writer.commit(Some(reached))?;
        writer.finish()?;
        Ok(reached)
    }

    /// Takes the news into the index as they come, until some are missed; gives the number of the
    /// last change that is in it then. `reached` is that of the last one so far.
    fn follow(&self, mut reached: u64) -> Result<u64, End> {
        let profile_of = |thread| profile_of(self.shared, thread);
        let (mut writer, mut failed) = (None, 0);
        loop {
            let batch = match self.searching.turn(&profile_of) {
                Turn::TakeIn(batch) => batch,
                Turn::CatchUp => return Ok(reached),
                Turn::MakeAnew => return Err(End::Broken),
                Turn::End => return Err(End::Closing),
                Turn::Rest => {
                    writer = None;
                    self.index.rest();
                    continue;
                }
            };
            match self.take_in(&mut writer, &batch) {
                Ok(()) => {
                    (reached, failed) = (reached.max(batch.position), 0);
                    self.searching.lock().news.arrived();
                }
                Err(IndexError::Io(error)) => {
                    tracing::warn!("the search index cannot be written: {error}");
                    (writer, failed) = (None, failed + 1);
                    self.searching.lock().news.come_back();
                    // Where there is room, it is not the disk.
                    if failed == ATTEMPTS && room::check_file(self.shared.dir(), 0).is_ok() {
                        return Err(End::Broken);
                    }
                    if self.searching.pause(AGAIN) {
                        return Err(End::Closing);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// An end, when there is to be one.
    fn check(&self) -> Result<(), End> {
        let state = self.searching.lock();
        match (state.closing, state.broken) {
            (true, _) => Err(End::Closing),
            (_, true) => Err(End::Broken),
            _ => Ok(()),
        }
    }

    fn take_in(&self, writer: &mut Option<IndexWriter>, batch: &Batch) -> Result<(), IndexError> {
        let writer = match writer {
            Some(writer) => writer,
            None => writer.insert(self.index.writer()?),
        };
        put(writer, batch)?;
        writer.commit(Some(batch.position))
    }
}

fn put(writer: &mut IndexWriter, batch: &Batch) -> Result<(), IndexError> {
    for thread in &batch.gone {
        writer.remove_thread(*thread)?;
    }
    for ((thread, place), text) in &batch.texts {
        match text {
            Some(text) => writer.put(*thread, *place, text)?,
            None => writer.remove(*thread, *place)?,
        }
    }
    Ok(())
}

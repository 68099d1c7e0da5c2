//! The one export or import that a signed-in person has under way, and the file they chose to import.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use confidant_chat::port::history::History;
use confidant_transfer::{
    Export, Exported, Format, Import, Imported, Progress, TransferError, Watch, Which,
};
use tokio::task::spawn_blocking;

use crate::error::CommandError;
use crate::save::Half;

/// How often progress is told at most.
const TELLING: Duration = Duration::from_millis(100);

/// Whoever is told how far it is.
pub(crate) type Tell = Box<dyn Fn(Progress) + Send + Sync>;

/// One export or import at a time: two would only be slower, and nobody can watch both.
#[derive(Default)]
pub(crate) struct Transfers {
    running: tokio::sync::Mutex<()>,
    watch: Mutex<Watch>,
    chosen: Mutex<Option<Arc<Chosen>>>,
}

/// A file that can be imported.
pub(crate) struct Chosen {
    pub(crate) import: Import,
    pub(crate) path: PathBuf,
}

impl Transfers {
    /// Ends what is under way, as soon as possible.
    pub(crate) fn cancel(&self) {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    /// Ends what is under way, and waits until it has.
    pub(crate) async fn end(&self) {
        self.cancel();
        drop(self.running.lock().await);
    }

    /// Says what an export will be called, before anybody says where to put it.
    pub(crate) async fn prepare(
        &self,
        history: Arc<dyn History>,
        which: Which,
        format: Format,
    ) -> Result<Option<Export>, CommandError> {
        let work = move |watch: &Watch| Export::prepare(history, which, format, watch);
        // What can go wrong here is about no file yet.
        wanted(self.run(Box::new(|_| ()), work).await?, Path::new(""))
    }

    /// Writes an export to `path`; `None` when it was cancelled.
    pub(crate) async fn export(
        &self,
        export: Export,
        path: PathBuf,
        tell: Tell,
    ) -> Result<Option<Exported>, CommandError> {
        let to = path.clone();
        let work = move |watch: &Watch| write(&export, &to, watch);
        wanted(self.run(tell, work).await?, &path)
    }

    /// Looks into a file, says what it would bring along and keeps it for [`import`](Self::import);
    /// `None` when that was cancelled.
    pub(crate) async fn look(
        &self,
        history: Arc<dyn History>,
        path: PathBuf,
        profile: String,
        tell: Tell,
    ) -> Result<Option<(Arc<Chosen>, Imported)>, CommandError> {
        let from = path.clone();
        let work = move |watch: &Watch| {
            let import = Import::open(&from, &profile)?;
            let imported = import.preview(history, watch)?;
            Ok((import, imported))
        };
        let looked = wanted(self.run(tell, work).await?, &path)?;
        let Some((import, imported)) = looked else { return Ok(None) };
        let chosen = Arc::new(Chosen { import, path });
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&chosen));
        Ok(Some((chosen, imported)))
    }

    /// Brings in what the file that was looked into holds. What came along counts, whatever went
    /// wrong after it.
    pub(crate) async fn import(
        &self,
        history: Arc<dyn History>,
        tell: Tell,
    ) -> Result<(Imported, Result<Option<()>, CommandError>), CommandError> {
        let chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner).take();
        let chosen = chosen.ok_or(CommandError::NothingToImport)?;
        let path = chosen.path.clone();
        let work = move |watch: &Watch| chosen.import.run(history, watch);
        let (imported, done) = self.run(tell, work).await?;
        Ok((imported, wanted(done, &path)))
    }

    /// Does `work` where it may block, and tells how far it is.
    async fn run<T: Send + 'static>(
        &self,
        tell: Tell,
        work: impl FnOnce(&Watch) -> T + Send + 'static,
    ) -> Result<T, CommandError> {
        let _running = self.running.try_lock().map_err(|_| CommandError::TransferBusy)?;
        let watch = Watch::default();
        *self.watch.lock().unwrap_or_else(PoisonError::into_inner) = watch.clone();
        let mut progress = watch.progress();
        let mut working = spawn_blocking(move || work(&watch));
        loop {
            tokio::select! {
                done = &mut working => {
                    return done.map_err(|error| CommandError::StorageFailed {
                        detail: error.to_string(),
                    });
                }
                Ok(()) = progress.changed() => {
                    let now = *progress.borrow_and_update();
                    tell(now);
                    tokio::time::sleep(TELLING).await;
                }
            }
        }
    }
}

/// Writes an export to `path`, whole or not at all.
///
/// # Errors
///
/// As [`Export::write`]; what was at `path` is as it was then.
pub(crate) fn write(
    export: &Export,
    path: &Path,
    watch: &Watch,
) -> Result<Exported, TransferError> {
    let half = Half::of(path);
    let unwritable = |error: io::Error| TransferError::Unwritable(error.to_string());
    let file = File::create(half.path()).map_err(unwritable)?;
    let exported = export.write(&file, watch)?;
    file.sync_all().map_err(unwritable)?;
    half.finish().map_err(unwritable)?;
    Ok(exported)
}

/// `None` when it was cancelled, which is what the person asked for and no trouble.
fn wanted<T>(result: Result<T, TransferError>, path: &Path) -> Result<Option<T>, CommandError> {
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match result {
        Ok(done) => Ok(Some(done)),
        Err(TransferError::Cancelled) => Ok(None),
        Err(TransferError::Unreadable(_)) => Err(CommandError::FileUnreadable { name: name() }),
        Err(TransferError::Unwritable(_)) => Err(CommandError::FileUnwritable { name: name() }),
        Err(TransferError::NoRoom) => Err(CommandError::ExportNoRoom),
        Err(TransferError::Unknown) => Err(CommandError::ImportUnknown { name: name() }),
        Err(TransferError::Newer { found, known }) => {
            Err(CommandError::ImportNewer { found, known })
        }
        Err(TransferError::Damaged(detail)) => {
            Err(CommandError::ImportDamaged { name: name(), detail })
        }
        Err(TransferError::History(error)) => Err(error.into()),
    }
}

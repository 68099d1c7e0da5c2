//! What the tests of every format share.

use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::History;
use confidant_chat::step::Step;
use confidant_chat::testing::MemoryHistory;
use confidant_chat::thread::Thread;
use confidant_transfer::{Export, Exported, Format, Import, Imported, TransferError, Watch, Which};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The profile of threads that do not say.
pub(crate) const PROFILE: &str = "assistant";

/// Does `work` where it may block.
pub(crate) fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _within = runtime.enter();
    work()
}

pub(crate) fn history() -> Arc<MemoryHistory> {
    Arc::new(MemoryHistory::default())
}

/// What `which` of a history is exported as, with the name for it.
pub(crate) fn export(
    history: &Arc<MemoryHistory>,
    which: Which,
    format: Format,
) -> (String, Vec<u8>, Exported) {
    let history: Arc<dyn History> = Arc::clone(history) as _;
    blocking(move || {
        let watch = Watch::default();
        let export = Export::prepare(history, which, format, &watch).unwrap();
        let mut out = Cursor::new(Vec::new());
        let exported = export.write(&mut out, &watch).unwrap();
        let progress = *watch.progress().borrow();
        assert_eq!(progress.done, progress.of, "it was told to its end");
        (export.file_name(), out.into_inner(), exported)
    })
}

/// Imports the file at `path`, and says what a preview said before.
pub(crate) fn import_at(
    history: &Arc<MemoryHistory>,
    path: &Path,
) -> (Imported, Result<Imported, TransferError>) {
    let (path, history) = (path.to_owned(), Arc::clone(history) as Arc<dyn History>);
    blocking(move || {
        let import = match Import::open(&path, PROFILE) {
            Ok(import) => import,
            Err(error) => return (Imported::default(), Err(error)),
        };
        let preview = import.preview(Arc::clone(&history), &Watch::default());
        let (imported, done) = import.run(history, &Watch::default());
        (imported, done.and(preview))
    })
}

/// Imports `bytes`, which must go well and as a preview said.
pub(crate) fn import(history: &Arc<MemoryHistory>, bytes: &[u8]) -> Imported {
    let (_dir, path) = file(bytes);
    let (imported, preview) = import_at(history, &path);
    assert_eq!(preview.unwrap(), imported, "it does what it said that it would");
    imported
}

pub(crate) fn file(bytes: &[u8]) -> (TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("archive");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

/// A ZIP of `files`.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Every thread, the last active first, with all of its steps.
pub(crate) fn threads(history: &Arc<MemoryHistory>) -> Vec<(Thread, Vec<Step>)> {
    let all = blocking({
        let history = Arc::clone(history);
        move || {
            let page = history.threads(None, usize::MAX);
            tokio::runtime::Handle::current().block_on(page).unwrap().items
        }
    });
    all.into_iter().map(|thread| (thread.clone(), history.all_steps(thread.id))).collect()
}

/// The one thread that there is.
pub(crate) fn only(history: &Arc<MemoryHistory>) -> (Thread, Vec<Step>) {
    let mut all = threads(history);
    assert_eq!(all.len(), 1, "there is one thread");
    all.remove(0)
}

/// The content of the file of an element.
pub(crate) fn content(
    history: &Arc<MemoryHistory>,
    thread: ThreadId,
    element: confidant_chat::ids::ElementId,
) -> Vec<u8> {
    let history = Arc::clone(history);
    blocking(move || {
        let read = history.read_file(thread, element, 0, usize::MAX);
        tokio::runtime::Handle::current().block_on(read).unwrap()
    })
}

/// The texts of the steps that a branch shows.
pub(crate) fn shown(thread: &Thread, steps: &[Step], branch: u32) -> Vec<String> {
    let path = confidant_chat::branch::Path::of(&thread.branches, branch);
    let shown = steps.iter().filter(|step| path.shows(step.branch, step.sequence));
    shown.map(|step| step.output.clone()).collect()
}

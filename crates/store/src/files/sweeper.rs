//! The thread that removes files nobody can ask for any more.
//!
//! First what earlier runs left behind: files they did not finish, directories they did not finish
//! removing, and files of threads that do not exist. Then, until the store is closed, the files of
//! threads that are deleted. Removing large files takes its time, and nobody has to wait for it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::HistoryError;

use super::{Files, GONE, NEW};
use crate::error::{calmly, from_io, words};
use crate::read;
use crate::shared::Shared;

/// The removing thread. Dropping it ends what is being written to files, breaks off what is left of
/// earlier runs, and waits until the rest is removed: nobody may be left who could send more.
pub(crate) struct Sweeper {
    shared: Arc<Shared>,
    // `None` only while dropping.
    thread: Option<JoinHandle<()>>,
}

impl Sweeper {
    /// Starts removing among the files of `shared`, and then the directories that `gone` gives, as
    /// they come from [`Files::set_aside`].
    pub(crate) fn start(
        shared: Arc<Shared>,
        gone: Receiver<PathBuf>,
    ) -> Result<Self, HistoryError> {
        let sweeping = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("history-files".into())
            .spawn(move || run(&sweeping, &gone))
            .map_err(|error| from_io(&error))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.shared.files().close();
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("removing files ended in a panic: {}", words(&*panic));
        }
    }
}

fn run(shared: &Shared, gone: &Receiver<PathBuf>) {
    // Trees that are not known to be whole may lack a thread that the journal has, and files are
    // there once.
    let exists = |thread| {
        if !shared.is_trusted() {
            return Ok(true);
        }
        let engine = shared.engine()?;
        Ok(calmly(|| read::exists(engine.trees(), thread))?)
    };
    if let Err(error) = shared.files().sweep(exists) {
        tracing::warn!("what is left of files stays until the next start: {error}");
    }
    gone.iter().for_each(|dir| remove(&dir));
}

impl Files {
    /// Removes what earlier runs left behind. `exists` says which threads there are; files that
    /// somebody put since the store was opened may belong to one that is still to come, and stay.
    fn sweep(
        &self,
        exists: impl Fn(ThreadId) -> Result<bool, HistoryError>,
    ) -> Result<(), HistoryError> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|error| from_io(&error))?,
        };
        for entry in entries {
            if self.closed.load(Ordering::Relaxed) {
                return Ok(());
            }
            let entry = entry.map_err(|error| from_io(&error))?;
            match entry.file_name().to_str().map(Entry::parse) {
                Some(Entry::Thread(thread)) => {
                    if let Some(gone) = self.set_aside_unless(thread, &exists)? {
                        remove(&gone);
                    }
                }
                Some(Entry::Left(run)) if run != self.run => remove(&entry.path()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes the files away from `thread` unless it exists, or this run has had to do with it.
    fn set_aside_unless(
        &self,
        thread: ThreadId,
        exists: impl Fn(ThreadId) -> Result<bool, HistoryError>,
    ) -> Result<Option<PathBuf>, HistoryError> {
        // Held over all of this: a thread whose deletion is not certain yet is among the known ones
        // before it is gone from the trees.
        let known = self.known();
        if known.contains_key(&thread) || exists(thread)? {
            return Ok(None);
        }
        Ok(self.rename_away(thread).unwrap_or_else(|error| {
            // The others can go all the same.
            tracing::warn!("files without a thread stay until the next start: {error}");
            None
        }))
    }
}

/// What a name among the files says.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    /// The files of a thread.
    Thread(ThreadId),
    /// Something that this run did not finish.
    Left(ThreadId),
    /// Nothing that we know.
    Other,
}

impl Entry {
    fn parse(name: &str) -> Self {
        let mut parts = name.splitn(3, '.');
        let id = parts.next().and_then(|id| {
            let parsed: ThreadId = id.parse().ok()?;
            // An id can be written in several ways, and only one of them is ours.
            (parsed.to_string() == id).then_some(parsed)
        });
        match (id, parts.next(), parts.next()) {
            (Some(thread), None, None) => Self::Thread(thread),
            (Some(run), Some(_), Some(NEW | GONE)) => Self::Left(run),
            _ => Self::Other,
        }
    }
}

/// Removes a file or a directory. What cannot be removed now is tried again at the next start.
fn remove(path: &Path) {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    if let Err(error) = removed {
        tracing::warn!("some files stay until the next start: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use confidant_chat::clock;
    use confidant_chat::ids::ElementId;
    use confidant_chat::port::history::FileSource;

    use super::*;
    use crate::files::FileName;
    use crate::testing::Person;

    #[test]
    fn a_thread_that_this_run_has_had_to_do_with_is_left_alone() {
        let person = Person::new();
        let names = [(); 4].map(|()| FileName { thread: ThreadId::new(), file: ElementId::new() });
        let [there, gone, deleting, putting] = names;
        let put = |files: &Files, name| {
            files.put(name, FileSource::Bytes(b"content".to_vec()), || true).unwrap();
        };
        names.into_iter().for_each(|name| put(&person.files(), name));

        let files = person.files();
        files.spare(deleting.thread);
        put(&files, FileName { file: ElementId::new(), ..putting });
        files.sweep(|thread| Ok(thread == there.thread)).unwrap();
        let left = |name| files.read(name, 0, 99).is_ok();
        assert!(left(there), "its thread exists");
        assert!(left(deleting), "its thread's deletion may yet be taken back");
        assert!(left(putting), "its thread may be about to come");
        assert_eq!(files.read(gone, 0, 99), Err(HistoryError::NotFound));

        let unsure = person.files().sweep(|_| Err(HistoryError::Closed));
        assert_eq!(unsure, Err(HistoryError::Closed));
        assert!(left(there), "nothing goes when nobody can say which threads there are");
    }

    #[test]
    fn files_stay_until_it_is_certain_which_threads_there_are() {
        let person = Person::new();
        let name = FileName { thread: ThreadId::new(), file: ElementId::new() };
        person.files().put(name, FileSource::Bytes(b"content".to_vec()), || true).unwrap();
        let shared = person.shared(person.engine());
        let (_, nothing_more) = mpsc::channel();
        run(&shared, &nothing_more);
        assert!(shared.files().read(name, 0, 99).is_ok(), "damaged trees may lack its thread");
        shared.trust(clock::now());
        run(&shared, &nothing_more);
        assert_eq!(shared.files().read(name, 0, 99), Err(HistoryError::NotFound));
    }

    #[test]
    fn only_our_own_names_mean_something() {
        let id = ThreadId::new();
        let cases = [
            (id.to_string(), Entry::Thread(id)),
            (format!("{id}.0.new"), Entry::Left(id)),
            (format!("{id}.12.gone"), Entry::Left(id)),
            (id.to_string().to_uppercase(), Entry::Other),
            (format!("{{{id}}}"), Entry::Other),
            (format!("{id}.new"), Entry::Other),
            (format!("{id}.0.old"), Entry::Other),
            (String::new(), Entry::Other),
        ];
        for (name, expected) in cases {
            assert_eq!(Entry::parse(&name), expected, "{name}");
        }
    }
}

//! A file that is being written: under a name of its own until it is whole and on the disk.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::PathBuf;

use confidant_chat::port::history::HistoryError;

use super::{FileName, Files, Known, NEW};
use crate::error::from_io;

/// A file that is being written. Unless it is [finished](Self::finish), nothing of it is left.
pub(super) struct Half<'a> {
    files: &'a Files,
    name: FileName,
    /// How often the files of its thread had been removed when it was begun.
    removals: u64,
    file: File,
    /// What is to be removed if it is not finished.
    path: Option<PathBuf>,
}

impl<'a> Half<'a> {
    /// Begins to write the file `name`.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Failed`] when there is one of that name, and what [`from_io`] makes of a
    /// directory that cannot be written.
    pub(super) fn begin(files: &'a Files, name: FileName) -> Result<Self, HistoryError> {
        let removals = *files.known().entry(name.thread).or_default();
        refuse_if_there(files, name)?;
        confidant_disk::make_private(&files.dir).map_err(|error| from_io(&error))?;
        let path = files.own_path(NEW);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| from_io(&error))?;
        Ok(Self { files, name, removals, file, path: Some(path) })
    }

    /// What to write to.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether there is any use in going on.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Failed`] when the files of its thread were removed meanwhile.
    pub(super) fn check(&self) -> Result<(), HistoryError> {
        self.refuse_if_removed(&self.files.known())
    }

    /// Puts on the disk what is written so far.
    pub(super) fn sync(&self) -> Result<(), HistoryError> {
        self.file.sync_data().map_err(|error| from_io(&error))
    }

    /// Gives it its name, with everything on the disk.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Failed`] when there is one of that name by now, or when the files of its
    /// thread were removed meanwhile, and what [`from_io`] makes of a disk that fails.
    pub(super) fn finish(mut self) -> Result<(), HistoryError> {
        self.file.sync_all().map_err(|error| from_io(&error))?;
        self.rename()?;
        let Files { home, dir, .. } = self.files;
        // Those above it as well: they may have been made for this file, or by a run that ended
        // before it could have them on the disk.
        for made in [&self.files.thread_dir(self.name.thread), dir, home] {
            confidant_disk::sync(made).map_err(|error| from_io(&error))?;
        }
        self.path = None;
        Ok(())
    }

    fn refuse_if_removed(&self, known: &Known) -> Result<(), HistoryError> {
        if known.get(&self.name.thread) == Some(&self.removals) {
            return Ok(());
        }
        Err(HistoryError::Failed("the thread's files were removed meanwhile".into()))
    }

    fn rename(&mut self) -> Result<(), HistoryError> {
        let Some(half) = &self.path else { return Ok(()) };
        let known = self.files.known();
        self.refuse_if_removed(&known)?;
        refuse_if_there(self.files, self.name)?;
        let thread = self.files.thread_dir(self.name.thread);
        let whole = self.files.path(self.name);
        let renamed = confidant_disk::make_private(&thread).and_then(|()| fs::rename(half, &whole));
        if let Err(error) = renamed {
            // Only if it holds nothing, which is what this would have been the first of.
            let _ = fs::remove_dir(thread);
            return Err(from_io(&error));
        }
        self.path = Some(whole);
        Ok(())
    }
}

impl Drop for Half<'_> {
    fn drop(&mut self) {
        let Some(path) = &self.path else { return };
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!("a file that was not kept stays until the next start: {error}");
            }
            _ => {}
        }
    }
}

/// Fails if there is a file called `name`: none is ever replaced.
fn refuse_if_there(files: &Files, name: FileName) -> Result<(), HistoryError> {
    match fs::symlink_metadata(files.path(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(from_io(&error)),
        Ok(_) => Err(HistoryError::Failed(format!("there is a file {name} already"))),
    }
}

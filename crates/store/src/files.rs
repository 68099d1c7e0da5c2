//! sled's files, and having them on the disk.
//!
//! `flush` of sled 0.34 ends in `sync_file_range` on Linux (`pagecache/iobuf.rs`), which asks for
//! the pages to be written but neither for the file's length nor for the disk's own cache. Values
//! over a quarter of a segment go into files of their own under `blobs/`
//! (`pagecache/blob_io.rs`), which sled never syncs at all. So both are done here.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::directory;

/// The files of an open sled.
pub(crate) struct Files {
    db: File,
    blobs: PathBuf,
    /// The blobs that are on the disk. A blob never changes once it is there.
    safe: Mutex<HashSet<OsString>>,
}

impl Files {
    /// The files of the sled that is open in `dir`.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        // For writing, because Windows syncs no file that is open for reading only.
        let db = OpenOptions::new().write(true).open(dir.join("db"))?;
        Ok(Self { db, blobs: dir.join("blobs"), safe: Mutex::default() })
    }

    /// Puts on the disk whatever sled has written.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let mut safe = self.safe.lock().unwrap_or_else(PoisonError::into_inner);
        let names = fs::read_dir(&self.blobs)?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<HashSet<_>>>()?;
        let mut new = false;
        for name in names.difference(&safe) {
            new = true;
            match OpenOptions::new().write(true).open(self.blobs.join(name)) {
                Ok(blob) => blob.sync_data()?,
                // Replaced meanwhile, by sled's own cleaning.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        if new {
            directory::sync(&self.blobs)?;
        }
        // The log refers to the blobs, so it comes after them.
        self.db.sync_data()?;
        *safe = names;
        Ok(())
    }
}

//! Having sled's file on the disk.
//!
//! `flush` of sled 0.34 ends in `sync_file_range` on Linux (`pagecache/iobuf.rs`), which asks for
//! the pages to be written but neither for the file's length nor for the disk's own cache. Its log
//! is its only file that changes: snapshots are made when it is opened and are its to lose, and
//! there are no blobs, see [`long`](crate::long).

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// The log of an open sled.
pub(crate) struct Log(File);

impl Log {
    /// The log of the sled that is open in `dir`.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        // For writing, because Windows syncs no file that is open for reading only.
        OpenOptions::new().write(true).open(dir.join("db")).map(Self)
    }

    /// Puts on the disk whatever sled has written.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

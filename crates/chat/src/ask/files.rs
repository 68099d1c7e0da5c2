//! Files that a person chose.

use std::path::{Path, PathBuf};

use crate::mime;

/// A file that the person chose, where it lies on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFile {
    /// The file's own name, without folders.
    pub name: String,
    /// The MIME type that the name suggests; `application/octet-stream` when it suggests none.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    path: PathBuf,
}

impl AskedFile {
    /// A file at `path` with `size` bytes; its type is taken from its name.
    #[must_use]
    pub fn new(path: PathBuf, size: u64) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mime = mime::of_path(&path).to_owned();
        Self { name, mime, size, path }
    }

    /// Where to read it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

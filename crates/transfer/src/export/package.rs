//! A ZIP that is the same for the same content.

use std::io::{self, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::TransferError;

pub(super) struct Package<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Package<W> {
    pub(super) fn new(out: W) -> Self {
        Self { zip: ZipWriter::new(out) }
    }

    /// Begins a file in it. What is written from now on is its content.
    pub(super) fn begin(&mut self, path: &str) -> Result<(), TransferError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // When it was exported is nobody's business, and would make each archive another.
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            // How large it will be shows at its end only.
            .large_file(true);
        self.zip.start_file(path, options).map_err(failed)
    }

    /// Takes the file that was begun last out again.
    pub(super) fn give_up(&mut self) -> Result<(), TransferError> {
        self.zip.abort_file().map_err(failed)
    }

    pub(super) fn finish(self) -> Result<(), TransferError> {
        self.zip.finish().map_err(failed)?;
        Ok(())
    }
}

impl<W: Write + Seek> Write for Package<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.zip.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

fn failed(error: zip::result::ZipError) -> TransferError {
    match error {
        zip::result::ZipError::Io(error) => TransferError::unwritable(&error),
        error => TransferError::Unwritable(error.to_string()),
    }
}

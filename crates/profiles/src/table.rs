//! What is in a table: a summary of CSV, TSV, JSON and NDJSON files, read once from front to back.
//!
//! The file may be larger than memory. What is kept does not grow with the number of rows: for each
//! column a few figures, at most 1,000 hashes of distinct values and 64 candidates for the most
//! frequent ones; for the row at hand one field of at most [`MAX_FIELD`] bytes.
//!
//! Reading blocks; an asynchronous caller runs it on a thread of its own.

mod column;
mod delimited;
mod distinct;
mod error;
mod frequent;
mod json;
mod json_guard;
mod markdown;
mod numbers;
mod sniff;
mod summary;
mod text;
mod value;

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

pub use error::TableError;
pub use summary::{Column, Distinct, Format, Frequent, Kind, Numbers, Problem, Summary};

use text::Text;

/// The most columns that a table may have.
pub const MAX_COLUMNS: usize = 2_000;

/// The longest field that is read, in bytes.
pub const MAX_FIELD: usize = 1 << 20;

/// The longest name of a column, in bytes.
pub const MAX_NAME: usize = 4 << 10;

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many bytes of the file were read.
    pub bytes: u64,
}

/// Summarises the file at `path`. What it holds is told by the end of its name, else by its first
/// character.
///
/// `progress` is called about every 64 KiB and ends reading with [`ControlFlow::Break`].
///
/// # Errors
///
/// [`TableError`] when it cannot be read, is no table, or goes beyond a limit. Rows that do not fit
/// and bytes that are no text are no errors; the summary counts them.
pub fn summarise(
    path: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, TableError> {
    let file = File::open(path)?;
    summarise_reader(file, Format::of_name(path), progress)
}

/// Summarises what `reader` gives; without a format, the first character tells it.
///
/// # Errors
///
/// As with [`summarise`].
pub fn summarise_reader(
    reader: impl Read,
    format: Option<Format>,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, TableError> {
    let mut text = Text::open(reader, progress)?;
    let format = format.unwrap_or_else(|| sniff::format(text.sample()));
    let mut summary = match format {
        Format::Csv => {
            let delimiter = sniff::delimiter(text.sample());
            delimited::read(&mut text, format, delimiter)?
        }
        Format::Tsv => delimited::read(&mut text, format, b'\t')?,
        Format::Json | Format::NdJson => json::read(&mut text, format)?,
    };
    summary.not_text = text.not_text();
    Ok(summary)
}

#[cfg(test)]
mod tests;

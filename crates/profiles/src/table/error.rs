//! Why something cannot be summarised.

use super::{MAX_COLUMNS, MAX_FIELD, MAX_NAME};

/// Why something cannot be summarised. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file could not be opened or read.
    #[error("it could not be read: {0}")]
    Read(#[from] std::io::Error),
    /// The caller ended it.
    #[error("reading was stopped")]
    Stopped,
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// Not text at all, such as an Excel workbook or an archive.
    #[error("it is not text (byte {byte} is a zero); save it as CSV or JSON first")]
    Binary {
        /// Where the first such byte stands, from 0.
        byte: u64,
    },
    /// Text in UTF-16, as some programs export it.
    #[error("it is encoded as UTF-16; save it as UTF-8 first")]
    Utf16,
    /// More than [`MAX_COLUMNS`] columns.
    #[error("line {line} has more than {MAX_COLUMNS} columns")]
    TooManyColumns {
        /// Where the one too many stands.
        line: u64,
    },
    /// A field of more than [`MAX_FIELD`] bytes: most often a quote that nobody closed.
    #[error(
        "the field that begins in line {line} is longer than {} MiB; perhaps a quote is not closed",
        MAX_FIELD >> 20
    )]
    FieldTooLong {
        /// Where the field begins.
        line: u64,
    },
    /// A column's name of more than [`MAX_NAME`] bytes.
    #[error("the name of a column in line {line} is longer than {} KiB", MAX_NAME >> 10)]
    NameTooLong {
        /// Where the name stands.
        line: u64,
    },
    /// JSON, but not a list of records.
    #[error("the value in line {line} is not a record of names and values")]
    NotARecord {
        /// Where the value ends.
        line: u64,
    },
    /// JSON, nested deeper than any table.
    #[error("line {line} is nested too deeply")]
    TooDeep {
        /// Where it goes too deep.
        line: u64,
    },
    /// Not JSON.
    #[error("it is no valid JSON at line {line}, column {column}: {reason}")]
    Json {
        /// Where it breaks.
        line: u64,
        /// Which byte of the line.
        column: u64,
        /// What was expected.
        reason: String,
    },
}

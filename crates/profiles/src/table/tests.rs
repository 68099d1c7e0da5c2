//! The whole way from bytes to a summary, against plain computations and against hostile files.

mod bounds;
mod cases;
mod hostile;
mod plain;

use std::ops::ControlFlow;

use super::{Column, Format, Summary, TableError, summarise_reader};

fn summarise(text: impl AsRef<[u8]>, format: Format) -> Result<Summary, TableError> {
    summarise_reader(text.as_ref(), Some(format), &mut |_| ControlFlow::Continue(()))
}

fn csv(text: impl AsRef<[u8]>) -> Summary {
    summarise(text, Format::Csv).unwrap()
}

fn json(text: impl AsRef<[u8]>) -> Summary {
    summarise(text, Format::Json).unwrap()
}

fn column<'a>(summary: &'a Summary, name: &str) -> &'a Column {
    summary.columns.iter().find(|column| column.name == name).unwrap()
}

fn names(summary: &Summary) -> Vec<&str> {
    summary.columns.iter().map(|column| column.name.as_str()).collect()
}

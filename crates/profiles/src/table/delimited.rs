//! Tables as rows of fields with something in between.

use std::collections::HashSet;
use std::io::{BufRead, Read};

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::column::Tally;
use super::summary::{Format, Problem, Summary};
use super::text::Text;
use super::{MAX_COLUMNS, MAX_FIELD, MAX_NAME, TableError, sniff};

/// Summarises what is left of the text.
///
/// Read field by field with `csv-core`, because the `csv` crate keeps whole rows, and a quote that
/// nobody closed makes the rest of the file one row.
pub(super) fn read<R: Read>(
    text: &mut Text<'_, R>,
    format: Format,
    delimiter: u8,
) -> Result<Summary, TableError> {
    let mut fields = Fields {
        text,
        reader: ReaderBuilder::new().delimiter(delimiter).build(),
        buffer: vec![0; 4 << 10],
        length: 0,
        is_in_row: false,
    };
    // Where semicolons part the fields, commas are free to part the fractions.
    let comma = delimiter == b';';

    let first = first_row(&mut fields)?;
    let has_header = sniff::is_header(&first, comma);
    let mut rows = 0;
    let mut columns: Vec<Tally> = if has_header {
        unique_names(&first).into_iter().map(Tally::new).collect()
    } else {
        rows = 1;
        let names = (1..=first.len()).map(nameless);
        let mut columns: Vec<Tally> = names.map(Tally::new).collect();
        for (column, field) in columns.iter_mut().zip(&first) {
            column.add_field(field, comma);
        }
        columns
    };
    drop(first);

    let mut ragged = None;
    let mut place = 0;
    let mut row_line = 0;
    while let Some(field) = fields.next()? {
        if place == 0 {
            row_line = field.line;
        }
        if let Some(column) = columns.get_mut(place) {
            column.add_field(field.text, comma);
        }
        place += 1;
        if field.is_last {
            rows += 1;
            if place != columns.len() {
                Problem::note(&mut ragged, row_line);
            }
            place = 0;
        }
    }
    Ok(Summary {
        format,
        delimiter: Some(char::from(delimiter)),
        has_header,
        rows,
        columns: columns.into_iter().map(|column| column.finish(rows)).collect(),
        ragged,
        not_text: None,
    })
}

/// The fields of a text, one after the other.
struct Fields<'t, 'a, R> {
    text: &'t mut Text<'a, R>,
    reader: Reader,
    /// Holds one field, and grows up to the longest that is allowed.
    buffer: Vec<u8>,
    length: usize,
    /// Whether the next field continues a row.
    is_in_row: bool,
}

struct Field<'f> {
    text: &'f str,
    /// Whether its row ends with it.
    is_last: bool,
    /// Where it begins.
    line: u64,
}

impl<R: Read> Fields<'_, '_, R> {
    fn next(&mut self) -> Result<Option<Field<'_>>, TableError> {
        self.length = 0;
        let mut line = None;
        loop {
            let input = match self.text.fill_buf() {
                Ok(input) => input,
                Err(error) => return Err(self.text.take_failure().unwrap_or(error.into())),
            };
            let before = self.reader.line();
            let (result, read, written) =
                self.reader.read_field(input, &mut self.buffer[self.length..]);
            if line.is_none() {
                // The rest of a line end, and blank lines, are only read together with what follows.
                let skipped = match self.is_in_row {
                    true => 0,
                    false => input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count(),
                };
                if read > skipped {
                    let ends = input.iter().take(skipped).filter(|byte| **byte == b'\n').count();
                    line = Some(before + ends as u64);
                }
            }
            self.text.consume(read);
            self.length += written;
            match result {
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::OutputFull => {
                    let line = line.unwrap_or_else(|| self.reader.line());
                    if self.buffer.len() >= MAX_FIELD {
                        return Err(TableError::FieldTooLong { line });
                    }
                    let longer = (self.buffer.len() * 2).min(MAX_FIELD);
                    self.buffer.resize(longer, 0);
                }
                ReadFieldResult::Field { record_end } => {
                    self.is_in_row = !record_end;
                    let bytes = &self.buffer[..self.length];
                    return Ok(Some(Field {
                        // The text is valid and parted at single bytes, so this never replaces.
                        text: std::str::from_utf8(bytes).unwrap_or("\u{fffd}"),
                        is_last: record_end,
                        line: line.unwrap_or_else(|| self.reader.line()),
                    }));
                }
                ReadFieldResult::End => return Ok(None),
            }
        }
    }
}

/// The first row, as names or values.
fn first_row<R: Read>(fields: &mut Fields<'_, '_, R>) -> Result<Vec<String>, TableError> {
    let mut row = Vec::new();
    while let Some(field) = fields.next()? {
        if row.len() == MAX_COLUMNS {
            return Err(TableError::TooManyColumns { line: field.line });
        }
        if field.text.len() > MAX_NAME {
            return Err(TableError::NameTooLong { line: field.line });
        }
        row.push(field.text.to_owned());
        if field.is_last {
            break;
        }
    }
    Ok(row)
}

/// The names of a header, each of them once: a column without one is "column 3", a second "name"
/// is "name (2)".
fn unique_names(header: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut names = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let base = match name.trim() {
            "" => nameless(place + 1),
            name => name.to_owned(),
        };
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base} ({number})");
            number += 1;
        }
        names.push(name);
    }
    names
}

fn nameless(number: usize) -> String {
    format!("column {number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_never_empty() {
        let header = ["a", "", " a ", "a (2)", "column 2", "a"].map(str::to_owned);
        let expected = ["a", "column 2", "a (2)", "a (2) (2)", "column 2 (2)", "a (3)"];
        assert_eq!(unique_names(&header), expected);
    }
}

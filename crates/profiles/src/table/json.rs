//! Tables as lists of records, `[{"name": "Ada"}, …]`, or one record after the other.

use std::collections::HashMap;
use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::column::Tally;
use super::json_guard::{Excess, Guard};
use super::summary::{Format, Summary};
use super::text::Text;
use super::{MAX_COLUMNS, MAX_NAME, TableError};

/// Summarises what is left of the text. No more than one value of it is ever held.
pub(super) fn read<R: Read>(text: &mut Text<'_, R>, format: Format) -> Result<Summary, TableError> {
    let is_list = text.sample().iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let mut table = Table::default();
    let mut guard = Guard::new(&mut *text);
    // The parser asks for single bytes, which only this reader gives quickly.
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(&mut guard));
    let parsed = if is_list {
        json.deserialize_seq(List { table: &mut table }).and_then(|()| json.end())
    } else {
        records(&mut json, &mut table)
    };
    drop(json);
    let excess = guard.excess;
    if let Err(error) = parsed {
        return Err(reason(&error, text.take_failure(), excess, table.fault));
    }
    let rows = table.rows;
    Ok(Summary {
        format,
        delimiter: None,
        has_header: true,
        rows,
        columns: table.columns.into_iter().map(|column| column.tally.finish(rows)).collect(),
        ragged: None,
        not_text: None,
    })
}

/// Reads record after record, on lines of their own or not.
fn records<R: Read>(
    json: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
    table: &mut Table,
) -> Result<(), serde_json::Error> {
    // Between two values, only the end is no error; reading on gives any other error again.
    while json.end().is_err() {
        Record { table }.deserialize(&mut *json)?;
    }
    Ok(())
}

/// Why it went no further: the first cause, not what the parser made of it.
fn reason(
    error: &serde_json::Error,
    failure: Option<TableError>,
    excess: Option<Excess>,
    fault: Option<Fault>,
) -> TableError {
    let line = error.line() as u64;
    if let Some(failure) = failure {
        return failure;
    }
    match (excess, fault) {
        (Some(Excess::TooLong { line }), _) => TableError::FieldTooLong { line },
        (Some(Excess::TooDeep { line }), _) => TableError::TooDeep { line },
        (None, Some(Fault::TooManyColumns)) => TableError::TooManyColumns { line },
        (None, Some(Fault::NameTooLong)) => TableError::NameTooLong { line },
        (None, Some(Fault::NotARecord)) => TableError::NotARecord { line },
        (None, None) => {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let words = error.to_string();
            let reason = words.strip_suffix(&place).unwrap_or(&words).to_owned();
            TableError::Json { line, column: error.column() as u64, reason }
        }
    }
}

/// What is known so far.
#[derive(Default)]
struct Table {
    rows: u64,
    columns: Vec<Known>,
    by_name: HashMap<String, usize>,
    fault: Option<Fault>,
}

struct Known {
    tally: Tally,
    /// The last row that had this name, from 1. Of a name that a record has twice, the first
    /// value counts.
    last_row: u64,
}

/// What is wrong with the table, although its JSON is right.
#[derive(Clone, Copy)]
enum Fault {
    TooManyColumns,
    NameTooLong,
    NotARecord,
}

impl Table {
    /// Ends reading. The parser's error only carries words, so the cause is kept here.
    fn fail<E: de::Error>(&mut self, fault: Fault) -> E {
        self.fault = Some(fault);
        E::custom("no table")
    }

    fn column<E: de::Error>(&mut self, name: &str) -> Result<usize, E> {
        if let Some(place) = self.by_name.get(name) {
            return Ok(*place);
        }
        if self.columns.len() == MAX_COLUMNS {
            return Err(self.fail(Fault::TooManyColumns));
        }
        if name.len() > MAX_NAME {
            return Err(self.fail(Fault::NameTooLong));
        }
        let place = self.columns.len();
        self.by_name.insert(name.to_owned(), place);
        self.columns.push(Known { tally: Tally::new(name.to_owned()), last_row: 0 });
        Ok(place)
    }
}

/// The list of records.
struct List<'t> {
    table: &'t mut Table,
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Record { table: &mut *self.table })?.is_some() {}
        Ok(())
    }
}

/// One record, which is one row.
struct Record<'t> {
    table: &'t mut Table,
}

impl<'de> DeserializeSeed<'de> for Record<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Record<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut record: A) -> Result<(), A::Error> {
        self.table.rows += 1;
        let row = self.table.rows;
        while let Some(place) = record.next_key_seed(Name { table: &mut *self.table })? {
            match self.table.columns.get_mut(place) {
                Some(known) if known.last_row != row => {
                    known.last_row = row;
                    record.next_value_seed(Cell { tally: &mut known.tally })?;
                }
                _ => {
                    record.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    // Everything else that can stand there.
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Err(self.table.fail(Fault::NotARecord))
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Err(self.table.fail(Fault::NotARecord))
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Err(self.table.fail(Fault::NotARecord))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(self.table.fail(Fault::NotARecord))
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Err(self.table.fail(Fault::NotARecord))
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Err(self.table.fail(Fault::NotARecord))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.table.fail(Fault::NotARecord))
    }
}

/// The name of a value, which leads to its column.
struct Name<'t> {
    table: &'t mut Table,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<usize, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        self.table.column(name)
    }
}

/// One value.
struct Cell<'t> {
    tally: &'t mut Tally,
}

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cell<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.tally.add_boolean(value);
        Ok(())
    }
    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.tally.add_number(value as f64, true, &value.to_string());
        Ok(())
    }
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.tally.add_number(value as f64, true, &value.to_string());
        Ok(())
    }
    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.tally.add_number(value, false, &value.to_string());
        Ok(())
    }
    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.tally.add_text(value);
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.tally.add_nested();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut record: A) -> Result<(), A::Error> {
        self.tally.add_nested();
        while record.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

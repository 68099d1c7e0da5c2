//! Random tables, summarised and computed plainly.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::{csv, json, summarise};
use crate::table::{Distinct, Format, Kind, Summary};

/// A value of a random table.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Missing,
    Integer(i32),
    Number(f64),
    Text(String),
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        1 => Just(Cell::Missing),
        3 => (-1_000_i32..1_000).prop_map(Cell::Integer),
        2 => (-1e6_f64..1e6).prop_filter("whole", |n| n.fract() != 0.0).prop_map(Cell::Number),
        // Begins with a letter that begins no number, truth or gap.
        3 => "x[ -~äß日\n]{0,8}[a-z]".prop_map(Cell::Text),
    ]
}

/// Columns that are often of one kind, as in real tables.
fn table() -> impl Strategy<Value = Vec<Vec<Cell>>> {
    (1_usize..6, 0_usize..40).prop_flat_map(|(width, height)| {
        let of_one_kind = prop_oneof![
            prop::collection::vec((-50_i32..50).prop_map(Cell::Integer), height),
            prop::collection::vec(cell(), height),
            prop::collection::vec("x[a-c]".prop_map(Cell::Text), height),
            prop::collection::vec(Just(Cell::Missing), height),
        ];
        prop::collection::vec(of_one_kind, width)
    })
}

fn as_csv(columns: &[Vec<Cell>], delimiter: char, line_end: &str) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = String::new();
    let header: Vec<_> = (0..columns.len()).map(|place| quote(&format!("c{place}"))).collect();
    text.push_str(&header.join(&delimiter.to_string()));
    text.push_str(line_end);
    for row in 0..columns[0].len() {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| match &column[row] {
                // Quoted, since a row of one empty field is a blank line, which is none.
                Cell::Missing => quote(""),
                Cell::Integer(number) => number.to_string(),
                Cell::Number(number) => number.to_string(),
                Cell::Text(text) => quote(text),
            })
            .collect();
        text.push_str(&fields.join(&delimiter.to_string()));
        text.push_str(line_end);
    }
    text
}

fn as_records(columns: &[Vec<Cell>]) -> Vec<serde_json::Value> {
    let record = |row: usize| {
        let values = columns.iter().enumerate().map(|(place, column)| {
            let value = match &column[row] {
                Cell::Missing => serde_json::Value::Null,
                Cell::Integer(number) => (*number).into(),
                Cell::Number(number) => (*number).into(),
                Cell::Text(text) => text.as_str().into(),
            };
            (format!("c{place}"), value)
        });
        values.collect::<serde_json::Map<_, _>>().into()
    };
    (0..columns[0].len()).map(record).collect()
}

/// The summary says what a plain computation says.
fn agrees(summary: &Summary, columns: &[Vec<Cell>]) -> Result<(), TestCaseError> {
    prop_assert_eq!(summary.rows, columns[0].len() as u64);
    prop_assert_eq!(summary.ragged, None);
    for (place, cells) in columns.iter().enumerate() {
        let name = format!("c{place}");
        // In records of no rows there are no names.
        let Some(column) = summary.columns.iter().find(|column| column.name == name) else {
            prop_assert_eq!(cells.len(), 0);
            continue;
        };
        let missing = cells.iter().filter(|cell| **cell == Cell::Missing).count() as u64;
        prop_assert_eq!(column.missing, missing);

        let distinct: HashSet<String> = cells
            .iter()
            .filter_map(|cell| match cell {
                Cell::Missing => None,
                Cell::Integer(number) => Some(number.to_string()),
                Cell::Number(number) => Some(number.to_string()),
                Cell::Text(text) => Some(text.trim().to_owned()),
            })
            .collect();
        prop_assert_eq!(column.distinct, Distinct::Exactly(distinct.len() as u64));

        let integers = cells.iter().filter(|cell| matches!(cell, Cell::Integer(_))).count();
        let texts = cells.iter().filter(|cell| matches!(cell, Cell::Text(_))).count();
        let numbers: Vec<f64> = cells
            .iter()
            .filter_map(|cell| match cell {
                Cell::Integer(number) => Some(f64::from(*number)),
                Cell::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        let kind = match (integers, numbers.len(), texts) {
            (_, 0, 0) => Kind::Empty,
            (_, 0, _) => Kind::Text,
            (integers, all, 0) if integers == all => Kind::Integer,
            (_, _, 0) => Kind::Number,
            _ => Kind::Mixed,
        };
        prop_assert_eq!(column.kind, kind);

        match column.numbers {
            None => prop_assert!(numbers.is_empty()),
            Some(found) => {
                let count = numbers.len() as f64;
                let mean = numbers.iter().sum::<f64>() / count;
                let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()));
                prop_assert_eq!(found.count as usize, numbers.len());
                // The JSON parser is allowed to be off by the last bit.
                prop_assert!(near(found.min, numbers.iter().copied().fold(f64::MAX, f64::min)));
                prop_assert!(near(found.max, numbers.iter().copied().fold(f64::MIN, f64::max)));
                prop_assert!(near(found.mean.unwrap(), mean));
                match found.deviation {
                    None => prop_assert_eq!(numbers.len(), 1),
                    Some(found) => {
                        prop_assert!(near(found, (squares / (count - 1.0)).sqrt()));
                    }
                }
            }
        }

        // Fewer than 64 values that are no numbers, so these counts are exact.
        let mut counts: HashMap<String, u64> = HashMap::new();
        for cell in cells {
            if let Cell::Text(text) = cell {
                *counts.entry(text.trim().to_owned()).or_default() += 1;
            }
        }
        let mut expected: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        expected.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        expected.truncate(5);
        let found: Vec<_> =
            column.frequent.iter().map(|found| (found.value.clone(), found.count)).collect();
        prop_assert_eq!(found, expected);
        prop_assert!(column.frequent.iter().all(|found| found.exact));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn delimited(
        columns in table(),
        delimiter in prop_oneof![Just(','), Just('\t'), Just('|')],
        line_end in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let text = as_csv(&columns, delimiter, line_end);
        // One column has nothing to guess a delimiter from.
        let summary = match delimiter {
            '\t' => summarise(&text, Format::Tsv).unwrap(),
            _ => csv(&text),
        };
        if columns.len() > 1 && !columns[0].is_empty() {
            agrees(&summary, &columns)?;
        }
    }

    #[test]
    fn listed(columns in table()) {
        let records = as_records(&columns);
        agrees(&json(serde_json::to_string(&records).unwrap()), &columns)?;
        agrees(&json(serde_json::to_string_pretty(&records).unwrap()), &columns)?;
        let lines: Vec<_> = records.iter().map(ToString::to_string).collect();
        if !lines.is_empty() {
            agrees(&summarise(lines.join("\n"), Format::NdJson).unwrap(), &columns)?;
        }
    }
}

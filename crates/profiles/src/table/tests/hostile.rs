//! Files that nobody means well with, and files that are none.

use std::io::{self, Read};
use std::ops::ControlFlow;

use proptest::prelude::*;
use rstest::rstest;

use super::{csv, json, summarise};
use crate::table::{
    Distinct, Format, MAX_COLUMNS, MAX_FIELD, MAX_NAME, Numbers, Progress, TableError,
    summarise_reader,
};

fn error(text: impl AsRef<[u8]>, format: Format) -> TableError {
    summarise(text, format).unwrap_err()
}

#[rstest]
#[case("")]
#[case("\u{feff}")]
#[case(" \r\n\n")]
fn nothing_is_no_table(#[case] text: &str) {
    for format in [Format::Csv, Format::Tsv, Format::Json, Format::NdJson] {
        assert!(matches!(error(text, format), TableError::Empty), "{format:?}");
    }
}

#[test]
fn workbooks_and_other_encodings_are_told() {
    let workbook = b"PK\x03\x04\x14\x00\x06\x00";
    assert!(matches!(error(workbook, Format::Csv), TableError::Binary { byte: 5 }));
    assert!(matches!(error(b"\xff\xfea\x00,\x00", Format::Csv), TableError::Utf16));
    assert!(matches!(error(b"\xfe\xff\x00a\x00,", Format::Csv), TableError::Utf16));
}

#[test]
fn a_quote_that_nobody_closes() {
    let text = format!("a,b\r\n1,2\r\n\r\n3,\"{}", "x,\n".repeat(MAX_FIELD));
    let error = error(&text, Format::Csv);
    assert!(matches!(error, TableError::FieldTooLong { line: 4 }), "{error:?}");
    assert!(error.to_string().contains("line 4"), "the person can find it");
}

#[test]
fn a_field_as_long_as_allowed() {
    let longest = "x".repeat(MAX_FIELD - 1);
    let summary = csv(format!("a,b\n{longest},1\n{longest},2\n"));
    assert_eq!(summary.columns[0].distinct, Distinct::Exactly(1));
    assert!(summary.columns[0].frequent[0].value.len() < 100, "only its beginning is kept");

    let summary = json(format!("[{{\"a\": \"{longest}\"}}]"));
    assert_eq!(summary.rows, 1);
    let error = error(format!("[\n{{\"a\": \"{longest}xxxx\"}}]"), Format::Json);
    assert!(matches!(error, TableError::FieldTooLong { line: 2 }), "{error:?}");
}

#[test]
fn as_many_columns_as_allowed() {
    let header = |count: usize| (0..count).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    assert_eq!(csv(header(MAX_COLUMNS)).columns.len(), MAX_COLUMNS);
    let found = error(header(MAX_COLUMNS + 1), Format::Csv);
    assert!(matches!(found, TableError::TooManyColumns { line: 1 }), "{found:?}");

    let record = |n: usize| format!("{{\"c{n}\": 1}}");
    let records = |count: usize| (0..count).map(record).collect::<Vec<_>>().join("\n");
    assert_eq!(json(records(MAX_COLUMNS)).columns.len(), MAX_COLUMNS);
    let found = error(records(MAX_COLUMNS + 1), Format::NdJson);
    assert!(matches!(found, TableError::TooManyColumns { line: 2001 }), "{found:?}");
}

#[test]
fn a_row_of_very_many_fields_costs_nothing() {
    let summary = csv(format!("a,b\n{}\n1,2\n", ",".repeat(1_000_000)));
    assert_eq!((summary.rows, summary.columns.len()), (2, 2));
    assert_eq!(summary.ragged.unwrap().count, 1);
}

#[test]
fn names_as_long_as_allowed() {
    let name = "n".repeat(MAX_NAME);
    assert_eq!(csv(format!("{name},b\n1,2\n")).columns.len(), 2);
    assert_eq!(json(format!("{{\"{name}\": 1}}")).columns.len(), 1);
    let found = error(format!("{name}n,b\n1,2\n"), Format::Csv);
    assert!(matches!(found, TableError::NameTooLong { line: 1 }), "{found:?}");
    let found = error(format!("[\n{{\"{name}n\": 1}}]"), Format::Json);
    assert!(matches!(found, TableError::NameTooLong { line: 2 }), "{found:?}");
}

#[rstest]
#[case("[1]")]
#[case("[\"a\"]")]
#[case("[null]")]
#[case("[true]")]
#[case("[1.5]")]
#[case("[-1]")]
#[case("[[]]")]
#[case("[{}, [{}]]")]
#[case("5")]
#[case("{} \"a\"")]
fn json_without_records(#[case] text: &str) {
    let found = error(text, Format::Json);
    assert!(matches!(found, TableError::NotARecord { line: 1 }), "{found:?}");
}

#[rstest]
#[case("[{\"a\": 1}", 1)]
#[case("[{\"a\": 1},\n{\"a\": }]", 2)]
#[case("[{\"a\": 1}]\n\n[{}]", 3)]
#[case("{\"a\": 1}\n{\"a\"", 2)]
#[case("{\"a\": 1}\n<html>", 2)]
#[case("{\"a\": 1e999}", 1)]
#[case("[{\"a\": \"\\ud800\"}]", 1)]
#[case("[{1: 2}]", 1)]
fn broken_json_says_where(#[case] text: &str, #[case] expected: u64) {
    let found = error(text, Format::Json);
    let TableError::Json { line, reason, .. } = &found else { panic!("{found:?}") };
    assert_eq!(*line, expected, "{found}");
    assert!(!reason.is_empty() && !reason.contains(" at line"), "the place is said once: {found}");
}

#[test]
fn json_nested_without_end() {
    let found = error(format!("[\n{{\"a\": {}", "[".repeat(1_000_000)), Format::Json);
    assert!(matches!(found, TableError::TooDeep { line: 2 }), "{found:?}");
    let found = error("[".repeat(1_000_000), Format::Json);
    assert!(matches!(found, TableError::TooDeep { .. } | TableError::NotARecord { .. }));
    let deep = format!("[{{\"a\": {}{}}}]", "[".repeat(120), "]".repeat(120));
    assert_eq!(json(deep).rows, 1);
}

#[test]
fn numbers_at_the_edge() {
    let summary = csv(format!("a,b\n{:e},1\n{:e},1\n", f64::MAX, f64::MIN));
    let numbers = summary.columns[0].numbers.unwrap();
    assert_eq!((numbers.max, numbers.min, numbers.deviation), (f64::MAX, f64::MIN, None));
    let text = summary.to_markdown();
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
}

/// Gives a few bytes at a time, then an error.
struct Failing(&'static [u8]);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("the disk is gone"));
        }
        let length = self.0.len().min(2).min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

/// A good beginning, longer than what is looked at first.
fn long_start(format: Format) -> &'static [u8] {
    let row = if format == Format::Csv { "a,b\n" } else { "{\"a\": 1}\n" };
    row.repeat(20_000).leak().as_bytes()
}

#[rstest]
#[case(Format::Csv)]
#[case(Format::NdJson)]
fn a_failing_disk_is_told_as_such(#[case] format: Format) {
    for start in [b"a,".as_slice(), long_start(format)] {
        let mut go_on = |_| ControlFlow::Continue(());
        let found = summarise_reader(Failing(start), Some(format), &mut go_on).unwrap_err();
        let TableError::Read(cause) = &found else { panic!("{found:?}") };
        assert_eq!(cause.to_string(), "the disk is gone");
    }
}

#[rstest]
#[case(Format::Csv)]
#[case(Format::NdJson)]
fn reading_can_be_stopped(#[case] format: Format) {
    let mut steps = Vec::new();
    let mut progress = |Progress { bytes }| {
        steps.push(bytes);
        if bytes < 1_000_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let endless = Endless { row: long_start(format), at: 0 };
    let found = summarise_reader(endless, Some(format), &mut progress).unwrap_err();
    assert!(matches!(found, TableError::Stopped), "{found:?}");
    assert!(steps.is_sorted() && steps[0] == 0);
    assert!(*steps.last().unwrap() < 1_200_000, "it stops soon");
}

struct Endless {
    row: &'static [u8],
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = (&self.row[self.at..]).read(buffer)?;
        self.at = (self.at + length) % self.row.len();
        Ok(length)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_break_it(
        bytes in prop::collection::vec(
            prop_oneof![4 => prop::sample::select(&b"\",;\t|\n\r {}[]:1.-eatN\\u"[..]), 1 => any::<u8>()],
            0..200,
        ),
    ) {
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::NdJson] {
            if let Ok(summary) = summarise(&bytes, format) {
                prop_assert!(summary.to_markdown().starts_with("**"));
                let figures = summary.columns.iter().filter_map(|column| column.numbers);
                for Numbers { min, max, mean, deviation, .. } in figures {
                    let found = [min, max, mean.unwrap_or(0.0), deviation.unwrap_or(0.0)];
                    prop_assert!(found.iter().all(|figure| figure.is_finite()));
                }
                prop_assert!(summary.columns.iter().all(|column| column.missing <= summary.rows));
            }
        }
    }

    /// How the disk splits the bytes changes nothing, not even within a letter.
    #[test]
    fn splitting_changes_nothing(text in "[a-cäß日,;\"\n\r0-9]{1,300}", most in 1_usize..7) {
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let length = self.1.min(buffer.len());
                self.0.read(&mut buffer[..length])
            }
        }
        let mut go_on = |_| ControlFlow::Continue(());
        let slow = summarise_reader(Slow(text.as_bytes(), most), Some(Format::Csv), &mut go_on);
        match (slow, summarise(&text, Format::Csv)) {
            (Ok(slow), Ok(whole)) => prop_assert_eq!(slow, whole),
            (slow, whole) => prop_assert!(slow.is_err() && whole.is_err()),
        }
    }
}

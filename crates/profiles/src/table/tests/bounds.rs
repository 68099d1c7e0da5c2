//! What is kept in memory does not grow with the file.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::process::Command;

use crate::table::{Distinct, Format, Kind, Progress, summarise_reader};

/// Set for the process that reads and is measured.
const CHILD: &str = "CONFIDANT_TEST_TABLE_CHILD";

/// How many megabytes are read; 100 take a debug build a quarter of a minute.
const MEGABYTES: &str = "CONFIDANT_TEST_TABLE_MEGABYTES";

/// By how much the process may grow, in KiB: a few buffers and what is known of six columns.
const GROWTH: u64 = 8 << 10;

/// Rows that are made as they are read: numbers, dates, postcodes, words that come again and texts
/// that never do.
struct Rows {
    format: Format,
    number: u64,
    left: u64,
    row: Vec<u8>,
    taken: usize,
}

impl Rows {
    fn new(format: Format, bytes: u64) -> Self {
        let row = match format {
            Format::Csv => b"id,value,day,zip,word,text\n".to_vec(),
            _ => Vec::new(),
        };
        Self { format, number: 0, left: bytes, row, taken: 0 }
    }

    fn next_row(&mut self) {
        let n = self.number;
        let value = n as f64 / 7.0;
        let (day, zip, word) = (n % 28 + 1, n % 90_000, ["red", "green", "blue"][(n % 3) as usize]);
        let text = format!("a text, with a number {n} and nothing to compress, to fill the row up");
        self.row = match self.format {
            Format::Csv => {
                format!("{n},{value},2024-02-{day:02},{zip:05},{word},\"{text}\"\n")
            }
            _ => format!(
                "{{\"id\":{n},\"value\":{value},\"day\":\"2024-02-{day:02}\",\"zip\":\"{zip:05}\",\
                 \"word\":\"{word}\",\"text\":\"{text}\"}}\n"
            ),
        }
        .into_bytes();
        self.taken = 0;
        self.number += 1;
    }
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.row.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.next_row();
            self.left = self.left.saturating_sub(self.row.len() as u64);
        }
        let length = (&self.row[self.taken..]).read(buffer)?;
        self.taken += length;
        Ok(length)
    }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn read_and_measure(format: Format, megabytes: u64) {
    let warm_up = Rows::new(format, 1 << 20);
    summarise_reader(warm_up, Some(format), &mut |_| ControlFlow::Continue(())).unwrap();
    let before = peak();

    let mut last = 0;
    let mut progress = |Progress { bytes }| {
        last = bytes;
        ControlFlow::Continue(())
    };
    let bytes = megabytes << 20;
    let summary = summarise_reader(Rows::new(format, bytes), Some(format), &mut progress).unwrap();
    assert!(last >= bytes, "all of it was read");
    let grown = peak() - before;
    assert!(grown <= GROWTH, "grown by {grown} KiB for {megabytes} MB");

    let kinds: Vec<_> = summary.columns.iter().map(|column| column.kind).collect();
    let kinds_expected =
        [Kind::Integer, Kind::Number, Kind::Date, Kind::Text, Kind::Text, Kind::Text];
    assert_eq!(kinds, kinds_expected);
    let id = summary.columns[0].numbers.unwrap();
    assert_eq!((id.min, id.max), (0.0, (summary.rows - 1) as f64), "no row was lost");
    assert_eq!(id.mean, Some(id.max / 2.0));
    assert_eq!(summary.columns[2].distinct, Distinct::Exactly(28));
    assert_eq!(summary.columns[5].distinct, Distinct::MoreThan(1_000));
    assert!(summary.columns[5].frequent.is_empty(), "nothing is there twice");
    let words: Vec<_> = summary.columns[4].frequent.iter().map(|word| word.count).collect();
    assert_eq!(words.iter().sum::<u64>(), summary.rows);
}

/// Reads in a process of its own, where nothing else takes memory.
fn in_a_child(test: &str, format: Format) {
    let megabytes = std::env::var(MEGABYTES).map_or(10, |value| value.parse().unwrap());
    if std::env::var_os(CHILD).is_some() {
        read_and_measure(format, megabytes);
        return;
    }
    let name = format!("table::tests::bounds::{test}");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--test-threads", "1"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_large_delimited_file() {
    in_a_child("a_large_delimited_file", Format::Csv);
}

#[test]
#[cfg(target_os = "linux")]
fn a_large_file_of_records() {
    in_a_child("a_large_file_of_records", Format::NdJson);
}

/// The other end of the bound: as many columns as allowed, each with more different values than
/// are counted.
#[test]
fn what_is_kept_of_a_column_is_bounded() {
    use crate::table::column::Tally;

    let mut tally = Tally::new("x".to_owned());
    let long = "y".repeat(1_000);
    for number in 0..20_000 {
        tally.add_field(&format!("{number} {long}"), false);
    }
    assert!(tally.kept_bytes() < 16 << 10, "{} bytes", tally.kept_bytes());
}

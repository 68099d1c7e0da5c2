//! What a summary says.

use std::path::Path;

/// What kind of file a table came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Fields between commas, semicolons, tabs or bars; which of them is found out.
    Csv,
    /// Fields between tabs.
    Tsv,
    /// A list of records, or one record.
    Json,
    /// A record on every line.
    NdJson,
}

impl Format {
    /// By the end of a file's name, where that says it.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::NdJson),
            _ => None,
        }
    }
}

/// What is in a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The kind of file.
    pub format: Format,
    /// What stands between fields; nothing in JSON.
    pub delimiter: Option<char>,
    /// Whether the first row gave the columns their names. Always so in JSON.
    pub has_header: bool,
    /// How many rows, the header not counted.
    pub rows: u64,
    /// The columns, in the order in which they first came.
    pub columns: Vec<Column>,
    /// Rows with more or fewer fields than there are columns. What is beyond the last column was
    /// left out, what is not there counts as missing.
    pub ragged: Option<Problem>,
    /// Places that are no UTF-8; each was read as one `\u{fffd}`.
    pub not_text: Option<Problem>,
}

/// Something that is wrong with a table and did not keep it from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How often.
    pub count: u64,
    /// Where first, from 1.
    pub first_line: u64,
}

impl Problem {
    /// Counts one more.
    pub(super) fn note(problem: &mut Option<Self>, line: u64) {
        problem.get_or_insert(Self { count: 0, first_line: line }).count += 1;
    }
}

/// What is in one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name: from the header, unique within the table, "column 3" where there is none.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// In how many rows it has no value: nothing at all, only white space, or `NA`, `N/A`, `NaN` or
    /// `null` in any case.
    pub missing: u64,
    /// How many different values it has, by how they are written. Missing and nested ones do not
    /// count.
    pub distinct: Distinct,
    /// Its numbers, where it has any.
    pub numbers: Option<Numbers>,
    /// Its most frequent values that are no numbers, the most frequent first; at most five.
    pub frequent: Vec<Frequent>,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Numbers, not all of them whole.
    Number,
    /// `true` and `false`.
    Boolean,
    /// Days.
    Date,
    /// Days with a time, or some with and some without.
    DateTime,
    /// Text. Numbers with leading zeros, such as postcodes, are text, too.
    Text,
    /// Objects and lists inside JSON.
    Nested,
    /// Several of these.
    Mixed,
    /// It has no values.
    Empty,
}

/// How many different values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distinct {
    /// So many.
    Exactly(u64),
    /// More than were counted.
    MoreThan(u64),
}

/// Figures of the numbers of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// How many there are.
    pub count: u64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their mean; nothing where it is beyond what can be calculated with.
    pub mean: Option<f64>,
    /// Their standard deviation, as of a sample (divided by count - 1); nothing for a single number
    /// and beyond what can be calculated with.
    pub deviation: Option<f64>,
}

/// A value that is there often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frequent {
    /// Its beginning, at most 40 characters.
    pub value: String,
    /// How often it is there, at least.
    pub count: u64,
    /// Whether `count` is exact. It is where the column has at most 64 such values.
    pub exact: bool,
}

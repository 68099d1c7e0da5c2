//! A summary as Markdown.

use std::fmt::Write;

use super::summary::{Column, Distinct, Format, Frequent, Kind, Numbers, Problem, Summary};

/// The most columns that are shown; a wider table would be longer than anybody reads.
const SHOWN_COLUMNS: usize = 100;

/// The most characters of a name or value that are shown.
const SHOWN_LETTERS: usize = 60;

impl Summary {
    /// A headline, what is wrong, a table of the columns and one of their numbers.
    ///
    /// What comes from the file is shown as plain text, whatever it holds.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = self.headline();
        self.write_problems(&mut text);
        let shown = &self.columns[..self.columns.len().min(SHOWN_COLUMNS)];
        if !shown.is_empty() {
            write_columns(&mut text, shown, self.rows);
            write_numbers(&mut text, shown);
        }
        let hidden = self.columns.len() - shown.len();
        if hidden > 0 {
            let hidden = amount(hidden as u64, "more column is", "more columns are");
            let _ = write!(text, "\n{hidden} not shown.\n");
        }
        text
    }

    fn headline(&self) -> String {
        let rows = amount(self.rows, "row", "rows");
        let columns = amount(self.columns.len() as u64, "column", "columns");
        let kind = match (self.format, self.delimiter) {
            (Format::Csv, Some(';')) => "CSV with semicolons",
            (Format::Csv, Some('\t')) => "CSV with tabs",
            (Format::Csv, Some('|')) => "CSV with bars",
            (Format::Csv, _) => "CSV",
            (Format::Tsv, _) => "TSV",
            (Format::Json, _) => "JSON",
            (Format::NdJson, _) => "NDJSON",
        };
        let header = if self.has_header { "" } else { ", no header" };
        format!("**{rows}, {columns}** ({kind}{header})\n")
    }

    fn write_problems(&self, text: &mut String) {
        let mut problem = |problem: Option<Problem>, one: &str, many: &str| {
            if let Some(Problem { count, first_line }) = problem {
                let count = amount(count, one, many);
                let line = grouped(&first_line.to_string());
                let _ = write!(text, "\n⚠ {count}, first in line {line}.\n");
            }
        };
        problem(
            self.ragged,
            "row has another number of fields than there are columns",
            "rows have another number of fields than there are columns",
        );
        problem(
            self.not_text,
            "place is not UTF-8 and was read as \u{fffd}",
            "places are not UTF-8 and were read as \u{fffd}",
        );
    }
}

fn write_columns(text: &mut String, columns: &[Column], rows: u64) {
    text.push_str("\n| Column | Type | Missing | Distinct | Most frequent |\n");
    text.push_str("|---|---|--:|--:|---|\n");
    for column in columns {
        let kind = match column.kind {
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::DateTime => "date-time",
            Kind::Text => "text",
            Kind::Nested => "nested",
            Kind::Mixed => "mixed",
            Kind::Empty => "empty",
        };
        let missing = match column.missing {
            0 => "0".to_owned(),
            missing => {
                format!("{} ({})", grouped(&missing.to_string()), percent(missing, rows))
            }
        };
        let distinct = match (column.kind, column.distinct) {
            // Nested values are not compared.
            (Kind::Nested, _) => "—".to_owned(),
            (_, Distinct::Exactly(count)) => grouped(&count.to_string()),
            (_, Distinct::MoreThan(count)) => {
                format!("more than {}", grouped(&count.to_string()))
            }
        };
        let frequent: Vec<_> = column.frequent.iter().take(3).map(frequent).collect();
        let name = plain(&column.name);
        let frequent = frequent.join(", ");
        let _ = writeln!(text, "| {name} | {kind} | {missing} | {distinct} | {frequent} |");
    }
}

fn frequent(frequent: &Frequent) -> String {
    let least = if frequent.exact { "" } else { "at least " };
    let count = grouped(&frequent.count.to_string());
    format!("{} ({least}{count})", plain(&frequent.value))
}

fn write_numbers(text: &mut String, columns: &[Column]) {
    let mut numbers = columns
        .iter()
        // The numbers of a text column are such as postcodes; a mean of them means nothing.
        .filter(|column| column.kind != Kind::Text)
        .filter_map(|column| Some((column, column.numbers?)))
        .peekable();
    if numbers.peek().is_none() {
        return;
    }
    text.push_str("\n| Numbers | Count | Min | Max | Mean | Std. deviation |\n");
    text.push_str("|---|--:|--:|--:|--:|--:|\n");
    for (column, Numbers { count, min, max, mean, deviation }) in numbers {
        let name = plain(&column.name);
        let count = grouped(&count.to_string());
        let or_dash = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), number);
        let (min, max) = (number(min), number(max));
        let (mean, deviation) = (or_dash(mean), or_dash(deviation));
        let _ = writeln!(text, "| {name} | {count} | {min} | {max} | {mean} | {deviation} |");
    }
}

/// `1 row`, `2,000 rows`.
fn amount(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&count.to_string()), if count == 1 { one } else { many })
}

/// A share, never rounded to none or all.
fn percent(part: u64, whole: u64) -> String {
    match 100.0 * part as f64 / whole.max(1) as f64 {
        share if share < 0.1 => "under 0.1 %".to_owned(),
        share if share > 99.9 && part < whole => "over 99.9 %".to_owned(),
        share => format!("{} %", trimmed(&format!("{share:.1}"))),
    }
}

/// A number as people read it: thousands grouped, six digits that count, powers of ten where a row
/// of zeros would hide the size.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".to_owned();
    }
    // Beyond 2^53 not even whole numbers are exact.
    if !(1e-4..1e15).contains(&size) {
        let text = format!("{value:.5e}");
        return match text.split_once('e') {
            Some((digits, power)) => format!("{}e{power}", trimmed(digits)),
            None => text,
        };
    }
    if value.fract() == 0.0 {
        return grouped(&format!("{value:.0}"));
    }
    let before_point = size.log10().floor() as i32 + 1;
    let decimals = usize::try_from(6 - before_point).unwrap_or(0).max(usize::from(size >= 1e5));
    grouped(trimmed(&format!("{value:.decimals$}")))
}

/// Without zeros that say nothing.
fn trimmed(decimal: &str) -> &str {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.')
    } else {
        decimal
    }
}

/// With commas between thousands.
fn grouped(number: &str) -> String {
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", number),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Text from the file, so that Markdown shows it as it is, in one line.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    for (place, letter) in text.chars().enumerate() {
        if place == SHOWN_LETTERS {
            shown.push('…');
            break;
        }
        match letter {
            letter if letter.is_control() || is_reordering(letter) => shown.push('\u{fffd}'),
            // CommonMark lets every ASCII punctuation be escaped.
            letter
                if letter.is_ascii_punctuation() && !matches!(letter, ',' | '%' | '/' | '\'') =>
            {
                shown.push('\\');
                shown.push(letter);
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// Invisible letters that turn the direction of others around, and line ends of Unicode.
fn is_reordering(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.0, "0")]
    #[case(-0.0, "0")]
    #[case(7.0, "7")]
    #[case(1_234_567.0, "1,234,567")]
    #[case(-1_234.5, "-1,234.5")]
    #[case(0.1 + 0.2, "0.3")]
    #[case(1.0 / 3.0, "0.333333")]
    #[case(123_456.789, "123,456.8")]
    #[case(12.345_678_9, "12.3457")]
    #[case(0.000_123_456_7, "0.000123457")]
    #[case(0.000_012, "1.2e-5")]
    #[case(1.5e300, "1.5e300")]
    #[case(f64::MAX, "1.79769e308")]
    fn numbers_are_readable(#[case] value: f64, #[case] text: &str) {
        assert_eq!(number(value), text);
    }

    #[rstest]
    #[case("a|b", "a\\|b")]
    #[case("<b>", "\\<b\\>")]
    #[case("a\nb\u{0}", "a\u{fffd}b\u{fffd}")]
    #[case("[x](javascript:1)", "\\[x\\]\\(javascript\\:1\\)")]
    #[case("\u{202e}abc", "\u{fffd}abc")]
    #[case("price, €/kg", "price, €/kg")]
    fn names_are_shown_as_they_are(#[case] name: &str, #[case] shown: &str) {
        assert_eq!(plain(name), shown);
    }

    #[rstest]
    #[case(1, 10_000, "under 0.1 %")]
    #[case(9_999, 10_000, "over 99.9 %")]
    #[case(10, 10, "100 %")]
    #[case(1, 3, "33.3 %")]
    fn shares(#[case] part: u64, #[case] whole: u64, #[case] text: &str) {
        assert_eq!(percent(part, whole), text);
    }
}

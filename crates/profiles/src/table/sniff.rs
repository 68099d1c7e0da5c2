//! Guesses from the beginning of a file.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::summary::Format;
use super::value::{self, Value};

/// What may stand between fields; the earlier wins where two fit equally well.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows are looked at.
const ROWS: usize = 200;

/// The kind of file by its first character.
pub(super) fn format(sample: &[u8]) -> Format {
    match sample.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[' | b'{') => Format::Json,
        _ => Format::Csv,
    }
}

/// What parts the fields: that which gives most rows the same number of fields, and more than one.
pub(super) fn delimiter(sample: &[u8]) -> u8 {
    let mut best = (b',', 0, 1);
    for delimiter in DELIMITERS {
        let rows = row_lengths(sample, delimiter);
        let most_common = rows
            .iter()
            .map(|length| (rows.iter().filter(|other| *other == length).count(), *length))
            .filter(|(_, length)| *length > 1)
            .max();
        if let Some((count, length)) = most_common {
            // In parts of a thousand, so that one odd row does not outweigh a wide table.
            let share = count * 1_000 / rows.len();
            if (share, length) > (best.1, best.2) {
                best = (delimiter, share, length);
            }
        }
    }
    best.0
}

/// How many fields each of the first rows has.
fn row_lengths(sample: &[u8], delimiter: u8) -> Vec<usize> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut lengths = Vec::new();
    let mut fields = 0;
    let mut rest = sample;
    while lengths.len() < ROWS {
        match skip_field(&mut reader, &mut rest) {
            Some(is_last) => {
                fields += 1;
                if is_last {
                    lengths.push(fields);
                    fields = 0;
                }
            }
            None => break,
        }
    }
    // The sample may end within the last row; a single row is all there is.
    if lengths.len() < ROWS && lengths.len() > 1 {
        lengths.pop();
    }
    lengths
}

/// Passes over a field and says whether it ends its row; nothing at the end.
fn skip_field(reader: &mut Reader, rest: &mut &[u8]) -> Option<bool> {
    let mut ignored = [0; 256];
    loop {
        let (result, read, _) = reader.read_field(rest, &mut ignored);
        *rest = rest.get(read..).unwrap_or_default();
        match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end } => return Some(record_end),
            ReadFieldResult::End => return None,
        }
    }
}

/// Whether a first row holds names: unless every field of it is a number or missing.
pub(super) fn is_header(row: &[String], comma: bool) -> bool {
    let values = || row.iter().map(|field| value::of_field(field.trim(), comma));
    let is_number =
        |value: &Value| matches!(value, Value::Integer(_) | Value::Number(_) | Value::Padded);
    let all_fit = values().all(|value| is_number(&value) || value == Value::Missing);
    !(all_fit && values().any(|value| is_number(&value)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a,b,c\n1,2,3\n", b',')]
    #[case("a;b;c\n1,5;2,5;3,5\n", b';')]
    #[case("a\tb\n1, 2\t3\n", b'\t')]
    #[case("a|b\n1|2\n", b'|')]
    #[case("a,b", b',')]
    #[case("a;b", b';')]
    #[case("a\n1\n2\n", b',')]
    #[case("", b',')]
    #[case("name;note\n\"x;y\";\"a, b, c\"\n\"z\";\"d\"\n", b';')]
    #[case("text\nHello, you\nand you, and you\nthere\n", b',')]
    #[case("a;b\n1;2\n3;4\n5;6,7,8,9,10,11", b';')]
    fn delimiters(#[case] sample: &str, #[case] expected: u8) {
        assert_eq!(char::from(delimiter(sample.as_bytes())), char::from(expected));
    }

    #[rstest]
    #[case(&["name", "age"], true)]
    #[case(&["name", "1"], true)]
    #[case(&["1", "2.5", "007"], false)]
    #[case(&["1", "", "NA"], false)]
    #[case(&["", ""], true)]
    fn headers(#[case] row: &[&str], #[case] expected: bool) {
        let row: Vec<String> = row.iter().map(|field| (*field).to_owned()).collect();
        assert_eq!(is_header(&row, false), expected);
    }

    #[rstest]
    #[case(" \n[{}]", Format::Json)]
    #[case("{}", Format::Json)]
    #[case("a,b", Format::Csv)]
    fn formats(#[case] sample: &str, #[case] expected: Format) {
        assert_eq!(format(sample.as_bytes()), expected);
    }
}

//! What a single field is.

use std::net::Ipv4Addr;

use jiff::civil;

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Missing,
    Integer(f64),
    Number(f64),
    /// Digits with zeros in front that matter, as in a postcode.
    Padded,
    Boolean,
    Date,
    DateTime,
    Text,
}

/// Reads a field without its surrounding white space. With `comma`, a comma parts whole and
/// fraction, as in files whose fields are parted by semicolons, and several points part thousands.
/// A single point is a decimal point all the same: `1.234` may well come from a program that knows
/// no other.
pub(super) fn of_field(field: &str, comma: bool) -> Value {
    let Some(first) = field.bytes().next() else { return Value::Missing };
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' | b',' => {
            number(field, comma).or_else(|| date(field)).unwrap_or(Value::Text)
        }
        b'n' | b'N' if is_missing(field) => Value::Missing,
        b't' | b'T' | b'f' | b'F' if is_boolean(field) => Value::Boolean,
        _ => Value::Text,
    }
}

/// Reads a text of JSON, where numbers and truth have forms of their own.
pub(super) fn of_json_text(text: &str) -> Value {
    if text.is_empty() || is_missing(text) {
        return Value::Missing;
    }
    date(text).unwrap_or(Value::Text)
}

fn is_missing(field: &str) -> bool {
    ["na", "n/a", "nan", "null"].iter().any(|word| field.eq_ignore_ascii_case(word))
}

fn is_boolean(field: &str) -> bool {
    field.eq_ignore_ascii_case("true") || field.eq_ignore_ascii_case("false")
}

fn number(field: &str, comma: bool) -> Option<Value> {
    let unsigned = field.strip_prefix(['-', '+']).unwrap_or(field);
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) && !unsigned.is_empty() {
        if unsigned.len() > 1 && unsigned.starts_with('0') {
            return Some(Value::Padded);
        }
        // A number of a thousand digits is none to calculate with.
        return finite(field).map(Value::Integer);
    }
    if comma && let Some((whole, fraction)) = field.split_once(',') {
        let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
        if is_fraction && let Some(whole) = without_groups(whole) {
            return finite(&format!("{whole}.{fraction}")).map(Value::Number);
        }
        return None;
    }
    if comma && let Some(whole) = grouped(field) {
        return finite(&whole).map(Value::Integer);
    }
    // The words for infinity are no numbers in a table, and neither is a date.
    let is_plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    if !field.bytes().all(is_plain) {
        return None;
    }
    finite(field).map(Value::Number)
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `1.234.567` as `1234567`; nothing where fewer than two points part thousands, or where it may be
/// something else: an address in a network, or digits with zeros in front that matter.
fn grouped(field: &str) -> Option<String> {
    let digits = field.strip_prefix(['-', '+']).unwrap_or(field);
    let is_several = digits.split('.').count() > 2;
    let is_else = digits.starts_with('0') || digits.parse::<Ipv4Addr>().is_ok();
    if is_several && !is_else { without_groups(field) } else { None }
}

/// `1.234.567` as `1234567`; nothing where the points do not stand between thousands.
fn without_groups(whole: &str) -> Option<String> {
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let mut groups = digits.split('.');
    let first = groups.next()?;
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped = groups.clone().next().is_some();
    let first_fits = is_digits(first) && (!is_grouped || (1..=3).contains(&first.len()));
    let rest_fits = groups.all(|group| group.len() == 3 && is_digits(group));
    (first_fits && rest_fits && !digits.is_empty()).then(|| whole.replace('.', ""))
}

/// A date or a date with a time: `2024-05-31`, `2024/05/31`, `31.05.2024`, `31/05/2024`,
/// `05/31/2024`, and any of them with `T` or a space and `13:45`, `13:45:59`, `13:45:59.123`, each
/// with or without `Z` or `+02:00`.
fn date(field: &str) -> Option<Value> {
    // The longest: 2024-05-31T13:45:59.123456789+02:00
    if !(8..=35).contains(&field.len()) || !field.is_ascii() {
        return None;
    }
    match field.split_once(['T', ' ']) {
        None => is_day(field).then_some(Value::Date),
        Some((day, time)) => (is_day(day) && is_time(time)).then_some(Value::DateTime),
    }
}

fn is_day(text: &str) -> bool {
    let Some(separator) = text.bytes().find(|byte| !byte.is_ascii_digit()) else { return false };
    if !matches!(separator, b'-' | b'/' | b'.') {
        return false;
    }
    let mut parts = text.split(char::from(separator));
    let (Some(a), Some(b), Some(c), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let number = |part: &str| part.parse::<i16>().ok();
    let is_short = |part: &str| (1..=2).contains(&part.len());
    let day_of = |year: &str, month: &str, day: &str| {
        let month = number(month).and_then(|month| i8::try_from(month).ok());
        let day = number(day).and_then(|day| i8::try_from(day).ok());
        match (number(year), month, day) {
            (Some(year), Some(month), Some(day)) => civil::Date::new(year, month, day).is_ok(),
            _ => false,
        }
    };
    if text.bytes().any(|byte| !byte.is_ascii_digit() && byte != separator) || !is_short(b) {
        return false;
    }
    match separator {
        b'-' | b'/' if a.len() == 4 && is_short(c) => day_of(a, b, c),
        b'.' if c.len() == 4 && is_short(a) => day_of(c, b, a),
        b'/' if c.len() == 4 && is_short(a) => day_of(c, b, a) || day_of(c, a, b),
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    let text = text.strip_suffix(['Z', 'z']).unwrap_or_else(|| match text.rfind(['+', '-']) {
        Some(at) if is_offset(&text[at + 1..]) => &text[..at],
        _ => text,
    });
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let within = |part: &str, most: u8| {
        part.len() == 2 && is_digits(part) && part.parse::<u8>().is_ok_and(|value| value <= most)
    };
    let mut parts = clock.split(':');
    let hour = parts.next().is_some_and(|part| within(part, 23));
    let minute = parts.next().is_some_and(|part| within(part, 59));
    // 60 is a leap second.
    let second = parts.next().is_none_or(|part| within(part, 60));
    hour && minute && second && parts.next().is_none() && is_digits(fraction)
}

fn is_offset(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    matches!((text.len(), digits), (2, 2) | (4, 4))
        || (text.len() == 5 && digits == 4 && text.as_bytes()[2] == b':')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", Value::Missing)]
    #[case("NA", Value::Missing)]
    #[case("n/a", Value::Missing)]
    #[case("NaN", Value::Missing)]
    #[case("NULL", Value::Missing)]
    #[case("Nana", Value::Text)]
    #[case("true", Value::Boolean)]
    #[case("FALSE", Value::Boolean)]
    #[case("yes", Value::Text)]
    #[case("0", Value::Integer(0.0))]
    #[case("-12", Value::Integer(-12.0))]
    #[case("+12", Value::Integer(12.0))]
    #[case("007", Value::Padded)]
    #[case("1.5", Value::Number(1.5))]
    #[case("-.5", Value::Number(-0.5))]
    #[case("0.5", Value::Number(0.5))]
    #[case("1e3", Value::Number(1000.0))]
    #[case("1e999", Value::Text)]
    #[case("inf", Value::Text)]
    #[case("-inf", Value::Text)]
    #[case("-", Value::Text)]
    #[case(".", Value::Text)]
    #[case("1,5", Value::Text)]
    #[case("1-2", Value::Text)]
    #[case("12 apples", Value::Text)]
    #[case("2024-05-31", Value::Date)]
    #[case("2024-02-30", Value::Text)]
    #[case("2024/5/1", Value::Date)]
    #[case("31.05.2024", Value::Date)]
    #[case("31/05/2024", Value::Date)]
    #[case("05/31/2024", Value::Date)]
    #[case("32/13/2024", Value::Text)]
    #[case("192.168.1.1", Value::Text)]
    #[case("1.234.567", Value::Text)]
    #[case("2024-05-31T13:45", Value::DateTime)]
    #[case("2024-05-31 13:45:59", Value::DateTime)]
    #[case("2024-05-31T13:45:59.123Z", Value::DateTime)]
    #[case("2024-05-31T13:45:59+02:00", Value::DateTime)]
    #[case("2024-05-31T13:45:59-0200", Value::DateTime)]
    #[case("2024-05-31T25:45", Value::Text)]
    #[case("2024-05-31T", Value::Text)]
    #[case("2024-05-31 ä3:45", Value::Text)]
    fn fields(#[case] field: &str, #[case] value: Value) {
        assert_eq!(of_field(field, false), value);
    }

    #[rstest]
    #[case("1,5", Value::Number(1.5))]
    #[case("-1.234,50", Value::Number(-1234.5))]
    #[case("1.234.567,8", Value::Number(1_234_567.8))]
    #[case("1.23,4", Value::Text)]
    #[case("1.234.567", Value::Integer(1_234_567.0))]
    #[case("-12.345.678", Value::Integer(-12_345_678.0))]
    #[case("+1.234.567.890", Value::Integer(1_234_567_890.0))]
    #[case("1.000.000.000", Value::Integer(1e9))]
    #[case("1.234.56", Value::Text)]
    #[case("1234.567.890", Value::Text)]
    #[case("1..234.567", Value::Text)]
    #[case(".123.456", Value::Text)]
    #[case("012.345.678", Value::Text)]
    #[case("192.168.100.200", Value::Text)]
    #[case("31.05.2024", Value::Date)]
    #[case("1.234", Value::Number(1.234))]
    #[case("1.5", Value::Number(1.5))]
    #[case("1,2,3", Value::Text)]
    #[case(",", Value::Text)]
    #[case("12", Value::Integer(12.0))]
    fn fields_with_a_decimal_comma(#[case] field: &str, #[case] value: Value) {
        assert_eq!(of_field(field, true), value);
    }

    #[rstest]
    #[case("12", Value::Text)]
    #[case("true", Value::Text)]
    #[case("2024-05-31", Value::Date)]
    #[case("", Value::Missing)]
    #[case("null", Value::Missing)]
    fn texts_of_json(#[case] text: &str, #[case] value: Value) {
        assert_eq!(of_json_text(text), value);
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(field in "[-+.,:/TZ0-9 aä]{0,40}", comma: bool) {
            of_field(&field, comma);
            of_json_text(&field);
        }

        #[test]
        fn numbers_are_read_as_they_are(number in -1e15_f64..1e15) {
            let read = match of_field(&number.to_string(), false) {
                Value::Integer(read) | Value::Number(read) => read,
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            prop_assert_eq!(read, number);
        }
    }
}

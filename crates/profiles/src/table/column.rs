//! One column while its values pass by.

use std::hash::{BuildHasher, RandomState};

use super::distinct::Seen;
use super::frequent::Candidates;
use super::numbers::Moments;
use super::summary::{Column, Kind};
use super::value::{self, Value};

/// What is known of a column so far.
pub(super) struct Tally {
    name: String,
    kinds: Kinds,
    seen: Seen,
    moments: Moments,
    candidates: Candidates,
    hasher: RandomState,
}

/// How many values of each kind there were.
#[derive(Default)]
struct Kinds {
    integer: u64,
    number: u64,
    padded: u64,
    boolean: u64,
    date: u64,
    date_time: u64,
    text: u64,
    nested: u64,
}

impl Tally {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            kinds: Kinds::default(),
            seen: Seen::default(),
            moments: Moments::default(),
            candidates: Candidates::default(),
            hasher: RandomState::new(),
        }
    }

    /// Takes in a field of a delimited file.
    pub(super) fn add_field(&mut self, field: &str, comma: bool) {
        let field = field.trim();
        self.add(field, value::of_field(field, comma));
    }

    /// Takes in a text of JSON.
    pub(super) fn add_text(&mut self, text: &str) {
        let text = text.trim();
        self.add(text, value::of_json_text(text));
    }

    /// Takes in a truth value of JSON.
    pub(super) fn add_boolean(&mut self, value: bool) {
        self.add(if value { "true" } else { "false" }, Value::Boolean);
    }

    /// Takes in a number of JSON, as it is written.
    pub(super) fn add_number(&mut self, number: f64, is_whole: bool, written: &str) {
        let value = if is_whole { Value::Integer(number) } else { Value::Number(number) };
        self.add(written, value);
    }

    /// Takes in an object or a list of JSON.
    pub(super) fn add_nested(&mut self) {
        self.kinds.nested += 1;
    }

    fn add(&mut self, written: &str, value: Value) {
        if value == Value::Missing {
            return;
        }
        let hash = self.hasher.hash_one(written);
        self.seen.add(hash);
        let kind = match value {
            Value::Missing => return,
            Value::Integer(number) => {
                self.moments.add(number);
                self.kinds.integer += 1;
                return;
            }
            Value::Number(number) => {
                self.moments.add(number);
                self.kinds.number += 1;
                return;
            }
            Value::Padded => &mut self.kinds.padded,
            Value::Boolean => &mut self.kinds.boolean,
            Value::Date => &mut self.kinds.date,
            Value::DateTime => &mut self.kinds.date_time,
            Value::Text => &mut self.kinds.text,
        };
        *kind += 1;
        self.candidates.add(hash, written);
    }

    /// How many bytes are kept beside the column itself.
    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> usize {
        self.seen.kept_bytes() + self.candidates.kept_bytes()
    }

    /// What the column comes to in a table of so many rows.
    pub(super) fn finish(self, rows: u64) -> Column {
        Column {
            kind: self.kinds.together(),
            missing: rows.saturating_sub(self.kinds.sum()),
            distinct: self.seen.count(),
            numbers: self.moments.figures(),
            frequent: self.candidates.told(),
            name: self.name,
        }
    }
}

impl Kinds {
    fn sum(&self) -> u64 {
        self.integer
            + self.number
            + self.padded
            + self.boolean
            + self.date
            + self.date_time
            + self.text
            + self.nested
    }

    fn together(&self) -> Kind {
        let all = self.sum();
        let is_all = |count: u64| count == all;
        if all == 0 {
            Kind::Empty
        } else if is_all(self.integer) {
            Kind::Integer
        } else if is_all(self.integer + self.number) {
            Kind::Number
        } else if is_all(self.boolean) {
            Kind::Boolean
        } else if is_all(self.date) {
            Kind::Date
        } else if is_all(self.date + self.date_time) {
            Kind::DateTime
        } else if is_all(self.nested) {
            Kind::Nested
        // A postcode is a postcode with or without a zero in front.
        } else if is_all(self.text + self.padded)
            || (self.padded > 0 && is_all(self.text + self.padded + self.integer))
        {
            Kind::Text
        } else {
            Kind::Mixed
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::table::Distinct;

    #[rstest]
    #[case("1 2 3", Kind::Integer)]
    #[case("1 2.5 NA", Kind::Number)]
    #[case("true FALSE", Kind::Boolean)]
    #[case("2024-01-01 NA", Kind::Date)]
    #[case("2024-01-01 2024-01-01T10:00", Kind::DateTime)]
    #[case("a b", Kind::Text)]
    #[case("01234 98765", Kind::Text)]
    #[case("01234 unknown 5", Kind::Text)]
    #[case("1 b", Kind::Mixed)]
    #[case("2024-01-01 5", Kind::Mixed)]
    #[case("01234 2.5", Kind::Mixed)]
    #[case("NA null", Kind::Empty)]
    fn the_kind_of_a_column(#[case] fields: &str, #[case] kind: Kind) {
        let mut tally = Tally::new("x".to_owned());
        for field in fields.split(' ') {
            tally.add_field(field, false);
        }
        assert_eq!(tally.finish(3).kind, kind);
    }

    #[test]
    fn white_space_around_a_value_does_not_count() {
        let mut tally = Tally::new("x".to_owned());
        for field in [" a", "a ", "a", "   "] {
            tally.add_field(field, false);
        }
        let column = tally.finish(4);
        assert_eq!((column.distinct, column.missing), (Distinct::Exactly(1), 1));
        assert_eq!(column.frequent[0].count, 3);
    }
}

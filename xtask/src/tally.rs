//! How many passed and how many failed, read from what the test runners print.

use std::ops::AddAssign;

/// A count of tests and checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    /// One check that passed or failed.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: usize::from(passed), failed: usize::from(!passed) }
    }

    /// The tests of a runner that said what it counted and ended with or without success. A
    /// failure that it did not count, such as a test that does not compile, counts as one.
    pub(crate) fn of_runner(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Reads a line such as `test result: ok. 3 passed; 1 failed; 0 ignored; …` of `cargo test`.
pub(crate) fn cargo_summary(line: &str) -> Option<Tally> {
    let line = plain(line);
    let counts = line.trim().strip_prefix("test result:")?;
    let (_, counts) = counts.split_once('.')?;
    let count = |word| counts.split(';').find_map(|part| number_before(part, word));
    Some(Tally { passed: count("passed")?, failed: count("failed")? })
}

/// Reads the name from a line such as `test settings::tests::a_name ... FAILED` of `cargo test`.
pub(crate) fn cargo_failure(line: &str) -> Option<String> {
    let line = plain(line);
    let (name, verdict) = line.trim().strip_prefix("test ")?.rsplit_once(" ... ")?;
    (verdict == "FAILED").then(|| name.to_owned())
}

/// Reads a line such as `     Tests  1 failed | 10 passed | 2 skipped (13)` of Vitest.
pub(crate) fn vitest_summary(line: &str) -> Option<Tally> {
    let line = plain(line);
    let counts = line.trim().strip_prefix("Tests ")?;
    let (counts, total) = counts.rsplit_once('(')?;
    total.strip_suffix(')')?.parse::<usize>().ok()?;
    let count = |word| counts.split('|').find_map(|part| number_before(part, word)).unwrap_or(0);
    Some(Tally { passed: count("passed"), failed: count("failed") })
}

/// The number in `text` if it is a number and then `word`.
fn number_before(text: &str, word: &str) -> Option<usize> {
    text.trim().strip_suffix(word)?.trim().parse().ok()
}

/// `line` without colours and other escape sequences.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // `ESC [ … letter` is all that the runners use.
            letters.by_ref().take_while(|c| !c.is_ascii_alphabetic()).for_each(drop);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn tally(passed: usize, failed: usize) -> Option<Tally> {
        Some(Tally { passed, failed })
    }

    #[rstest]
    #[case(
        "test result: ok. 27 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s\n",
        tally(27, 0)
    )]
    #[case(
        "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        tally(3, 2)
    )]
    #[case("test result: \u{1b}[32mok\u{1b}[0m. 5 passed; 0 failed; 0 ignored", tally(5, 0))]
    #[case("running 3 tests", None)]
    #[case("test tally::tests::test result: ok ... ok", None)]
    #[case("test result: ok.", None)]
    fn cargos_summaries_are_read(#[case] line: &str, #[case] expected: Option<Tally>) {
        assert_eq!(cargo_summary(line), expected);
    }

    #[rstest]
    #[case("test window::opens ... FAILED\n", Some("window::opens"))]
    #[case("test window::opens ... ok", None)]
    #[case("test src/lib.rs - run (line 3) ... FAILED", Some("src/lib.rs - run (line 3)"))]
    #[case("test result: FAILED. 0 passed; 1 failed", None)]
    fn failed_tests_are_named(#[case] line: &str, #[case] expected: Option<&str>) {
        assert_eq!(cargo_failure(line).as_deref(), expected);
    }

    #[rstest]
    #[case("      Tests  42 passed (42)\n", tally(42, 0))]
    #[case("      Tests  1 failed | 10 passed | 2 skipped | 1 todo (14)", tally(10, 1))]
    #[case("      Tests  3 failed (3)", tally(0, 3))]
    #[case(
        "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (7)\u{1b}[39m",
        tally(7, 0)
    )]
    #[case(" Test Files  2 passed (2)", None)]
    #[case("      Tests  no tests", None)]
    #[case("Tests are run (once)", None)]
    fn vitests_summaries_are_read(#[case] line: &str, #[case] expected: Option<Tally>) {
        assert_eq!(vitest_summary(line), expected);
    }

    #[test]
    fn a_runner_that_failed_without_counting_why_counts_as_one() {
        let three = Tally { passed: 3, failed: 0 };
        assert_eq!(three.clone().of_runner(false), Tally { passed: 3, failed: 1 });
        assert_eq!(three.clone().of_runner(true), three);
        let counted = Tally { passed: 3, failed: 2 };
        assert_eq!(counted.clone().of_runner(false), counted, "nothing is counted twice");
    }
}

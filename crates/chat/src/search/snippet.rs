//! What to show of a text in which something was found.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// About how many characters are shown.
const LENGTH: usize = 180;

/// About how many of them stand before what was found.
const BEFORE: usize = 40;

/// Some characters of a text, either found or around what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// The characters.
    pub text: String,
    /// Whether they are what was looked for.
    pub marked: bool,
}

/// All of `text`, a name, with its [marks](super::Needle::marks).
#[must_use]
pub fn marked(text: &str, marks: &[Range<usize>]) -> Vec<Piece> {
    pieces(text, 0..text.len(), marks, |_, _| true)
}

/// The part of `text`, which is Markdown, that says most about its [marks](super::Needle::marks), on
/// one line: where most of them stand near each other. Without any, the beginning.
#[must_use]
pub fn snippet(text: &str, marks: &[Range<usize>]) -> Vec<Piece> {
    let near = |first: &Range<usize>| {
        let end = forward(text, first.start, LENGTH - BEFORE);
        // They are in order.
        marks.partition_point(|mark| mark.end <= end)
            - marks.partition_point(|mark| mark.start < first.start)
    };
    // The first of those with the most.
    let best = marks.iter().rev().max_by_key(|mark| near(mark));
    let begin = best.map_or(0, |mark| word_start(text, mark.start));
    let end = word_end(text, forward(text, begin, LENGTH));
    let mut pieces = pieces(text, begin..end, marks, |at, c| !is_emphasis(text, at, c));
    if begin > 0
        && let Some(first) = pieces.first_mut()
    {
        first.text.insert(0, '…');
    }
    if end < text.trim_end().len()
        && let Some(last) = pieces.last_mut()
    {
        last.text.push('…');
    }
    pieces
}

/// Whether the character `c` at `at` is only there to make others bold, struck out, or code.
fn is_emphasis(text: &str, at: usize, c: char) -> bool {
    match c {
        '`' => true,
        '*' | '~' => {
            let (before, after) =
                (text[..at].trim_end_matches(c), text[at..].trim_start_matches(c));
            let [before, after] = [before.chars().next_back(), after.chars().next()];
            let within = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let runs = text[..at].ends_with(c) || text[at + c.len_utf8()..].starts_with(c);
            // As in 2**10.
            runs && !(within(before) && within(after))
        }
        _ => false,
    }
}

/// The part `shown` of `text`, cut where `marks` begin and end, with every space as one, and of it the
/// characters that are to `show`.
fn pieces(
    text: &str,
    shown: Range<usize>,
    marks: &[Range<usize>],
    show: impl Fn(usize, char) -> bool,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |part: Range<usize>, marked: bool| {
        let mut piece = String::new();
        let spaced = pieces.last().is_none_or(|last: &Piece| last.text.ends_with(' '));
        for (at, c) in text[part.clone()].char_indices() {
            if !c.is_whitespace() {
                piece.extend(Some(c).filter(|c| show(part.start + at, *c)));
            } else if !(piece.ends_with(' ') || piece.is_empty() && spaced) {
                piece.push(' ');
            }
        }
        if !piece.is_empty() {
            pieces.push(Piece { text: piece, marked });
        }
    };
    let mut at = shown.start;
    for mark in marks {
        let (begin, end) = (mark.start.max(at), mark.end.min(shown.end));
        if begin < end {
            add(at..begin, false);
            add(begin..end, true);
            at = end;
        }
    }
    add(at..shown.end, false);
    pieces
}

/// Where a snippet begins whose first mark is at `mark`: at the start of a word, somewhat before.
fn word_start(text: &str, mark: usize) -> usize {
    let begin = text[..mark].char_indices().rev().take(BEFORE).last().map_or(mark, |(at, _)| at);
    if begin == 0 {
        return 0;
    }
    let word = text[begin..mark].char_indices().find(|(_, c)| c.is_whitespace());
    word.map_or(begin, |(at, c)| begin + at + c.len_utf8())
}

/// Where a snippet ends that is to end at about `end`: not within a word, unless that is a long one.
fn word_end(text: &str, end: usize) -> usize {
    let rest = text[end..].char_indices().take(BEFORE).find(|(_, c)| c.is_whitespace());
    match rest {
        Some((at, _)) => end + at,
        None if text[end..].chars().nth(BEFORE).is_none() => text.len(),
        None => end,
    }
}

/// The place `count` characters after `from`.
fn forward(text: &str, from: usize, count: usize) -> usize {
    text[from..].char_indices().nth(count).map_or(text.len(), |(at, _)| from + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search::Needle;

    fn snippet_of(text: &str, typed: &str) -> Vec<Piece> {
        snippet(text, &Needle::parse(typed).marks(text).unwrap_or_default())
    }

    fn told(pieces: &[Piece]) -> String {
        let tell = |piece: &Piece| match piece.marked {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        pieces.iter().map(tell).collect()
    }

    #[test]
    fn a_short_text_is_shown_whole_on_one_line() {
        let pieces = snippet_of("The red\n\n  cat  sat.", "cat red");
        assert_eq!(told(&pieces), "The [red] [cat] sat.");
    }

    #[test]
    fn of_a_long_text_the_part_with_most_of_it_is_shown() {
        let text = format!(
            "{}cat {}red cat here{}",
            "one ".repeat(99),
            "two ".repeat(99),
            " three".repeat(99)
        );
        let told = told(&snippet_of(&text, "red cat "));
        assert!(told.starts_with("…two ") && told.contains("[red] [cat] here three"), "{told}");
        assert!(told.ends_with(" three…") && told.chars().count() < 240, "{told}");
    }

    #[test]
    fn a_text_without_any_of_it_is_shown_from_its_beginning() {
        let told = told(&snippet_of(&"word ".repeat(100), "cat"));
        assert!(told.starts_with("word word") && told.ends_with("word…"), "{told}");
    }

    #[rstest::rstest]
    #[case("**Red** cat, `code` and ~~old~~", "[Red] cat, code and old")]
    #[case("a **b**, 2**10 and *red*", "a b, 2**10 and *[red]*")]
    #[case("```rust\nlet red = 1;\n```", "rust let [red] = 1; ")]
    fn what_only_makes_bold_or_code_is_not_shown(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(told(&snippet_of(text, "red")), shown);
    }

    #[test]
    fn a_name_is_shown_whole() {
        let marks = Needle::parse("ma").marks("Plan for **May**").unwrap();
        assert_eq!(told(&marked("Plan for **May**", &marks)), "Plan for **[May]**");
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in any::<String>(), typed in any::<String>()) {
            let pieces = snippet_of(&text, &typed);
            let length: usize = pieces.iter().map(|piece| piece.text.chars().count()).sum();
            prop_assert!(length <= LENGTH + BEFORE + 2, "{length} characters are not too many");
        }
    }
}

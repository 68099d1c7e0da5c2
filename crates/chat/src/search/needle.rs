//! What somebody looks for, read from what they typed.

use std::ops::Range;

use super::words::{Kind, Word, words};

/// What is to be found: all of its parts, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needle {
    /// Its parts; none of them is empty.
    pub parts: Vec<Part>,
}

/// Words that stand next to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The words, each with how many words after the first one it stands.
    pub words: Vec<(usize, String)>,
    /// Whether the last one is only the beginning of a word, because it may not be typed to its end.
    pub begins: bool,
}

impl Needle {
    /// What `typed` asks for: words that all must be there, and in double quotes words that must
    /// stand next to each other, as the parts of `snake_case` or `e-mail` must too. The last word is
    /// taken as a beginning until there is a space or a quote after it.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let mut parts = Vec::new();
        let mut quoted = false;
        // Every other piece is between quotes.
        let pieces: Vec<_> = typed.split(['"', '“', '”', '„', '«', '»']).collect();
        for (index, piece) in pieces.iter().enumerate() {
            let is_last = index + 1 == pieces.len();
            if quoted {
                // A quote that is still open is still being typed.
                parts.extend(Part::of(piece, is_last));
            } else {
                let open = is_last && !piece.ends_with(char::is_whitespace);
                let chunks: Vec<_> = piece.split_whitespace().collect();
                let last = chunks.len().saturating_sub(1);
                let chunks = chunks.into_iter().enumerate();
                parts.extend(chunks.filter_map(|(at, chunk)| Part::of(chunk, open && at == last)));
            }
            quoted = !quoted;
        }
        parts.dedup();
        Self { parts }
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether `text` holds all of it.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let words: Vec<_> = words(text).collect();
        self.parts.iter().all(|part| part.places(&words).next().is_some())
    }

    /// Where `text` holds any of it, in bytes, in order and without overlaps; `None` when it does not
    /// hold all of it.
    #[must_use]
    pub fn marks(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let words: Vec<_> = words(text).collect();
        let mut found = Vec::new();
        for part in &self.parts {
            let before = found.len();
            found.extend(part.ranges(&words));
            if found.len() == before {
                return None;
            }
        }
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut marks: Vec<Range<usize>> = Vec::new();
        for range in found {
            match marks.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => marks.push(range),
            }
        }
        Some(marks)
    }
}

impl Part {
    /// The words of `chunk` next to each other, if it has any.
    fn of(chunk: &str, begins: bool) -> Option<Self> {
        let all: Vec<_> = words(chunk).collect();
        let in_pair = |at: usize| at > 0 && matches!(all[at - 1].kind, Kind::Pair { .. });
        // After others of its run a lone character is in the pair before, and in a text it may
        // stand together with one more.
        let counts = |at: usize| all[at].kind != Kind::Lone || !in_pair(at);
        let kept: Vec<_> = (0..all.len()).filter(|at| counts(*at)).collect();
        let begins = match all[*kept.last()?].kind {
            Kind::Spaced => begins,
            Kind::Pair { .. } => false,
            Kind::Lone => true,
        };
        let words = kept.into_iter().map(|at| (at, all[at].text.clone())).collect();
        Some(Self { words, begins })
    }

    /// The words after which of `words` this stands, as the index of its first one.
    fn places<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = usize> + 'a {
        (0..words.len()).filter(|first| {
            let last = self.words.len() - 1;
            self.words.iter().enumerate().all(|(at, (offset, wanted))| {
                words.get(first + offset).is_some_and(|word| match self.begins && at == last {
                    true => word.text.starts_with(wanted.as_str()),
                    false => word.text == *wanted,
                })
            })
        })
    }

    fn ranges<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = Range<usize>> + 'a {
        let span = self.words.last().map_or(0, |(offset, _)| *offset);
        self.places(words).map(move |first| {
            let last = &words[first + span];
            let end = match last.kind {
                // Only its first character was asked for.
                Kind::Pair { first } if self.begins => last.at.start + first,
                _ => last.at.end,
            };
            words[first].at.start..end
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all_words("red cat", "A cat that is RED.", true)]
    #[case::one_is_missing("red dog ", "A cat that is red.", false)]
    #[case::the_last_may_be_unfinished("ca", "the cat", true)]
    #[case::others_may_not("ca the", "the cat", false)]
    #[case::nor_after_a_space("ca ", "the cat", false)]
    #[case::accents_do_not_matter("uber cafe", "Über das Café", true)]
    #[case::next_to_each_other("\"red cat\"", "a red cat", true)]
    #[case::in_this_order("\"red cat\"", "a cat, red", false)]
    #[case::an_open_quote_is_being_typed("\"red ca", "a red cat", true)]
    #[case::parts_of_one_word("snake_case", "snake or case", false)]
    #[case::parts_of_one_word_in_place("snake_ca", "in snake_case", true)]
    #[case::one_character_of_a_run("京", "東京都", true)]
    #[case::part_of_a_run("京都", "東京都", true)]
    #[case::the_last_of_a_run("都", "東京都", true)]
    #[case::not_what_is_apart("東都", "東京都", false)]
    #[case::three_of_four("東京都", "東京都民", true)]
    #[case::mixed("v2版", "这是v2版本", true)]
    #[case::within_an_ending("학교", "학교에서", true)]
    fn a_needle_is_in_a_text(#[case] typed: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(Needle::parse(typed).is_in(text), expected, "{:?}", Needle::parse(typed));
    }

    #[rstest]
    #[case("cat re", "A cat, red.", &["cat", "red"])]
    #[case("\"a cat\"", "a cat a cat", &["a cat", "a cat"])]
    #[case("京", "東京都", &["京"])]
    #[case("京都", "東京都", &["京都"])]
    #[case("東京 京都", "東京都", &["東京都"])]
    #[case("nothing", "A cat.", &[])]
    fn marks_are_what_was_looked_for(
        #[case] typed: &str,
        #[case] text: &str,
        #[case] expected: &[&str],
    ) {
        let marks = Needle::parse(typed).marks(text).unwrap_or_default();
        let marked: Vec<_> = marks.into_iter().map(|mark| &text[mark]).collect();
        assert_eq!(marked, expected);
    }

    #[test]
    fn nothing_is_looked_for_by_marks_alone() {
        for typed in ["", "  ", "\"\"", "—", "\""] {
            assert!(Needle::parse(typed).is_empty(), "{typed:?} has no words");
        }
    }

    proptest! {
        #[test]
        fn a_text_holds_itself_and_marks_are_parts_of_it(text in any::<String>(), typed in any::<String>()) {
            prop_assert!(Needle::parse(&text).is_in(&text) || text.contains(['"', '“', '”', '„', '«', '»']));
            let mut last = 0;
            let needle = Needle::parse(&typed);
            prop_assert_eq!(needle.marks(&text).is_some(), needle.is_in(&text));
            for mark in needle.marks(&text).unwrap_or_default() {
                prop_assert!(mark.start >= last && mark.end > mark.start);
                prop_assert!(text.get(mark.clone()).is_some(), "between characters");
                last = mark.end;
            }
        }
    }
}

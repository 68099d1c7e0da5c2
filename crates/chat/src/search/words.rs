//! The words of a text, as search compares them: in small letters, without accents, and from
//! scripts that put no spaces between words, two characters at a time.
//!
//! Whoever keeps an index and whoever looks through a text must come to the same words, so there is
//! one way to get them.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The most characters of a word that count. What is longer is no word of a language, and still
/// found by its beginning.
const LONGEST: usize = 64;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub text: String,
    /// Where it stands in the text, in bytes.
    pub at: Range<usize>,
    /// What it is made of.
    pub kind: Kind,
}

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits between spaces or marks.
    Spaced,
    /// Two characters of a run without spaces.
    Pair {
        /// How long the first of them is in the text, in bytes.
        first: usize,
    },
    /// The last character of such a run, or its only one.
    Lone,
}

/// The words of `text`, in order.
///
/// A run of a script without spaces between words (Chinese, Japanese, Korean, Thai and their like)
/// gives every two neighbouring characters as a word, and its last character: so every part of the
/// run is found, wherever its words begin.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    Words { text, chars: text.char_indices().peekable() }
}

struct Words<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            let (begin, first) = self.chars.next()?;
            match script(first) {
                Script::None => {}
                Script::Unspaced => return Some(self.pair(begin, first)),
                Script::Spaced => {
                    let word = self.spaced(begin);
                    // Accents alone, of nothing.
                    if !word.text.is_empty() {
                        return Some(word);
                    }
                }
            }
        }
    }
}

impl Words<'_> {
    fn pair(&mut self, begin: usize, first: char) -> Word {
        let mut text: String = std::iter::once(first).nfkc().collect();
        let mut end = begin + first.len_utf8();
        let mut kind = Kind::Lone;
        if let Some((at, next)) = self.chars.peek()
            && script(*next) == Script::Unspaced
        {
            text.extend(std::iter::once(*next).nfkc());
            kind = Kind::Pair { first: end - begin };
            end = at + next.len_utf8();
        }
        Word { text, at: begin..end, kind }
    }

    fn spaced(&mut self, begin: usize) -> Word {
        let mut end = self.text.len();
        while let Some((at, next)) = self.chars.peek() {
            if script(*next) != Script::Spaced {
                end = *at;
                break;
            }
            self.chars.next();
        }
        let mut text = String::new();
        let folded = self.text[begin..end].chars().flat_map(char::to_lowercase).nfkd();
        for c in folded.filter(|c| canonical_combining_class(*c) == 0).take(LONGEST) {
            match plain(c) {
                Some(plain) => text.push_str(plain),
                None => text.push(c),
            }
        }
        Word { text, at: begin..end, kind: Kind::Spaced }
    }
}

/// What people type for letters that are no plain ones with an accent.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

#[derive(PartialEq, Eq)]
enum Script {
    /// Not part of a word.
    None,
    /// Of a script with spaces between words.
    Spaced,
    /// Of one without.
    Unspaced,
}

fn script(c: char) -> Script {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Script::Spaced } else { Script::None };
    }
    // The blocks of the Unicode standard.
    match c {
        // Thai and Lao; Myanmar; Khmer.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        // Kana, also phonetic and half as wide.
        | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}'
        // Ideographs.
        | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        // Hangul, whose words carry endings that nobody types.
        | '\u{ac00}'..='\u{d7af}' => {
            // The middle dot of Katakana parts words.
            if c == '・' { Script::None } else { Script::Unspaced }
        }
        _ if c.is_alphanumeric() || canonical_combining_class(c) != 0 => Script::Spaced,
        _ => Script::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Hello, WORLD!", &["hello", "world"])]
    #[case("Crème brûlée, naïve Ångström", &["creme", "brulee", "naive", "angstrom"])]
    #[case("Straße Łódź smørrebrød ﬁne", &["strasse", "lodz", "smorrebrod", "fine"])]
    #[case("ΟΔΟΣ Ёлка", &["οδοσ", "елка"])]
    #[case("foo_bar don't 3.14", &["foo", "bar", "don", "t", "3", "14"])]
    #[case("東京都", &["東京", "京都", "都"])]
    #[case("ab漢字x", &["ab", "漢字", "字", "x"])]
    #[case("ｶﾀｶﾅ", &["カタ", "タカ", "カナ", "ナ"])]
    #[case("학교에서", &["학교", "교에", "에서", "서"])]
    #[case("  …—  ", &[])]
    #[case("\u{301}\u{301}", &[])]
    fn words_are_small_plain_and_in_pairs_where_there_are_no_spaces(
        #[case] text: &str,
        #[case] expected: &[&str],
    ) {
        let found: Vec<_> = words(text).map(|word| word.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_accent_of_its_own_is_the_same_as_one_within_a_letter() {
        let texts = |text| words(text).map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(texts("e\u{301}te\u{301}"), texts("été"));
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let word = words(&"Ab".repeat(5_000)).next().unwrap();
        assert_eq!((word.text, word.at), ("ab".repeat(LONGEST / 2), 0..10_000));
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(text in any::<String>()) {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(!word.text.is_empty() && word.at.start >= last, "they come in order");
                last = word.at.start;
                let alone: Vec<_> = words(&text[word.at]).map(|word| word.text).collect();
                prop_assert_eq!(&alone[0], &word.text, "it is the same by itself");
            }
        }
    }
}

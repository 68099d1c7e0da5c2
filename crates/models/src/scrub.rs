//! What a server or the network said, made fit to be shown and kept: short, on one line, without
//! the key.

use secrecy::{ExposeSecret, SecretString};

/// The most characters of somebody else's words that are kept.
const LONGEST: usize = 500;

/// Takes the key out of words. Servers do echo it: "Incorrect API key provided: sk-…".
#[derive(Clone, Debug)]
pub(crate) struct Scrub {
    key: Option<SecretString>,
}

impl Scrub {
    pub(crate) fn new(key: Option<SecretString>) -> Self {
        Self { key }
    }

    /// The words without the key, control characters and needless space, cut to 500 characters.
    pub(crate) fn words(&self, text: &str) -> String {
        let text = match &self.key {
            // Before anything is cut, lest the cut leave half a key behind.
            Some(key) => text.replace(key.expose_secret(), "[key]"),
            None => text.to_owned(),
        };
        let is_gap = |letter: char| letter.is_whitespace() || letter.is_control();
        let words = text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let words = words.join(" ");
        if words.chars().count() <= LONGEST {
            return words;
        }
        words.chars().take(LONGEST - 1).chain(['…']).collect()
    }

    /// An error's words and those of everything that led to it.
    pub(crate) fn error(&self, error: &dyn std::error::Error) -> String {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            // Wrappers like to repeat what they wrap.
            if !text.ends_with(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            source = cause.source();
        }
        self.words(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_key_is_taken_out_wherever_it_stands() {
        let scrub = Scrub::new(Some("sk-12345".into()));
        assert_eq!(scrub.words("sk-12345 and sk-12345."), "[key] and [key].");
    }

    #[test]
    fn words_come_on_one_line() {
        assert_eq!(Scrub::new(None).words(" a\r\n\tb\u{0}\u{1b}[31mc "), "a b [31mc");
    }

    #[test]
    fn a_cause_that_is_repeated_is_told_once() {
        let inner = std::io::Error::other("refused");
        let outer = std::io::Error::other(inner);
        assert_eq!(Scrub::new(None).error(&outer), "refused");
    }

    proptest! {
        #[test]
        fn never_longer_than_allowed_and_never_the_key(
            before in ".{0,600}", after in ".{0,600}", key in "[A-Za-z0-9_-]{8,40}",
        ) {
            let scrub = Scrub::new(Some(key.as_str().into()));
            let words = scrub.words(&format!("{before}{key}{after}"));
            prop_assert!(words.chars().count() <= LONGEST);
            prop_assert!(!words.contains(&key));
        }

        #[test]
        fn short_words_are_kept_whole(text in "[a-z]{1,20}( [a-z]{1,20}){0,10}") {
            prop_assert_eq!(Scrub::new(None).words(&text), text);
        }
    }
}

//! Names that people and code give: to accounts, to threads.

/// Why a name cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left after trimming.
    #[error("the name is empty")]
    Empty,
    /// It has more characters than a name of its kind may have.
    #[error("the name is longer than {max} characters")]
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// A line break or another control character, which no place that shows names can show.
    #[error("the name holds a control character")]
    Control,
}

/// `text` trimmed, if it can be a name of at most `max` characters.
///
/// # Errors
///
/// When it is empty, longer, or holds control characters.
pub fn checked(text: &str, max: usize) -> Result<String, NameError> {
    let name = text.trim();
    if name.is_empty() {
        Err(NameError::Empty)
    } else if name.chars().count() > max {
        Err(NameError::TooLong { max })
    } else if name.chars().any(char::is_control) {
        Err(NameError::Control)
    } else {
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(" Plan ", Ok("Plan".to_owned()))]
    #[case("", Err(NameError::Empty))]
    #[case(" \t ", Err(NameError::Empty))]
    #[case("äöü", Ok("äöü".to_owned()))]
    #[case("12345", Err(NameError::TooLong { max: 4 }))]
    #[case("a\nb", Err(NameError::Control))]
    fn names_are_trimmed_and_checked(#[case] text: &str, #[case] name: Result<String, NameError>) {
        assert_eq!(checked(text, 4), name);
    }
}

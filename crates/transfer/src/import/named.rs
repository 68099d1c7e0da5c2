//! Names from elsewhere, as they can be here.

/// `text` in one line, of at most `most` characters.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let clean: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    clean.trim().chars().take(most).collect::<String>().trim_end().to_owned()
}

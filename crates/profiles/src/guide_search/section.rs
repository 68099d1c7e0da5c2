//! Documents cut into the pieces that answer questions.

/// One section of the documentation: a heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The file it comes from.
    pub file: String,
    /// The headings above it, outermost first, without its own.
    pub breadcrumb: Vec<String>,
    /// Its heading.
    pub title: String,
    /// What stands under it, in Markdown, without headings.
    pub markdown: String,
}

/// Cuts a document at its headings. Headings with nothing under them only lead to others.
pub(super) fn split(file: &str, markdown: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut body = String::new();
    let mut fenced = false;
    let mut finish = |path: &[String], body: &mut String| {
        let text = std::mem::take(body);
        if let Some((title, above)) = path.split_last()
            && !text.trim().is_empty()
        {
            sections.push(Section {
                file: file.to_owned(),
                breadcrumb: above.to_vec(),
                title: title.clone(),
                markdown: text.trim().to_owned(),
            });
        }
    };
    for line in markdown.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match heading(line).filter(|_| !fenced) {
            Some((level, title)) => {
                finish(&path, &mut body);
                path.truncate(level - 1);
                path.push(title.to_owned());
            }
            None => {
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    finish(&path, &mut body);
    sections
}

/// The level and the words of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    ((1..=6).contains(&level) && words.starts_with(' ')).then(|| (level, words.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_know_their_place_and_code_is_not_cut() {
        let sections =
            split("a.md", "# A\n\nintro\n\n## B\n\n```sh\n# no heading\n```\n\n### C\n\nend");
        let found: Vec<_> =
            sections.iter().map(|it| (it.breadcrumb.join("/"), it.title.as_str())).collect();
        let expected = [("", "A"), ("A", "B"), ("A/B", "C")];
        assert_eq!(found, expected.map(|(above, title)| (above.to_owned(), title)));
        assert!(sections[1].markdown.contains("# no heading"), "a comment in code is no heading");
    }
}

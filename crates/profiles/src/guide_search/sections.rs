//! Pages of Markdown, cut at their headings.

/// A part of a page, from one heading to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// The headings above it, the page's first.
    pub breadcrumb: Vec<String>,
    /// What stands under the heading, up to the next one.
    pub markdown: String,
    /// The page's file.
    pub file: String,
}

/// The sections of a page, without those that hold nothing but other sections.
pub(super) fn of_page(file: &str, markdown: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    // The headings that the present line stands under: level and title.
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut body = String::new();
    let mut fence = None;
    for line in markdown.lines() {
        let line_fence = fence_of(line);
        let heading = if fence.is_none() && line_fence.is_none() { heading_of(line) } else { None };
        match (fence, line_fence) {
            (None, opened) => fence = opened,
            // A fence ends with as many of the same characters, or more.
            (Some((character, length)), Some((other, found)))
                if character == other && found >= length =>
            {
                fence = None;
            }
            _ => {}
        }
        if let Some((level, title)) = heading {
            add(&mut sections, file, &path, &mut body);
            path.retain(|(above, _)| *above < level);
            path.push((level, title.to_owned()));
        } else {
            body.push_str(line);
            body.push('\n');
        }
    }
    add(&mut sections, file, &path, &mut body);
    sections
}

fn add(sections: &mut Vec<Section>, file: &str, path: &[(usize, String)], body: &mut String) {
    let text = std::mem::take(body);
    if text.trim().is_empty() {
        return;
    }
    let titles: Vec<_> = path.iter().map(|(_, title)| title.clone()).collect();
    let (title, breadcrumb) = match titles.split_last() {
        Some((title, above)) => (title.clone(), above.to_vec()),
        None => (String::new(), Vec::new()),
    };
    let markdown = text.trim().to_owned();
    sections.push(Section { title, breadcrumb, markdown, file: file.to_owned() });
}

/// The level and text of a heading.
fn heading_of(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_heading = (1..=6).contains(&level) && text.starts_with([' ', '\t']);
    is_heading.then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

/// The character and length of the fence of a code block.
fn fence_of(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start();
    let character = line.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let length = line.chars().take_while(|letter| *letter == character).count();
    (length >= 3).then_some((character, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_at_its_headings() {
        let page = "Before.\n\n# Page\n\n## One ##\n\nText of one.\n\n### Deep\nDeeper.\n## Two\n\
                    ```sh\n# no heading\n```\n#no heading either\n";
        let section = |title: &str, breadcrumb: &[&str], markdown: &str| Section {
            title: title.to_owned(),
            breadcrumb: breadcrumb.iter().map(|title| (*title).to_owned()).collect(),
            markdown: markdown.to_owned(),
            file: "page.md".to_owned(),
        };
        let expected = [
            section("", &[], "Before."),
            section("One", &["Page"], "Text of one."),
            section("Deep", &["Page", "One"], "Deeper."),
            section("Two", &["Page"], "```sh\n# no heading\n```\n#no heading either"),
        ];
        assert_eq!(of_page("page.md", page), expected);
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let page = "# Page\n````\n```\n# no heading\n```\n````\n# Next\ntext";
        let titles: Vec<_> = of_page("", page).into_iter().map(|section| section.title).collect();
        assert_eq!(titles, ["Page", "Next"]);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(of_page("", ""), []);
        assert_eq!(of_page("", "# Only\n## Headings\n"), []);
    }
}

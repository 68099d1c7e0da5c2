//! Questions as people ask them, to pages made for it and to the app's own.

use rstest::rstest;

use super::{Guide, Section, sections};
use crate::documentation;

const PAGES: &[(&str, &str)] = &[
    (
        "accounts.md",
        "# Accounts\n\n## How do I sign in?\n\nChoose your account and enter your password.\n\n\
         ## I forgot my password\n\nThere is no way back into the account.\n",
    ),
    (
        "privacy.md",
        "# Privacy\n\n## Where are my conversations kept?\n\nOn this computer, encrypted with \
         XChaCha20. The key is in the keyring.\n\n## What is logged?\n\nNo text of any \
         conversation, and no password. Capital letters do not matter.\n",
    ),
    ("de.md", "# Schlüssel\n\n## Wie ändere ich den Schlüssel?\n\nIn den Einstellungen.\n"),
];

fn titles(guide: &Guide, question: &str) -> Vec<String> {
    let sections = guide.answer(question).map(|answer| answer.sections).unwrap_or_default();
    sections.into_iter().map(|section| section.title).collect()
}

#[rstest]
#[case("How do I sign in?", "How do I sign in?")]
#[case("signing in", "How do I sign in?")]
#[case("forgotten password", "I forgot my password")]
#[case("I have forgotten my PASSWORDS!", "I forgot my password")]
#[case("where are my chats stored", "Where are my conversations kept?")]
#[case("conversat", "Where are my conversations kept?")]
#[case("xchacha20", "Where are my conversations kept?")]
#[case("Is there a log?", "What is logged?")]
#[case("Schluessel aendern", "Wie ändere ich den Schlüssel?")]
#[case("Kann ich die Schlüssel ändern?", "Wie ändere ich den Schlüssel?")]
fn the_best_section_comes_first(#[case] question: &str, #[case] title: &str) {
    let found = titles(&Guide::new(PAGES), question);
    assert_eq!(found.first().map(String::as_str), Some(title), "{found:?}");
    assert!(found.len() <= 3);
}

#[test]
fn a_section_says_where_it_stands() {
    let answer = Guide::new(PAGES).answer("forgot my password").unwrap();
    let expected = Section {
        title: "I forgot my password".to_owned(),
        breadcrumb: vec!["Accounts".to_owned()],
        markdown: "There is no way back into the account.".to_owned(),
        file: "accounts.md".to_owned(),
    };
    assert_eq!(answer.sections[0], expected);
}

#[test]
fn a_title_weighs_more_than_a_mention() {
    let pages = [(
        "a.md",
        "# A\n## First\nThe word keyring is mentioned, keyring, keyring.\n## The keyring\nIt is one.",
    )];
    assert_eq!(titles(&Guide::new(&pages), "keyring")[0], "The keyring");
}

const UNRELATED: &[&str] = &[
    "What is the capital of France?",
    "Who won the world cup in 1998?",
    "How do I cook pasta carbonara?",
    "Tell me a joke",
    "What's the weather in Berlin tomorrow?",
    "Translate good morning into Japanese",
    "Solve x^2 - 4 = 0",
    "Wie hoch ist der Mount Everest?",
    "Recommend a novel by Tolstoy",
    "What is the distance to the moon?",
    "Explain photosynthesis",
];

#[rstest]
fn nothing_is_said_about_other_subjects(
    #[values(Guide::new(PAGES), Guide::new(documentation::PAGES))] guide: Guide,
) {
    for question in UNRELATED {
        assert_eq!(titles(&guide, question), [""; 0], "{question}");
    }
}

#[rstest]
#[case("")]
#[case("???")]
#[case("what is it")]
#[case("🦀 ∑ \u{0}")]
fn nothing_is_said_to_nothing(#[case] question: &str) {
    assert_eq!(Guide::new(PAGES).answer(question), None);
    assert_eq!(Guide::new(&[]).answer(question), None);
}

#[test]
fn no_pages_give_no_answers_and_a_long_question_is_no_problem() {
    assert_eq!(Guide::new(&[]).answer("How do I sign in?"), None);
    let words: String = (0..100_000).map(|number| format!(" ä{number}")).collect();
    for long in ["sign in ".repeat(100_000), format!("sign in{}{words}", " ".repeat(2_000))] {
        assert_eq!(titles(&Guide::new(PAGES), &long)[0], "How do I sign in?");
    }
}

/// Whatever the app's own documentation says today: who asks with the words of a heading gets that
/// section, and first where it is a question.
#[test]
fn every_heading_of_the_guide_finds_its_section() {
    let guide = Guide::new(documentation::PAGES);
    let all: Vec<_> = documentation::PAGES
        .iter()
        .flat_map(|(file, text)| sections::of_page(file, text))
        .collect();
    assert!(all.len() > 20, "there is a guide");
    for section in all.iter().filter(|section| !section.breadcrumb.is_empty()) {
        let found = guide.answer(&section.title).map(|answer| answer.sections).unwrap_or_default();
        assert!(
            found.first() == Some(section),
            "{}: {:?}",
            section.title,
            titles(&guide, &section.title)
        );
    }
}

/// Questions in words that are not those of the headings.
#[rstest]
#[case("where are my chats stored", "privacy.md")]
#[case("connect to ollama", "models.md")]
#[case("api key refused", "troubleshooting.md")]
#[case("delete account", "getting-started.md")]
#[case("keyboard shortcuts", "keyboard.md")]
#[case("dark mode", "settings.md")]
#[case("analyze csv file", "data.md")]
#[case("does it work without network", "offline.md")]
#[case("forgot passwort", "getting-started.md")]
#[case("stop the reply", "talking.md")]
#[case("rename chat", "conversations.md")]
fn the_guide_answers_in_other_words(#[case] question: &str, #[case] file: &str) {
    let guide = Guide::new(documentation::PAGES);
    let answer = guide.answer(question).unwrap();
    let files: Vec<_> = answer.sections.iter().map(|section| section.file.as_str()).collect();
    assert!(files.contains(&file), "{question}: {:?}", titles(&guide, question));
}

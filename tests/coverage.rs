//! The table of what the founding document asks for names real code and real tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The names that the document declares. Its examples have rows, too.
const DECLARED: &[&str] = &[
    "`User`",
    "`User.identifier`",
    "`User.display_name`",
    "`User.metadata`",
    "`PersistedUser`",
    "`PersistedUser.identifier`",
    "`PersistedUser.display_name`",
    "`PersistedUser.metadata`",
    "`PersistedUser.id`",
    "`PersistedUser.createdAt`",
    "`UserSession`, `user_session`",
    "field `id`",
    "field `env`",
    "field `chat_settings`",
    "field `user`",
    "field `chat_profile`",
    "field `client_type`",
    "`get(key, default)`",
    "`set(key, value)`",
    "`create_accessor(key)`",
    "`create_accessor(default=…)`",
    "`create_accessor(apply_fn=…)`",
    "`on_chat_start`",
    "`on_message`",
    "`on_settings_update`",
    "`on_chat_resume`",
    "`on_chat_end`",
    "`ChatProfile`",
    "`ChatProfile.name`",
    "`ChatProfile.markdown_description`",
    "`ChatProfile.icon`",
    "`ChatProfile.default`",
    "`ChatProfile.starters`",
    "`Starter`",
    "`Starter.label`",
    "`Starter.message`",
    "`Starter.command`",
    "`Starter.icon`",
    "`set_chat_profiles(user)`",
    "`AskFileMessage(content)`",
    "`AskFileMessage(accept)`",
    "`AskFileMessage.send()`, with files",
    "`AskFileMessage.send()`, with nothing",
    "`Message(content)`, `Message.send()`",
    "`Message.content`",
    "`UserMetadata`",
    "`SessionAccessor`",
    "`ThreadDict`, its metadata",
    "`ThreadDict`, its history",
];

/// One row: what the document has, where it is here, and what proves it.
struct Row {
    asked: String,
    items: Vec<String>,
    proofs: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rows() -> Vec<Row> {
    let table = fs::read_to_string(root().join("docs/framework/coverage.md")).unwrap();
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.contains("proved by"));
    lines
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 3, "three cells in: {line}");
            assert!(cells.iter().all(|cell| !cell.is_empty()), "no empty cell in: {line}");
            Row { asked: cells[0].into(), items: code(cells[1]), proofs: code(cells[2]) }
        })
        .collect()
}

/// What stands between backticks.
fn code(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

/// Whether `text` has `words` with nothing before or after that would make it another name.
fn has(text: &str, words: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(words).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part)
            && !text[at + words.len()..].chars().next().is_some_and(part)
    })
}

/// Whether some file declares `item`: `Type`, `Type::member` or
/// `Type::method("text")`, where the text is in the file too.
fn declared(files: &[String], item: &str) -> bool {
    let (path, argument) = match item.split_once('(') {
        Some((path, argument)) => (path, Some(argument.trim_end_matches(')'))),
        None => (item, None),
    };
    let (owner, member) = match path.split_once("::") {
        Some((owner, member)) => (owner, Some(member)),
        None => (path, None),
    };
    files.iter().any(|file| {
        let owns = ["struct", "enum", "trait", "type"]
            .iter()
            .any(|kind| has(file, &format!("pub {kind} {owner}")));
        let member = member.is_none_or(|name| {
            has(file, &format!("fn {name}"))
                || has(file, &format!("pub {name}:"))
                || file.lines().any(|line| line.trim() == format!("{name},"))
        });
        owns && member && argument.is_none_or(|text| file.contains(text))
    })
}

#[test]
fn everything_that_the_document_declares_has_a_row() {
    let rows = rows();
    for name in DECLARED {
        assert!(rows.iter().any(|row| row.asked == *name), "{name} has no row");
    }
}

#[test]
fn every_row_names_code_that_is_there() {
    let places = ["crates/chat/src", "crates/vault/src"];
    let files = places.into_iter().flat_map(|place| sources(&root().join(place)));
    let files: Vec<_> = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let rows = rows();
    assert!(rows.len() > 70, "the table was read, got {} rows", rows.len());
    for row in rows {
        assert!(!row.items.is_empty(), "nothing is named for {}", row.asked);
        for item in row.items {
            assert!(declared(&files, &item), "{item}, named for {}, does not exist", row.asked);
        }
    }
}

#[test]
fn every_row_names_a_test_that_is_there() {
    for row in rows() {
        assert!(!row.proofs.is_empty(), "nothing proves {}", row.asked);
        for proof in row.proofs {
            let (file, test) = proof.split_once("::").unwrap();
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            let lines: Vec<_> = text.lines().map(str::trim).collect();
            let place = lines.iter().position(|line| line.contains(&format!("fn {test}(")));
            let place = place.unwrap_or_else(|| panic!("{proof} does not exist"));
            // Its attributes stand above it, up to the first empty line.
            let mut above = lines[..place].iter().rev().take_while(|line| !line.is_empty());
            let tested = ["#[test]", "#[tokio::test", "#[rstest"];
            assert!(
                above.any(|line| tested.iter().any(|it| line.starts_with(it))),
                "{proof} is no test"
            );
        }
    }
}

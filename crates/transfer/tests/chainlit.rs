//! Chainlit's SQLite databases. The tables are those that its documentation gives for its SQLAlchemy
//! data layer.

use std::path::Path;

use confidant_chat::feedback::Rating;
use confidant_chat::step::{StepKind, StepState};
use confidant_transfer::{Imported, Left, TransferError};
use rusqlite::{Connection, params};

use crate::kit::{self, history, import_at};

const TABLES: &str = r#"
    CREATE TABLE users ("id" UUID PRIMARY KEY, "identifier" TEXT NOT NULL UNIQUE,
        "metadata" JSONB NOT NULL, "createdAt" TEXT);
    CREATE TABLE threads ("id" UUID PRIMARY KEY, "createdAt" TEXT, "name" TEXT, "userId" UUID,
        "userIdentifier" TEXT, "tags" TEXT[], "metadata" JSONB);
    CREATE TABLE steps ("id" UUID PRIMARY KEY, "name" TEXT NOT NULL, "type" TEXT NOT NULL,
        "threadId" UUID NOT NULL, "parentId" UUID, "streaming" BOOLEAN NOT NULL,
        "waitForAnswer" BOOLEAN, "isError" BOOLEAN, "metadata" JSONB, "tags" TEXT[], "input" TEXT,
        "output" TEXT, "createdAt" TEXT, "command" TEXT, "start" TEXT, "end" TEXT,
        "generation" JSONB, "showInput" TEXT, "language" TEXT, "indent" INT);
    CREATE TABLE elements ("id" UUID PRIMARY KEY, "threadId" UUID, "type" TEXT, "url" TEXT,
        "chainlitKey" TEXT, "name" TEXT NOT NULL, "display" TEXT, "objectKey" TEXT, "size" TEXT,
        "page" INT, "language" TEXT, "forId" UUID, "mime" TEXT, "props" JSONB);
    CREATE TABLE feedbacks ("id" UUID PRIMARY KEY, "forId" UUID NOT NULL,
        "threadId" UUID NOT NULL, "value" INT NOT NULL, "comment" TEXT);
"#;

const THREAD: &str = "5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f0001";

fn step(database: &Connection, number: u8, kind: &str, name: &str, output: &str) {
    let id = format!("5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f1{number:03}");
    let at = format!("2025-03-04T05:06:{number:02}.123456Z");
    database
        .execute(
            "INSERT INTO steps (\"id\", \"name\", \"type\", \"threadId\", \"streaming\", \"isError\",
             \"input\", \"output\", \"createdAt\", \"start\", \"end\")
             VALUES (?1, ?2, ?3, ?4, 0, 0, 'what went in', ?5, ?6, ?6, ?6)",
            params![id, name, kind, THREAD, output, at],
        )
        .unwrap();
}

fn filled(path: &Path) -> Connection {
    let database = Connection::open(path).unwrap();
    database.execute_batch(TABLES).unwrap();
    let metadata = r#"{"id": "s", "user": {"identifier": "ada"}, "chat_profile": "analyst",
        "chat_settings": {"temperature": 0.5}, "turns": 3}"#;
    database
        .execute(
            "INSERT INTO threads (\"id\", \"createdAt\", \"name\", \"metadata\") VALUES
             (?1, '2025-03-04T05:06:00.000000Z', 'Plans', ?2)",
            params![THREAD, metadata],
        )
        .unwrap();
    step(&database, 1, "user_message", "ada", "Hello");
    step(&database, 2, "run", "on_message", "");
    step(&database, 3, "tool", "lookup", "42");
    step(&database, 4, "assistant_message", "Analyst", "The answer is 42.");
    step(&database, 5, "undefined", "what", "");
    database
        .execute_batch(
            "UPDATE steps SET \"parentId\" = '5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f1002'
                 WHERE \"type\" IN ('tool', 'assistant_message');
             UPDATE steps SET \"isError\" = 1 WHERE \"type\" = 'tool';
             INSERT INTO feedbacks VALUES ('f', '5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f1002',
                 '5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f0001', 1, 'Right');
             INSERT INTO elements (\"id\", \"threadId\", \"type\", \"name\", \"display\", \"forId\",
                 \"mime\", \"objectKey\") VALUES
                 ('5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f2001', '5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f0001',
                  'image', 'p.png', 'inline', '5f0f6b5e-8c53-4b57-9d5e-6a8b7f4f1004',
                  'image/png', 'u/e/p.png');",
        )
        .unwrap();
    database
}

fn imported(path: &Path) -> (std::sync::Arc<confidant_chat::testing::MemoryHistory>, Imported) {
    let history = history();
    let (imported, preview) = import_at(&history, path);
    assert_eq!(preview.unwrap(), imported, "it does what it said that it would");
    (history, imported)
}

#[test]
fn a_thread_comes_with_its_messages_work_settings_session_and_feedback() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chainlit.db");
    drop(filled(&path));
    let (history, imported) = imported(&path);
    assert_eq!((imported.threads, imported.messages), (1, 2));
    let left: Vec<_> = imported.left.into_iter().collect();
    assert_eq!(left, [(Left::Files, 1)], "the content of elements is not in the database");

    let (thread, steps) = kit::only(&history);
    assert_eq!(thread.id.to_string(), THREAD);
    assert_eq!((thread.name.as_str(), thread.profile.as_str()), ("Plans", "analyst"));
    assert_eq!(thread.settings["temperature"], 0.5);
    let session: Vec<_> = thread.session.keys().collect();
    assert_eq!(session, ["turns"], "without what Chainlit puts there itself");
    assert_eq!(thread.last_activity, "2025-03-04T05:06:05.123456Z".parse().unwrap());
    let kinds: Vec<_> = steps.iter().map(|step| step.kind).collect();
    let expected = [StepKind::User, StepKind::Tool, StepKind::Assistant, StepKind::Run];
    assert_eq!(kinds, expected, "without what only wraps a turn");
    assert_eq!((steps[0].output.as_str(), steps[0].name.as_str()), ("Hello", ""));
    assert_eq!((steps[1].input.as_str(), steps[1].output.as_str()), ("what went in", "42"));
    assert_eq!(steps[1].state, StepState::Failed);
    assert_eq!((steps[2].name.as_str(), steps[2].answers), ("Analyst", Some(steps[0].id)));
    // It is given to the run that wraps the turn.
    let feedback = steps[2].feedback.clone().unwrap();
    assert_eq!((feedback.rating, feedback.comment.as_deref()), (Rating::Up, Some("Right")));

    let (again, preview) = import_at(&history, &path);
    assert_eq!((again.threads, again.known), (0, 1), "each comes once: {preview:?}");
}

#[test]
fn a_thread_whose_row_was_lost_is_told_by_its_steps() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chainlit.db");
    let database = filled(&path);
    database
        .execute_batch(
            "DELETE FROM threads;
             UPDATE steps SET \"showInput\" = 'false' WHERE \"type\" = 'tool';",
        )
        .unwrap();
    drop(database);
    let (history, imported) = imported(&path);
    assert_eq!((imported.threads, imported.messages), (1, 2));
    let (thread, steps) = kit::only(&history);
    assert_eq!((thread.name.as_str(), thread.profile.as_str()), ("Hello", kit::PROFILE));
    assert_eq!(thread.created_at, "2025-03-04T05:06:01.123456Z".parse().unwrap());
    assert_eq!(steps[1].input, "", "what the app did not show stays hidden");
}

#[test]
fn an_older_database_lacks_columns_and_tables() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("old.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE threads (id TEXT, name TEXT);
             CREATE TABLE steps (id TEXT, threadId TEXT, type TEXT, output TEXT);
             INSERT INTO threads VALUES ('one', NULL);
             INSERT INTO steps VALUES ('a', 'one', 'user_message', 'Hello');
             INSERT INTO steps VALUES ('b', 'one', 'assistant_message', x'ff41');
             INSERT INTO steps VALUES (NULL, 'one', 'assistant_message', 'of nobody');",
        )
        .unwrap();
    drop(database);
    let (history, imported) = imported(&path);
    assert_eq!((imported.threads, imported.messages), (1, 2));
    assert_eq!(imported.left.get(&Left::Messages), Some(&1));
    let (thread, steps) = kit::only(&history);
    assert_eq!(thread.profile, kit::PROFILE);
    assert_eq!(steps[1].output, "\u{fffd}A", "bytes that are no text are shown as such");
}

#[test]
fn a_database_that_its_app_has_open_is_read_with_what_stands_in_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("open.db");
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(database);
    let database = filled(&path);
    let (_, imported) = imported(&path);
    assert_eq!(imported.messages, 2);
    drop(database);
}

#[test]
fn another_database_is_nothing_to_import_and_neither_is_a_view() {
    let dir = tempfile::tempdir().unwrap();
    let tables = [
        "CREATE TABLE notes (id TEXT);",
        "CREATE TABLE x (id TEXT, threadId TEXT); CREATE VIEW threads AS SELECT id FROM x;
         CREATE VIEW steps AS SELECT * FROM x;",
    ];
    for (number, tables) in tables.iter().enumerate() {
        let path = dir.path().join(format!("{number}.db"));
        Connection::open(&path).unwrap().execute_batch(tables).unwrap();
        let (imported, done) = import_at(&history(), &path);
        assert_eq!(imported.threads, 0);
        let refused = matches!(done, Err(TransferError::Unknown | TransferError::Damaged(_)));
        assert!(refused, "{done:?}");
    }
}

//! The SQLite database that a Chainlit app keeps its threads in.
//!
//! An app makes its tables itself, and a row that does not fit them is lost there without a word: so
//! columns may be missing, threads may have steps and no row of their own, and steps may name others
//! that are not there. The content of elements is not in the database but where the app put it, so
//! those that have any stay behind.

mod step;
mod thread;
mod value;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use confidant_chat::element::{Content as What, Display, Element};
use confidant_chat::feedback::{Feedback, Rating};
use confidant_chat::ids::ElementId;
use confidant_chat::step::StepKind;
use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde_json::Value;

use super::Left;
use super::file::{Archive, Origin};
use super::sink::Sink;
use crate::error::TransferError;
use crate::watch::Watch;
use step::step;
use thread::{Header, Span};
use value::{number, own_or_made, text, time};

/// The longest value that is read, in bytes.
const LONGEST: i32 = 64 * 1024 * 1024;

/// Tells `sink` what is in the database.
pub(super) fn read(
    archive: &Archive,
    profile: &str,
    sink: &mut dyn Sink,
    watch: &Watch,
) -> Result<(), TransferError> {
    let database = Database::open(archive.origin(), watch)?;
    let threads = database.threads()?;
    watch.begin(threads.len() as u64);
    for id in threads {
        watch.check()?;
        database.thread(&id, profile, sink, watch)?;
        watch.advance(1);
    }
    Ok(())
}

struct Database {
    connection: Connection,
    columns: HashMap<&'static str, HashSet<String>>,
}

impl Database {
    fn open(origin: &Origin, watch: &Watch) -> Result<Self, TransferError> {
        let connection = match origin {
            Origin::File(path) => connect(path)?,
            // SQLite reads files; what is thrown at it is not ours to find.
            #[cfg(fuzzing)]
            Origin::Bytes(_) => return Err(TransferError::Unknown),
        };
        // Whoever made the file is not trusted: nothing in it runs, and nothing of it is endless.
        let settings = [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        ];
        for (setting, value) in settings {
            connection.set_db_config(setting, value).map_err(|error| damaged(&error))?;
        }
        connection
            .set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)
            .map_err(|error| damaged(&error))?;
        let cancelled = watch.clone();
        connection
            .progress_handler(10_000, Some(move || cancelled.is_cancelled()))
            .map_err(|error| damaged(&error))?;
        let mut columns = HashMap::new();
        for table in ["threads", "steps", "elements", "feedbacks"] {
            columns.insert(table, columns_of(&connection, table).map_err(|it| damaged(&it))?);
        }
        let database = Self { connection, columns };
        let known = ["threads", "steps"].iter().all(|table| database.has(table, "id"));
        if known && database.has("steps", "threadId") {
            Ok(database)
        } else {
            Err(TransferError::Unknown)
        }
    }

    fn has(&self, table: &str, column: &str) -> bool {
        self.columns.get(table).is_some_and(|columns| columns.contains(column))
    }

    /// `column`, or nothing under its name where the database has none.
    fn column(&self, table: &str, column: &str) -> String {
        if self.has(table, column) {
            format!("\"{column}\"")
        } else {
            format!("NULL AS \"{column}\"")
        }
    }

    /// A query for some columns of a table.
    fn select(&self, table: &str, columns: &[&str], rest: &str) -> String {
        let columns: Vec<_> = columns.iter().map(|it| self.column(table, it)).collect();
        format!("SELECT {} FROM \"{table}\" {rest}", columns.join(", "))
    }

    fn threads(&self) -> Result<Vec<String>, TransferError> {
        // Those first that have a row.
        let query = "SELECT id FROM (SELECT \"id\" AS id, rowid AS place, 0 AS without FROM threads \
                     UNION ALL SELECT \"threadId\", min(rowid), 1 FROM steps GROUP BY \"threadId\") \
                     GROUP BY id ORDER BY min(without), min(place)";
        let mut query = self.connection.prepare(query).map_err(|error| damaged(&error))?;
        let rows = query.query_map([], |row| Ok(text(row, "id"))).map_err(|it| damaged(&it))?;
        let ids = rows.collect::<Result<Vec<_>, _>>().map_err(|error| damaged(&error))?;
        Ok(ids.into_iter().flatten().collect())
    }

    fn thread(
        &self,
        id: &str,
        profile: &str,
        sink: &mut dyn Sink,
        watch: &Watch,
    ) -> Result<(), TransferError> {
        let failed = |error: rusqlite::Error| {
            if watch.is_cancelled() { TransferError::Cancelled } else { damaged(&error) }
        };
        let columns = ["createdAt", "name", "metadata"];
        let query = self.select("threads", &columns, "WHERE \"id\" = ?1");
        let header = self.connection.query_row(&query, [id], |row| Ok(Header::of(row)));
        let header = header.optional().map_err(failed)?.unwrap_or_default();
        let span = self.span(id).map_err(failed)?;
        let thread = header.thread(id, span, profile);
        let (began, thread_id) = (thread.created_at, thread.id);
        if !sink.begin(thread)? {
            return Ok(());
        }
        let mut feedback = self.feedback(id).map_err(failed)?;
        if self.has("steps", "createdAt") && self.has("steps", "parentId") {
            self.hand_over(id, &mut feedback).map_err(failed)?;
        }
        let mut elements = self.elements(id, sink).map_err(failed)?;
        let columns = [
            "id",
            "parentId",
            "name",
            "type",
            "isError",
            "input",
            "output",
            "createdAt",
            "start",
            "end",
            "language",
            "command",
            "showInput",
        ];
        // Those that began at the same time stay as they were written.
        let order = if self.has("steps", "createdAt") { "\"createdAt\", rowid" } else { "rowid" };
        let rest = format!("WHERE \"threadId\" = ?1 ORDER BY {order}");
        let query = self.select("steps", &columns, &rest);
        let mut query = self.connection.prepare(&query).map_err(failed)?;
        let mut rows = query.query([id]).map_err(failed)?;
        let (mut place, mut asked) = (0, None);
        while let Some(row) = rows.next().map_err(failed)? {
            watch.check()?;
            let Some(name) = text(row, "id") else {
                sink.leave(Left::Messages);
                continue;
            };
            let Some(mut step) = step(&name, row, place, began, thread_id) else { continue };
            if step.kind == StepKind::User {
                asked = Some(step.id);
            } else {
                step.answers = asked;
            }
            step.feedback = feedback.remove(&name);
            step.elements = elements.remove(&name).unwrap_or_default();
            place += 1;
            if !sink.step(step, Vec::new())? {
                return Ok(());
            }
        }
        sink.end()
    }

    /// When a thread began and when something was last said in it, as its steps tell, and what the
    /// person said first. Its own time of creation is local, says that it is not, and changes.
    fn span(&self, thread: &str) -> rusqlite::Result<Span> {
        let mut span = Span::default();
        if self.has("steps", "createdAt") {
            let query = "SELECT min(\"createdAt\") AS first, max(\"createdAt\") AS last FROM steps \
                         WHERE \"threadId\" = ?1";
            (span.first, span.last) = self.connection.query_row(query, [thread], |row| {
                let at = |column| text(row, column).as_deref().and_then(time);
                Ok((at("first"), at("last")))
            })?;
        }
        if self.has("steps", "type") && self.has("steps", "output") {
            let query = "SELECT \"output\" AS said FROM steps WHERE \"threadId\" = ?1 \
                         AND \"type\" = 'user_message' ORDER BY rowid LIMIT 1";
            let said = self.connection.query_row(query, [thread], |row| Ok(text(row, "said")));
            span.said = said.optional()?.flatten();
        }
        Ok(span)
    }

    /// Gives to the last answer of each turn what the person thinks of the turn.
    fn hand_over(
        &self,
        thread: &str,
        feedback: &mut HashMap<String, Feedback>,
    ) -> rusqlite::Result<()> {
        let query = "SELECT answer.\"id\" AS id FROM steps AS run JOIN steps AS answer \
                     ON answer.\"threadId\" = run.\"threadId\" \
                     AND answer.\"type\" = 'assistant_message' \
                     AND (answer.\"parentId\" = run.\"id\" \
                          OR answer.\"createdAt\" BETWEEN run.\"createdAt\" AND run.\"end\") \
                     WHERE run.\"threadId\" = ?1 AND run.\"id\" = ?2 AND run.\"type\" = 'run' \
                     ORDER BY answer.\"createdAt\" DESC, answer.rowid DESC LIMIT 1";
        if !self.has("steps", "end") {
            return Ok(());
        }
        let mut query = self.connection.prepare(query)?;
        for run in feedback.keys().cloned().collect::<Vec<_>>() {
            let answer = query.query_row([thread, run.as_str()], |row| Ok(text(row, "id")));
            if let Some(answer) = answer.optional()?.flatten()
                && let Some(given) = feedback.remove(&run)
            {
                feedback.entry(answer).or_insert(given);
            }
        }
        Ok(())
    }

    fn feedback(&self, thread: &str) -> rusqlite::Result<HashMap<String, Feedback>> {
        let mut feedback = HashMap::new();
        if !["forId", "value", "threadId"].iter().all(|it| self.has("feedbacks", it)) {
            return Ok(feedback);
        }
        let columns = ["forId", "value", "comment"];
        let query = self.select("feedbacks", &columns, "WHERE \"threadId\" = ?1");
        let mut query = self.connection.prepare(&query)?;
        let mut rows = query.query([thread])?;
        while let Some(row) = rows.next()? {
            let Some(step) = text(row, "forId") else { continue };
            let good = number(row, "value").is_some_and(|it| it > 0);
            let rating = if good { Rating::Up } else { Rating::Down };
            let comment = text(row, "comment").filter(|it| !it.is_empty());
            feedback.insert(step, Feedback { rating, comment });
        }
        Ok(feedback)
    }

    /// The elements that are whole in the database, by the step that they belong to.
    fn elements(
        &self,
        thread: &str,
        sink: &mut dyn Sink,
    ) -> rusqlite::Result<HashMap<String, Vec<Element>>> {
        let mut elements: HashMap<String, Vec<Element>> = HashMap::new();
        if !self.has("elements", "threadId") {
            return Ok(elements);
        }
        let columns = ["id", "forId", "type", "name", "display", "props"];
        let query = self.select("elements", &columns, "WHERE \"threadId\" = ?1 ORDER BY rowid");
        let mut query = self.connection.prepare(&query)?;
        let mut rows = query.query([thread])?;
        while let Some(row) = rows.next()? {
            let kind = text(row, "type").unwrap_or_default();
            let props = text(row, "props").and_then(|it| serde_json::from_str::<Value>(&it).ok());
            let what = props.as_ref().and_then(|props| whole(&kind, props));
            let (Some(what), Some(id), Some(step)) = (what, text(row, "id"), text(row, "forId"))
            else {
                let is_custom = matches!(kind.as_str(), "custom" | "plotly");
                sink.leave(if is_custom { Left::Elements } else { Left::Files });
                continue;
            };
            let display = match text(row, "display").as_deref() {
                Some("side") => Display::Side,
                Some("page") => Display::Page,
                _ => Display::Inline,
            };
            let id = ElementId::from_bytes(own_or_made(&id, thread, Timestamp::UNIX_EPOCH));
            let name = text(row, "name").unwrap_or_default();
            elements.entry(step).or_default().push(Element::kept(id, name, display, what));
        }
        Ok(elements)
    }
}

/// An element that `props` holds all of.
fn whole(kind: &str, props: &Value) -> Option<What> {
    let text = props.get("content").and_then(Value::as_str).filter(|_| kind == "text")?;
    Some(What::Text { text: text.to_owned(), language: None })
}

fn connect(path: &Path) -> Result<Connection, TransferError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|it| damaged(&it))?;
    let readable = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    if readable.is_ok() {
        return Ok(connection);
    }
    // Beside a database that an app left open there is a log, which cannot be read where nothing
    // can be written. What is in the database itself can.
    let mut place = url(path);
    place.push_str("?immutable=1");
    let flags = flags | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(place, flags).map_err(|error| damaged(&error))
}

/// The path as SQLite wants it in a URI.
fn url(path: &Path) -> String {
    let mut url = "file:".to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'%' | b'?' | b'#' => url.push_str(&format!("%{byte:02X}")),
            byte if byte.is_ascii() => url.push(char::from(byte)),
            byte => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<HashSet<String>> {
    let mut query = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    query.query_map([table], |row| row.get(0))?.collect()
}

fn damaged(error: &rusqlite::Error) -> TransferError {
    // Its text may quote what is stored.
    match error.sqlite_error_code() {
        Some(code) => TransferError::Damaged(format!("{code:?}")),
        None => TransferError::Damaged("it has columns of other types".into()),
    }
}

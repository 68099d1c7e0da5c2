//! What it costs to keep and to read a large history, beside SQLite in the same run.
//! `cargo xtask bench history` runs it.
//!
//! SQLite has the same messages in one table with one index, in WAL mode with `synchronous = FULL`,
//! which is what it takes for a commit to survive a power cut. It keeps plain text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that fails has no value"
)]
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "kit/report.rs"]
mod report;

use std::path::Path;
use std::time::{Duration, Instant};

use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::port::history::{Change, Durability, History};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_seal::DataKey;
use confidant_store::{Store, bytes_on_disk};
use jiff::SignedDuration;
use rusqlite::{Connection, params};

use crate::report::{Row, report};

/// How many messages there are in all; less where it says so.
const MESSAGES: &str = "CONFIDANT_BENCH_MESSAGES";

/// In how many threads, besides one long one.
const THREADS: usize = 10_000;

/// The messages of the long thread.
const LONG: u32 = 100_000;

/// How often what is fast is measured.
const ROUNDS: usize = 501;

#[tokio::main]
async fn main() {
    let messages: usize = std::env::var(MESSAGES).map_or(1_000_000, |it| it.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("history");
    let file = home.path().join("history.sqlite");
    let (user, key) = (UserId::new(), DataKey::random().unwrap());
    let (threads, long) = (threads(), Thread { name: "long".into(), ..Thread::begin("bench") });

    let store = Store::open(&dir, user, &key).unwrap();
    let mut sqlite = open_sqlite(&file);
    let each = u32::try_from(messages.saturating_sub(LONG as usize) / THREADS).unwrap();
    let began = Instant::now();
    fill_store(&store, &threads, &long, each).await;
    let filled = began.elapsed();
    let began = Instant::now();
    fill_sqlite(&mut sqlite, &threads, &long, each);
    let filled_sqlite = began.elapsed();
    let count = f64::from(each) * THREADS as f64 + f64::from(LONG);
    let per_message = |took: Duration| took.as_secs_f64() * 1e6 / count;

    let mut rows = vec![Row {
        name: "put a message, 1,000 at a time",
        unit: "µs",
        ours: per_message(filled),
        baseline: per_message(filled_sqlite),
    }];

    let mut next = LONG;
    let ours = median(async || {
        next += 1;
        let change = put(long.id, next);
        let began = Instant::now();
        store.write(vec![change], Durability::OnDisk).await.unwrap();
        began.elapsed()
    })
    .await;
    let mut next = LONG;
    let baseline = median(async || {
        next += 1;
        let step = said(next);
        let began = Instant::now();
        insert(&sqlite, long.id, &step);
        began.elapsed()
    })
    .await;
    rows.push(row("acknowledged message", "ms", 1e3, ours, baseline));

    let ours = median(async || {
        let began = Instant::now();
        assert_eq!(store.threads(None, 50).await.unwrap().items.len(), 50);
        began.elapsed()
    })
    .await;
    let baseline = median(async || {
        let began = Instant::now();
        let query = "SELECT header FROM threads ORDER BY at DESC LIMIT 50";
        assert_eq!(texts(&sqlite, query, &[]).len(), 50);
        began.elapsed()
    })
    .await;
    rows.push(row("newest 50 of 10,000 threads", "ms", 1e3, ours, baseline));

    for (name, before) in [
        ("newest 50 of 100,000 messages", u32::MAX),
        ("50 messages in the middle of 100,000", LONG / 2),
    ] {
        let ours = median(async || {
            let began = Instant::now();
            let page = store.steps(long.id, Some(before), 50).await.unwrap();
            assert_eq!(page.items.len(), 50);
            began.elapsed()
        })
        .await;
        let baseline = median(async || {
            let began = Instant::now();
            let query = "SELECT step FROM steps WHERE thread = ?1 AND sequence < ?2 \
                         ORDER BY sequence DESC LIMIT 50";
            let thread = long.id.as_bytes().as_slice();
            assert_eq!(texts(&sqlite, query, params![thread, before]).len(), 50);
            began.elapsed()
        })
        .await;
        rows.push(row(name, "ms", 1e3, ours, baseline));
    }

    let ours = stream(&store, &long).await;
    println!(
        "{:.0} kB written for a reply, in the history that was just filled",
        ours as f64 / 1e3
    );
    let small = Store::open(&home.path().join("small"), user, &key).unwrap();
    let header = Change::PutThread(Box::new(threads[0].clone()));
    small.write(vec![header], Durability::OnDisk).await.unwrap();
    let ours = stream(&small, &threads[0]).await;
    small.close().await.unwrap();
    drop(small);
    let written = disk_written();
    let mut reply = said(next + 1);
    insert(&sqlite, long.id, &reply);
    for _ in 0..32 {
        reply.output.push_str(&"four words of text ".repeat(16));
        let json = serde_json::to_string(&reply).unwrap();
        let update = "UPDATE steps SET step = ?1 WHERE thread = ?2 AND sequence = ?3";
        let thread = long.id.as_bytes().as_slice();
        sqlite.execute(update, params![json, thread, reply.sequence]).unwrap();
    }
    let baseline = disk_written() - written;
    rows.push(Row {
        name: "disk written for a reply of 2,000 tokens",
        unit: "kB",
        ours: ours as f64 / 1e3,
        baseline: baseline as f64 / 1e3,
    });

    let began = Instant::now();
    store.close().await.unwrap();
    println!("closed in {:.2?}", began.elapsed());
    drop((store, sqlite));
    let mut opened = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let store = Store::open(&dir, user, &key).unwrap();
        assert_eq!(store.threads(None, 50).await.unwrap().items.len(), 50);
        opened.push(began.elapsed());
        store.close().await.unwrap();
    }
    opened.sort();
    let began = Instant::now();
    let sqlite = open_sqlite(&file);
    let query = "SELECT header FROM threads ORDER BY at DESC LIMIT 50";
    assert_eq!(texts(&sqlite, query, &[]).len(), 50);
    rows.push(row(
        "open all of it, to the first 50 threads",
        "ms",
        1e3,
        opened[2],
        began.elapsed(),
    ));

    rows.push(Row {
        name: "on the disk",
        unit: "MB",
        ours: bytes_on_disk(&dir) as f64 / 1e6,
        baseline: bytes_on_disk(home.path()).saturating_sub(bytes_on_disk(&dir)) as f64 / 1e6,
    });
    println!("{count} messages in {} threads; medians of {ROUNDS} measurements", THREADS + 1);
    report("SQLite", &rows);
}

/// Streams a reply of 2,000 tokens at 250 a second, and gives how many bytes that wrote.
async fn stream(store: &Store, thread: &Thread) -> u64 {
    let written = disk_written();
    let mut reply = said(LONG * 2);
    for _ in 0..32 {
        reply.output.push_str(&"four words of text ".repeat(16));
        let change = Change::PutStep { thread: thread.id, step: Box::new(reply.clone()) };
        store.write(vec![change], Durability::Soon).await.unwrap();
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    store.write(Vec::new(), Durability::OnDisk).await.unwrap();
    disk_written() - written
}

fn row(name: &'static str, unit: &'static str, scale: f64, ours: Duration, other: Duration) -> Row {
    let [ours, baseline] = [ours, other].map(|took| took.as_secs_f64() * scale);
    Row { name, unit, ours, baseline }
}

async fn median(mut measure: impl AsyncFnMut() -> Duration) -> Duration {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        times.push(measure().await);
    }
    times.sort();
    times[ROUNDS / 2]
}

fn threads() -> Vec<Thread> {
    let thread = |n: usize| {
        let mut thread = Thread { name: format!("Thread {n}"), ..Thread::begin("bench") };
        thread.last_activity -= SignedDuration::from_secs(i64::try_from(n).unwrap() + 1);
        thread
    };
    (0..THREADS).map(thread).collect()
}

/// A message of some 200 characters.
fn said(sequence: u32) -> Step {
    let kind = if sequence.is_multiple_of(2) { StepKind::User } else { StepKind::Assistant };
    let text = format!("Message {sequence}: ").repeat(2) + &"some words about something ".repeat(6);
    Step::said(kind, sequence, text)
}

fn put(thread: ThreadId, sequence: u32) -> Change {
    Change::PutStep { thread, step: Box::new(said(sequence)) }
}

async fn fill_store(store: &Store, threads: &[Thread], long: &Thread, each: u32) {
    let header = |thread: &Thread| Change::PutThread(Box::new(thread.clone()));
    let mut changes: Vec<_> = threads.iter().chain([long]).map(header).collect();
    let steps = threads.iter().flat_map(|it| (0..each).map(|sequence| (it.id, sequence)));
    for (thread, sequence) in steps.chain((0..=LONG).map(|sequence| (long.id, sequence))) {
        changes.push(put(thread, sequence));
        if changes.len() >= 1_000 {
            store.write(std::mem::take(&mut changes), Durability::Soon).await.unwrap();
        }
    }
    store.write(changes, Durability::OnDisk).await.unwrap();
}

fn open_sqlite(file: &Path) -> Connection {
    let sqlite = Connection::open(file).unwrap();
    sqlite
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS threads (id BLOB PRIMARY KEY, at INTEGER, header TEXT);
             CREATE INDEX IF NOT EXISTS recent ON threads (at);
             CREATE TABLE IF NOT EXISTS steps (
                 thread BLOB, sequence INTEGER, step TEXT, PRIMARY KEY (thread, sequence)
             ) WITHOUT ROWID;",
        )
        .unwrap();
    sqlite
}

fn fill_sqlite(sqlite: &mut Connection, threads: &[Thread], long: &Thread, each: u32) {
    let begun = sqlite.transaction().unwrap();
    for thread in threads.iter().chain([long]) {
        let json = serde_json::to_string(thread).unwrap();
        let at = thread.last_activity.as_millisecond();
        let id = thread.id.as_bytes().as_slice();
        begun.execute("INSERT INTO threads VALUES (?1, ?2, ?3)", params![id, at, json]).unwrap();
    }
    begun.commit().unwrap();
    let steps = threads.iter().flat_map(|it| (0..each).map(|sequence| (it.id, sequence)));
    let all: Vec<_> = steps.chain((0..=LONG).map(|sequence| (long.id, sequence))).collect();
    for some in all.chunks(1_000) {
        let begun = sqlite.transaction().unwrap();
        some.iter().for_each(|(thread, sequence)| insert(&begun, *thread, &said(*sequence)));
        begun.commit().unwrap();
    }
}

fn insert(sqlite: &Connection, thread: ThreadId, step: &Step) {
    let json = serde_json::to_string(step).unwrap();
    let mut insert = sqlite.prepare_cached("INSERT INTO steps VALUES (?1, ?2, ?3)").unwrap();
    insert.execute(params![thread.as_bytes().as_slice(), step.sequence, json]).unwrap();
}

/// What a query finds, each read as the value it is.
fn texts(
    sqlite: &Connection,
    query: &str,
    given: &[&dyn rusqlite::ToSql],
) -> Vec<serde_json::Value> {
    let mut query = sqlite.prepare_cached(query).unwrap();
    let found = query.query_map(given, |row| row.get::<_, String>(0)).unwrap();
    found.map(|json| serde_json::from_str(&json.unwrap()).unwrap()).collect()
}

/// How many bytes this process has had written to the disk, where the system counts that.
fn disk_written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or_default()
}

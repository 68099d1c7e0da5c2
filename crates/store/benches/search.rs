//! How long it takes to find something in a million messages, beside SQLite's full-text index (FTS5)
//! in the same run. `cargo xtask bench search` runs it.
//!
//! The words of the messages are made up, and as common as words are (Zipf's law): the first of them
//! stands in most messages, and most of them in a few. SQLite has the same texts in one table, in
//! plain, with indexes of prefixes.
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
use confidant_chat::search::{Among, Order, Search};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_seal::DataKey;
use confidant_store::{Store, bytes_on_disk};
use jiff::SignedDuration;
use rusqlite::{Connection, params};

use crate::report::{Row, report};

/// How many messages there are in all; less where it says so.
const MESSAGES: &str = "CONFIDANT_BENCH_MESSAGES";

/// In how many threads, besides one long one that has a tenth of all messages.
const THREADS: usize = 10_000;

/// How many different words there are.
const WORDS: usize = 50_000;

/// How many searches of each kind are measured.
const SEARCHES: usize = 200;

/// How many messages a search is to give.
const LIMIT: usize = 50;

#[tokio::main]
async fn main() {
    let count: usize = std::env::var(MESSAGES).map_or(1_000_000, |it| it.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let (dir, file) = (home.path().join("history"), home.path().join("search.sqlite"));
    let (user, key) = (UserId::new(), DataKey::random().unwrap());
    let words = Vocabulary::new();
    let store = Store::open(&dir, user, &key).unwrap();
    fill_store(&store, &words, count).await;
    wait_until_whole(&store).await;
    let began = Instant::now();
    let sqlite = fill_sqlite(&file, &words, count);
    let filled = began.elapsed();
    store.close().await.unwrap();
    drop(store);

    std::fs::remove_dir_all(dir.join("index")).unwrap();
    let store = Store::open(&dir, user, &key).unwrap();
    let began = Instant::now();
    wait_until_whole(&store).await;
    let mut rows = vec![Row {
        name: "make the index of all of it anew",
        unit: "s",
        ours: began.elapsed().as_secs_f64(),
        baseline: filled.as_secs_f64(),
    }];
    let first = Instant::now();
    store.search(search("some", Order::Newest), Among::Said, 0, LIMIT).await.unwrap();
    println!("the first search of all took {:.1?}", first.elapsed());

    let mut random = Random(7);
    for kind in Kind::ALL {
        let asked: Vec<_> = (0..SEARCHES).map(|_| kind.ask(&words, &mut random)).collect();
        for order in [Order::Relevance, Order::Newest] {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for (typed, fts) in &asked {
                let began = Instant::now();
                let search = search(typed, order);
                let found = store.search(search, Among::Said, 0, LIMIT).await.unwrap().items;
                ours.push(began.elapsed());
                let began = Instant::now();
                let other = find(&sqlite, fts, order);
                theirs.push(began.elapsed());
                assert_eq!(found.len(), other, "both find the same: {typed:?}");
            }
            rows.push(Row {
                name: kind.name(order),
                unit: "ms",
                ours: at_95(ours),
                baseline: at_95(theirs),
            });
        }
    }

    // In one long thread, as somebody does who looks for a place in it.
    let long = store.threads(None, 1).await.unwrap().items[0].id;
    let mut times = Vec::new();
    for _ in 0..SEARCHES {
        let text = words.of(50..500, &mut random);
        let search = Search { thread: Some(long), ..Search::everywhere(text) };
        let began = Instant::now();
        store.search(search, Among::Said, 0, 1_000).await.unwrap();
        times.push(began.elapsed());
    }
    println!("1,000 places of a word in the long thread, at 95 %: {:.2} ms", at_95(times));

    // What was just said is found, too.
    let mut times = Vec::new();
    for n in 0..SEARCHES {
        let sequence = u32::try_from(count + n).unwrap();
        let word = format!("novelty{n}");
        let step = Step::said(StepKind::User, sequence, word.clone());
        let change = Change::PutStep { thread: long, step: Box::new(step) };
        store.write(vec![change], Durability::Soon).await.unwrap();
        let began = Instant::now();
        let hits = store.search(search(&word, Order::Newest), Among::Said, 0, LIMIT).await.unwrap();
        times.push(began.elapsed());
        assert_eq!(hits.items.len(), 1, "as soon as it is said");
    }
    println!("a word that was just said, at 95 %: {:.2} ms", at_95(times));

    store.close().await.unwrap();
    rows.push(Row {
        name: "the index on the disk",
        unit: "MB",
        ours: bytes_on_disk(&dir.join("index")) as f64 / 1e6,
        baseline: std::fs::metadata(&file).unwrap().len() as f64 / 1e6,
    });
    println!("{count} messages; of {SEARCHES} searches of each kind, the time at 95 %");
    report("SQLite FTS5", &rows);
}

#[derive(Clone, Copy)]
enum Kind {
    Rare,
    Common,
    TwoWords,
    Prefix,
    Phrase,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Rare, Self::Common, Self::TwoWords, Self::Prefix, Self::Phrase];

    fn name(self, order: Order) -> &'static str {
        match (self, order) {
            (Self::Rare, Order::Relevance) => "a rare word, best first",
            (Self::Rare, Order::Newest) => "a rare word, newest first",
            (Self::Common, Order::Relevance) => "a common word, best first",
            (Self::Common, Order::Newest) => "a common word, newest first",
            (Self::TwoWords, Order::Relevance) => "two words, best first",
            (Self::TwoWords, Order::Newest) => "two words, newest first",
            (Self::Prefix, Order::Relevance) => "three letters, best first",
            (Self::Prefix, Order::Newest) => "three letters, newest first",
            (Self::Phrase, Order::Relevance) => "a phrase, best first",
            (Self::Phrase, Order::Newest) => "a phrase, newest first",
        }
    }

    /// A search, and the same in the words of FTS5.
    fn ask(self, words: &Vocabulary, random: &mut Random) -> (String, String) {
        match self {
            Self::Rare => {
                let word = words.of(20_000..WORDS, random);
                (format!("{word} "), word.to_owned())
            }
            Self::Common => {
                let word = words.of(0..50, random);
                (format!("{word} "), word.to_owned())
            }
            Self::TwoWords => {
                let (one, other) = (words.of(50..500, random), words.of(50..500, random));
                (format!("{one} {other} "), format!("{one} {other}"))
            }
            Self::Prefix => {
                let beginning = &words.of(100..5_000, random)[..3];
                (beginning.to_owned(), format!("{beginning}*"))
            }
            Self::Phrase => {
                let (one, other) = (words.of(0..100, random), words.of(0..100, random));
                (format!("\"{one} {other}\""), format!("\"{one} {other}\""))
            }
        }
    }
}

/// Made-up words, the most common one first.
struct Vocabulary {
    words: Vec<String>,
    /// For each word how often it or a more common one comes, of all words.
    shares: Vec<f64>,
}

impl Vocabulary {
    fn new() -> Self {
        const SYLLABLES: [&str; 20] = [
            "ba", "ko", "mi", "ten", "lu", "ra", "se", "do", "vin", "pa", "shi", "mo", "ga", "le",
            "tor", "na", "fi", "zu", "wel", "cra",
        ];
        let mut random = Random(1);
        let mut words = std::collections::BTreeSet::new();
        while words.len() < WORDS {
            let length = 1 + random.below(4);
            words.insert((0..=length).map(|_| SYLLABLES[random.below(20)]).collect::<String>());
        }
        let mut words: Vec<_> = words.into_iter().collect();
        for at in (1..words.len()).rev() {
            words.swap(at, random.below(at + 1));
        }
        let mut sum = 0.0;
        let weights = (1..=WORDS).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        let weights: Vec<_> = weights.collect();
        let shares = weights.iter().map(|weight| weight / sum).collect();
        Self { words, shares }
    }

    /// A message of about 200 characters.
    fn message(&self, random: &mut Random) -> String {
        let length = 10 + random.below(40);
        let word = |_| {
            let share = random.below(1 << 30) as f64 / f64::from(1 << 30);
            let at = self.shares.partition_point(|known| *known < share).min(WORDS - 1);
            self.words[at].as_str()
        };
        (0..length).map(word).collect::<Vec<_>>().join(" ")
    }

    fn of(&self, ranks: std::ops::Range<usize>, random: &mut Random) -> &str {
        &self.words[ranks.start + random.below(ranks.len())]
    }
}

/// `SplitMix64`, so that both have the same messages.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

fn search(text: &str, order: Order) -> Search {
    Search { order, ..Search::everywhere(text) }
}

fn find(sqlite: &Connection, fts: &str, order: Order) -> usize {
    let query = match order {
        Order::Relevance => "SELECT rowid FROM said WHERE said MATCH ?1 ORDER BY rank LIMIT 50",
        Order::Newest => "SELECT rowid FROM said WHERE said MATCH ?1 ORDER BY rowid DESC LIMIT 50",
    };
    let mut query = sqlite.prepare_cached(query).unwrap();
    query.query_map(params![fts], |row| row.get::<_, i64>(0)).unwrap().count()
}

/// In milliseconds.
fn at_95(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() * 95 / 100].as_secs_f64() * 1e3
}

async fn wait_until_whole(store: &Store) {
    loop {
        let hits = store.search(search("x", Order::Newest), Among::Names, 0, 1).await.unwrap();
        if hits.whole {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn fill_store(store: &Store, words: &Vocabulary, count: usize) {
    let mut random = Random(3);
    let thread = |n: usize| {
        let mut thread = Thread { name: format!("Thread {n}"), ..Thread::begin("bench") };
        thread.last_activity -= SignedDuration::from_secs(i64::try_from(n).unwrap());
        thread
    };
    let threads: Vec<_> = (0..=THREADS).map(thread).collect();
    let mut changes: Vec<_> =
        threads.iter().map(|it| Change::PutThread(Box::new(it.clone()))).collect();
    let mut sequences = vec![0_u32; threads.len()];
    for n in 0..count {
        // Every tenth is in the first one.
        let at = if n % 10 == 0 { 0 } else { 1 + n % THREADS };
        let kind = if n % 2 == 0 { StepKind::User } else { StepKind::Assistant };
        let mut step = Step::said(kind, sequences[at], words.message(&mut random));
        step.created_at += SignedDuration::from_millis(i64::try_from(n).unwrap());
        sequences[at] += 1;
        changes.push(put(threads[at].id, step));
        if changes.len() >= 1_000 {
            store.write(std::mem::take(&mut changes), Durability::Soon).await.unwrap();
        }
    }
    store.write(changes, Durability::OnDisk).await.unwrap();
}

fn put(thread: ThreadId, step: Step) -> Change {
    Change::PutStep { thread, step: Box::new(step) }
}

fn fill_sqlite(file: &Path, words: &Vocabulary, count: usize) -> Connection {
    let mut sqlite = Connection::open(file).unwrap();
    sqlite
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             CREATE VIRTUAL TABLE said USING fts5 (
                 text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
             );",
        )
        .unwrap();
    let mut random = Random(3);
    let mut left = count;
    while left > 0 {
        let begun = sqlite.transaction().unwrap();
        for _ in 0..left.min(1_000) {
            let mut insert = begun.prepare_cached("INSERT INTO said (text) VALUES (?1)").unwrap();
            insert.execute(params![words.message(&mut random)]).unwrap();
        }
        begun.commit().unwrap();
        left -= left.min(1_000);
    }
    sqlite.execute_batch("INSERT INTO said (said) VALUES ('optimize');").unwrap();
    sqlite.pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap_or(());
    sqlite
}

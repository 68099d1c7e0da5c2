//! How long a history takes on this machine, in numbers. Not a benchmark with a baseline; that one
//! is run by `cargo xtask bench`.
//!
//! `cargo run --release -p confidant-store --example measure [DIRECTORY]`
#![expect(clippy::print_stdout, reason = "printing is all it is for")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use confidant_chat::ids::{ElementId, ThreadId, UserId};
use confidant_chat::port::history::{Change, Durability, FileSource, History};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_seal::DataKey;
use confidant_store::{Store, bytes_on_disk, remove};
use jiff::SignedDuration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = base.join(format!("confidant-measure-{}", std::process::id()));
    let (user, key) = (UserId::new(), DataKey::random()?);

    let began = Instant::now();
    let store = Arc::new(Store::open(&dir, user, &key)?);
    println!("open, new                        {:>12.3?}", began.elapsed());

    let chat = thread("measured");
    store.write(vec![Change::PutThread(Box::new(chat.clone()))], Durability::OnDisk).await?;
    for durability in [Durability::OnDisk, Durability::Soon] {
        let mut times = Vec::new();
        for _ in 0..1_000 {
            let change = step(chat.id, u32::try_from(store.figures().await?.steps)?, 400);
            let header = Change::PutThread(Box::new(chat.clone()));
            let began = Instant::now();
            store.write(vec![header, change], durability).await?;
            times.push(began.elapsed());
        }
        report(&format!("1,000 messages, {durability:?}"), times);
    }

    let began = Instant::now();
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, chat) = (Arc::clone(&store), thread("one of eight"));
            tokio::spawn(async move {
                let header = Change::PutThread(Box::new(chat.clone()));
                store.write(vec![header], Durability::OnDisk).await?;
                for n in 0..125 {
                    store.write(vec![step(chat.id, n, 400)], Durability::OnDisk).await?;
                }
                Ok::<(), confidant_chat::port::history::HistoryError>(())
            })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    println!("1,000 messages, OnDisk, 8 at once {:>11.3?}", began.elapsed());

    let mut growing = Step::said(StepKind::Assistant, 1_000_000, String::new());
    let (before, mut times) = (bytes_on_disk(&dir), Vec::new());
    for _ in 0..120 {
        growing.output.push_str(&"four token words ".repeat(4));
        let change = Change::PutStep { thread: chat.id, step: Box::new(growing.clone()) };
        let began = Instant::now();
        store.write(vec![change], Durability::Soon).await?;
        times.push(began.elapsed());
    }
    report("a reply of 8 kB in 120 pieces, Soon", times);
    println!("  files grew by                  {:>9} kB", (bytes_on_disk(&dir) - before) / 1000);

    measure_file(&store, chat.id).await?;

    for start in 0..10 {
        let some = (0..1_000).map(|n| {
            let mut thread = thread(&format!("thread {n}"));
            thread.last_activity -= SignedDuration::from_secs(1 + start * 1_000 + n);
            Change::PutThread(Box::new(thread))
        });
        store.write(some.collect(), Durability::Soon).await?;
    }
    let large = thread("100,000 steps");
    store.write(vec![Change::PutThread(Box::new(large.clone()))], Durability::Soon).await?;
    let began = Instant::now();
    for start in (0..100_000).step_by(1_000) {
        let some = (start..start + 1_000).map(|n| step(large.id, n, 400));
        store.write(some.collect(), Durability::Soon).await?;
    }
    println!("100,000 steps, 1,000 at a time   {:>12.3?}", began.elapsed());

    let (mut lists, mut pages) = (Vec::new(), Vec::new());
    for n in 0..200 {
        let began = Instant::now();
        assert_eq!(store.threads(None, 50).await?.items.len(), 50);
        lists.push(began.elapsed());
        let began = Instant::now();
        assert_eq!(store.steps(large.id, Some(100_000 - n * 50), 50).await?.items.len(), 50);
        pages.push(began.elapsed());
    }
    report("newest 50 of 10,000 threads", lists);
    report("50 steps of 100,000, any place", pages);
    let began = Instant::now();
    store.figures().await?;
    println!("figures                          {:>12.3?}", began.elapsed());

    let began = Instant::now();
    store.close().await?;
    println!("close                            {:>12.3?}", began.elapsed());
    drop(store);
    println!("bytes on disk                    {:>9} kB", bytes_on_disk(&dir) / 1000);
    let began = Instant::now();
    let store = Store::open(&dir, user, &key)?;
    println!("open, 100,000 steps              {:>12.3?}", began.elapsed());
    let began = Instant::now();
    store.write(vec![Change::DeleteThread(large.id)], Durability::OnDisk).await?;
    println!("delete a thread of 100,000 steps {:>12.3?}", began.elapsed());
    drop(store);
    remove(&dir)?;
    Ok(())
}

/// A large file, kept and read whole.
async fn measure_file(store: &Store, thread: ThreadId) -> Result<(), Box<dyn Error>> {
    let (file, content) = (ElementId::new(), FileSource::Bytes(vec![7; 256 << 20]));
    let began = Instant::now();
    let length = store.put_file(thread, file, content).await?;
    println!("a file of 256 MiB, put           {:>12.3?}", began.elapsed());
    let (began, mut offset) = (Instant::now(), 0);
    while offset < length {
        offset += store.read_file(thread, file, offset, 1 << 20).await?.len() as u64;
    }
    println!("  read, 1 MiB at a time          {:>12.3?}", began.elapsed());
    store.remove_files(thread).await?;
    Ok(())
}

fn thread(name: &str) -> Thread {
    Thread { name: name.into(), ..Thread::begin("assistant") }
}

fn step(thread: ThreadId, sequence: u32, bytes: usize) -> Change {
    let text = "word ".repeat(bytes / 5);
    let step = Step::said(StepKind::Assistant, sequence, text);
    Change::PutStep { thread, step: Box::new(step) }
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let total: Duration = times.iter().sum();
    let part = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "{what}: {total:.2?} in all; median {:.0?}, 95 of 100 within {:.0?}, slowest {:.0?}",
        part(50),
        part(95),
        part(100),
    );
}

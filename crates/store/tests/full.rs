//! A store whose file cannot grow, and one on a disk that is full.
//!
//! A process under a limit on the size of its files meets a write by sled's own threads that fails,
//! which nobody could foresee. A small disk of its own is full at any moment. The tests run their own
//! program again as the process that has such a limit or such a disk.
#![cfg(unix)]

use std::env;
use std::io::Write;
use std::process::Command;

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::{Change, Durability, FileSource, History, HistoryError};
use confidant_chat::search::{Among, Search};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use confidant_seal::RememberedSlot;
use confidant_store::Store;

use crate::kit::{Person, Random, all_steps, at, files, found, put, put_step, said, thread};

/// Tells the program to be the one with the limit: directory, user and key.
const CHILD: &str = "CONFIDANT_STORE_FULL_CHILD";

#[test]
fn a_file_that_cannot_grow_refuses_writes_and_loses_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    if let Ok(told) = env::var(CHILD) {
        return runtime.block_on(write_until_full(&told));
    }
    let person = Person::new();
    let output = run_limited("a_file_that_cannot_grow_refuses_writes_and_loses_nothing", &person);
    let acknowledged = output.lines().find_map(|line| line.strip_prefix("acknowledged "));

    // Only the journal is left, and it holds all of it.
    std::fs::remove_dir_all(person.dir().join("sled")).unwrap();
    runtime.block_on(async {
        let store = person.open();
        assert_eq!(crate::kit::repairs(&store).lost, 0);
        let steps = all_steps(&store, chat().id).await;
        assert_eq!(Some(&*steps.len().to_string()), acknowledged, "no more and no less");
        let more = large(u32::try_from(steps.len()).unwrap());
        store.write(vec![put_step(chat().id, &more)], Durability::OnDisk).await.unwrap();
    });
}

#[test]
fn a_file_that_does_not_fit_leaves_nothing_and_takes_nothing_with_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    if let Ok(told) = env::var(CHILD) {
        return runtime.block_on(put_until_full(&told));
    }
    let person = Person::new();
    run_limited("a_file_that_does_not_fit_leaves_nothing_and_takes_nothing_with_it", &person);
    let dir = person.dir().join("files");
    assert_eq!(files(&dir).len(), 1, "the one that did fit");
}

/// On a disk in memory, in a namespace of its own. Somebody else fills it up and makes room again.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing_and_needs_no_restart() {
    if let Ok(dir) = env::var(CHILD) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        return runtime.block_on(fill_again_and_again(dir.as_ref()));
    }
    let disk = tempfile::tempdir().unwrap();
    let own_disk = "mount -t tmpfs -o size=64m tmpfs \"$0\" && exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", own_disk])
        .arg(disk.path())
        .arg(env::current_exe().unwrap())
        .args(["full::a_full_disk_loses_nothing_and_needs_no_restart", "--exact", "--nocapture"])
        .env(CHILD, disk.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    print!("{said}");
}

/// How many of `steps` came when there was room again.
#[cfg(target_os = "linux")]
fn again(steps: &[Step]) -> usize {
    steps.iter().filter(|step| step.output == "with room again").count()
}

#[cfg(target_os = "linux")]
async fn fill_again_and_again(disk: &std::path::Path) {
    let rounds = env::var("CONFIDANT_STORE_FULL_ROUNDS").map_or(20, |it| it.parse().unwrap());
    let (dir, hog) = (disk.join("history"), disk.join("somebody elses"));
    let (user, key) =
        (confidant_chat::ids::UserId::new(), confidant_seal::DataKey::random().unwrap());
    let mut random = Random(42);
    let mut store = Store::open(&dir, user, &key).unwrap();
    let mut kept: Vec<Step> = Vec::new();
    store.write(vec![put(&chat())], Durability::OnDisk).await.unwrap();
    let (mut refused, mut unreadable) = (0, 0);
    for round in 0..rounds {
        let room = fs2::available_space(disk).unwrap();
        let left = random.below(24 << 20);
        let taken = usize::try_from(room.saturating_sub(left)).unwrap();
        // Not all of it may fit.
        let _ = std::fs::write(&hog, vec![7; taken]);
        for _ in 0..30 {
            let sequence = kept.last().map_or(0, |step| step.sequence + 1);
            let length = usize::try_from(random.below(60_000)).unwrap();
            let step = said(sequence, &"x".repeat(length));
            let durability = if length % 2 == 0 { Durability::OnDisk } else { Durability::Soon };
            match store.write(vec![put_step(chat().id, &step)], durability).await {
                Ok(()) => kept.push(step),
                Err(error) => {
                    assert_eq!(error, HistoryError::StorageFull, "round {round}");
                    refused += 1;
                }
            }
        }
        match store.steps(chat().id, None, usize::MAX).await {
            Ok(page) => {
                assert_eq!(page.items, kept, "round {round}: what is kept, no more, no less");
            }
            Err(error) => {
                assert_eq!(error, HistoryError::StorageFull, "round {round}");
                unreadable += 1;
            }
        }
        // The index has no room either, and what is in there already is found as ever.
        let search = Search::everywhere("room again");
        match store.search(search.clone(), Among::Said, 0, 1_000).await.map(|it| it.items.len()) {
            Ok(found) => assert_eq!(found, again(&kept), "round {round}: what is kept is found"),
            Err(error) => assert_eq!(error, HistoryError::StorageFull, "round {round}"),
        }
        std::fs::remove_file(&hog).unwrap();
        if round % 3 == 2 {
            store.close().await.unwrap();
            store = Store::open(&dir, user, &key).unwrap();
            assert_eq!(crate::kit::repairs(&store).lost, 0, "round {round}");
        }
        assert_eq!(all_steps(&store, chat().id).await, kept, "round {round}: with room again");
        let sequence = kept.last().map_or(0, |step| step.sequence + 1);
        let step = said(sequence, "with room again");
        let written = store.write(vec![put_step(chat().id, &step)], Durability::OnDisk).await;
        assert_eq!(written, Ok(()), "round {round}: it needs no restart");
        kept.push(step);
        let found = found(&store, &search, Among::Said).await.len();
        assert_eq!(found, again(&kept), "round {round}: and everything is found");
        // Room is made, or there would soon be none of its own.
        for step in kept.drain(..kept.len() / 2) {
            let remove = Change::RemoveStep { thread: chat().id, step: step.id };
            store.write(vec![remove], Durability::Soon).await.unwrap();
        }
    }
    assert!(refused > rounds, "the disk was hardly ever full: {refused} refused");
    println!(
        "\n{rounds} times full: {refused} refused, {unreadable} times unreadable, nothing lost"
    );
}

/// Runs `test` as the process with the limit, and gives what it says.
fn run_limited(test: &str, person: &Person) -> String {
    let key = RememberedSlot::lock(&person.key);
    let told = format!("{}\n{}\n{}", person.dir().display(), person.user, key.text());
    // Without the trap the signal would kill it before the write could fail. The limit is two or
    // four megabytes: shells differ in their unit.
    let limited = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited])
        .arg(env::current_exe().unwrap())
        .args([&format!("full::{test}"), "--exact", "--nocapture"])
        .env(CHILD, told)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    said
}

/// The store of the person that the process was told of.
fn open(told: &str) -> Store {
    let [dir, user, key] = told.lines().collect::<Vec<_>>().try_into().unwrap();
    let key = RememberedSlot::from_text(key.to_owned().into()).unlock().unwrap();
    Store::open(dir.as_ref(), user.parse().unwrap(), &key).unwrap()
}

async fn put_until_full(told: &str) {
    let store = open(told);
    let (thread, file) = (chat().id, ElementId::new());
    let bytes = |length| FileSource::Bytes(vec![7; length]);
    for _ in 0..3 {
        let refused = store.put_file(thread, file, bytes(8 << 20)).await;
        assert_eq!(refused, Err(HistoryError::StorageFull));
    }
    assert_eq!(store.put_file(thread, file, bytes(100_000)).await, Ok(100_000), "it is not taken");
    assert_eq!(store.read_file(thread, file, 99_999, 9).await, Ok(vec![7]));
    store.write(vec![put(&chat())], Durability::OnDisk).await.unwrap();
}

async fn write_until_full(told: &str) {
    let store = open(told);
    store.write(vec![put(&chat())], Durability::OnDisk).await.unwrap();
    let (mut written, mut refused) = (0, 0);
    while refused < 4 {
        let changes = vec![put_step(chat().id, &large(written))];
        match store.write(changes, Durability::OnDisk).await {
            // Also after some were refused: opened anew, sled may find some room to use again.
            Ok(()) => written += 1,
            Err(error) => {
                assert_eq!(error, HistoryError::StorageFull);
                refused += 1;
            }
        }
        match store.steps(chat().id, None, usize::MAX).await {
            Ok(page) => assert_eq!(page.items.len(), written as usize, "nothing refused is there"),
            // What sled could not take any more it gets from the journal when there is room.
            Err(error) => assert_eq!(error, HistoryError::StorageFull),
        }
    }
    assert!(written > 5, "some fit before: {written}");
    // A line of its own: the test program has begun one.
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nacknowledged {written}").unwrap();
}

/// The same thread in every process.
fn chat() -> Thread {
    Thread { id: ThreadId::from_bytes([7; 16]), ..thread("chat", at(0)) }
}

fn large(sequence: u32) -> Step {
    said(sequence, &"large ".repeat(10_000))
}

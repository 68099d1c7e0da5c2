//! A process that is killed while it writes.
//!
//! The test runs its own program again as the one to be killed. That one writes, and says on its
//! standard output what was acknowledged; whatever it has said must be there, in the journal alone as
//! well as in both copies.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use confidant_chat::ids::{ElementId, StepId, ThreadId};
use confidant_chat::port::history::{Change, Durability, FileSource, History, HistoryError};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use confidant_seal::RememberedSlot;
use confidant_store::Store;

use crate::files::{names, wait_until};
use crate::kit::{
    Person, all_steps, assert_no_blobs, at, put, put_step, repairs, said, thread, write,
};

/// Tells the program to be the one that is killed: directory, user, key and durability.
const CHILD: &str = "CONFIDANT_STORE_CRASH_CHILD";

/// How many times to kill in each of these tests; more on request.
const ROUNDS: &str = "CONFIDANT_STORE_CRASH_ROUNDS";

fn rounds() -> u32 {
    env::var(ROUNDS).map_or(13, |rounds| rounds.parse().unwrap())
}

#[test]
fn every_acknowledged_step_survives_a_kill() {
    survive("every_acknowledged_step_survives_a_kill", Durability::OnDisk);
}

#[test]
fn the_growing_reply_survives_the_death_of_the_app() {
    survive("the_growing_reply_survives_the_death_of_the_app", Durability::Soon);
}

/// Replies that grow leave much behind that is out of date, and make the journal a new base.
#[test]
fn what_is_written_over_survives_while_the_journal_is_made_anew() {
    if let Ok(told) = env::var(CHILD) {
        write_over_until_killed(&told);
    }
    let person = Person::new();
    let (mut versions, mut bases) = (0, 0);
    let base = |person: &Person| {
        let names = crate::kit::files(&person.dir().join("journal")).into_keys();
        names.filter(|path| path.extension().is_some_and(|it| it == "base")).max()
    };
    // A slow machine may need some more rounds until one of them meets a base.
    let enough = |round, bases| round >= rounds() && (bases > 0 || round >= 10 * rounds());
    let mut round = 0;
    while !enough(round, bases) {
        let before = person.dir().exists().then(|| base(&person)).flatten();
        let test = "what_is_written_over_survives_while_the_journal_is_made_anew";
        let acknowledged = run_and_kill(test, &person, round);
        bases += u32::from(base(&person) != before);
        let steps = reopened(&person, round, async |store| all_steps(store, chat()).await);
        // The last version acknowledged, or one that was not, of the last step; the last one of all
        // others.
        let last = steps.last().unwrap();
        let (place, at_least) = (acknowledged / VERSIONS, acknowledged % VERSIONS);
        assert!(last.sequence >= place, "round {round}: step {place} was acknowledged");
        for step in &steps {
            let there = (0..VERSIONS).find(|version| step.output == grown(step.sequence, *version));
            let there = there.unwrap_or_else(|| panic!("round {round}: half a step"));
            let least = match step.sequence {
                sequence if sequence == place => at_least,
                sequence if sequence < last.sequence => VERSIONS - 1,
                _ => 0,
            };
            assert!(
                there >= least,
                "round {round}: version {there} of {}, not {least}",
                step.sequence
            );
        }
        versions = versions.max(acknowledged);
        round += 1;
    }
    assert!(versions > 10, "the child hardly wrote: this would have shown nothing");
    assert!(bases > 0, "the journal was never made anew");
    println!("{round} kills, the journal made anew {bases} times, nothing lost of {versions}");
}

#[test]
fn what_the_first_version_of_the_app_kept_survives_a_kill_while_it_gets_a_journal() {
    if let Ok(told) = env::var(CHILD) {
        open_until_killed(&told);
    }
    let person = Person::new();
    let chat = Thread { id: chat(), ..thread("chat", at(0)) };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = person.open();
        let steps = (0..600).map(|n| put_step(chat.id, &fixed(n, &text(n))));
        write(&store, [put(&chat)].into_iter().chain(steps).collect()).await;
        store.close().await.unwrap();
    });
    for round in 0..rounds() {
        person.as_of_version_1();
        let test = "what_the_first_version_of_the_app_kept_survives_a_kill_while_it_gets_a_journal";
        run_and_kill(test, &person, round);
        // Its trees are what there is, until it has a journal: those must not be taken away here.
        let steps = reopened(&person, 0, async |store| all_steps(store, chat.id).await);
        assert_eq!(steps.len(), 600, "round {round}");
        let whole = |step: &Step| step.output == text(step.sequence);
        assert!(steps.iter().all(whole), "round {round}: a step is not what was written");
        let steps = reopened(&person, 1, async |store| all_steps(store, chat.id).await);
        assert_eq!(steps.len(), 600, "round {round}: now it has a journal");
    }
    println!("{} kills while a journal was made for an old history, nothing lost", rounds());
}

#[test]
fn every_acknowledged_file_survives_a_kill_and_half_of_one_does_not() {
    if let Ok(told) = env::var(CHILD) {
        put_files_until_killed(&told);
    }
    let person = Person::new();
    let mut acknowledged = 0;
    for round in 0..rounds().min(50) {
        let test = "every_acknowledged_file_survives_a_kill_and_half_of_one_does_not";
        acknowledged = run_and_kill(test, &person, round);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = person.open();
            for number in 0..=acknowledged {
                let found = store.read_file(chat(), file(number), 0, usize::MAX).await.unwrap();
                assert!(found == content(number), "file {number} is not what was put");
            }
            // The one after it may be whole and not acknowledged, but it is whole if it is there.
            match store.read_file(chat(), file(acknowledged + 1), 0, usize::MAX).await {
                Ok(found) => assert!(found == content(acknowledged + 1), "half a file has a name"),
                Err(error) => assert_eq!(error, HistoryError::NotFound),
            }
            let half = |path: &PathBuf| path.extension().is_some();
            wait_until("what was half written goes", || !names(&person).iter().any(half));
        });
    }
    assert!(acknowledged > 10, "the child hardly wrote: this would have shown nothing");
}

#[test]
fn what_is_imported_is_whole_or_not_there_after_a_kill() {
    if let Ok(told) = env::var(CHILD) {
        import_until_killed(&told);
    }
    let person = Person::new();
    std::fs::create_dir_all(person.dir()).unwrap();
    std::fs::write(archive(&person.dir()), archived()).unwrap();
    let (mut there, mut acknowledged) = (0, 0);
    for round in 0..rounds() {
        let test = "what_is_imported_is_whole_or_not_there_after_a_kill";
        let all = run_and_kill(test, &person, round) % 2 == 1;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store: Arc<dyn History> = Arc::new(person.open());
            confidant_transfer::tidy(&store).await.unwrap();
            assert_eq!(store.binned(None, 9).await.unwrap().items, [], "no half is left");
            let threads = store.threads(None, 99).await.unwrap().items;
            for thread in &threads {
                let steps = store.steps(thread.id, None, 9_999).await.unwrap().items;
                let number: u32 = thread.name.parse().unwrap();
                assert_eq!(steps.len(), length(number) as usize, "round {round}: it is whole");
            }
            assert!(!all || threads.len() == IMPORTED as usize, "round {round}: acknowledged");
            there += threads.len();
            acknowledged += u32::from(all);
            let (kept, dir) = (Arc::clone(&store), person.dir());
            tokio::task::spawn_blocking(move || import(&kept, &dir)).await.unwrap();
            let threads = store.threads(None, 99).await.unwrap().items;
            assert_eq!(threads.len(), IMPORTED as usize, "the rest comes the next time");
            remove_all(&*store).await;
        });
    }
    println!(
        "{} kills while importing: {acknowledged} times all was acknowledged, {there} threads there, \
         each whole",
        rounds(),
    );
}

fn survive(test: &str, durability: Durability) {
    if let Ok(told) = env::var(CHILD) {
        write_until_killed(&told, durability);
    }
    let person = Person::new();
    let chat = Thread { id: chat(), ..thread("chat", at(0)) };
    let mut written = 0;
    for round in 0..rounds() {
        let acknowledged = run_and_kill(test, &person, round);
        reopened(&person, round, async |store| {
            assert_eq!(store.threads(None, 9).await.unwrap().items, std::slice::from_ref(&chat));
            assert_no_blobs(&person);
            let steps = all_steps(store, chat.id).await;
            let last = u32::try_from(steps.len()).unwrap().checked_sub(1);
            assert!(
                last >= Some(acknowledged),
                "{acknowledged} was acknowledged, {last:?} is there"
            );
            for (step, sequence) in steps.iter().zip(0..) {
                assert_eq!(step.sequence, sequence, "nothing is missing in between");
                assert!(step.output == text(sequence), "step {sequence} is not what was written");
            }
            assert_eq!(store.figures().await.unwrap().steps, steps.len() as u64, "counted right");
            written = written.max(acknowledged);
            // Now and then from the beginning, or many rounds would have ever more to read.
            if round % 5 == 4 {
                store.write(vec![Change::DeleteThread(chat.id)], durability).await.unwrap();
            }
        });
    }
    assert!(written > 10, "the child hardly wrote: this would have shown nothing");
    println!("{test}: {} kills, nothing lost of up to {written} acknowledged", rounds());
}

/// What `look` finds after opening the store, every other round without its trees.
fn reopened<T>(person: &Person, round: u32, look: impl AsyncFnOnce(&Store) -> T) -> T {
    let without = round % 2 == 1;
    if without {
        person.lose("sled");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = person.open();
        let found = repairs(&store);
        assert_eq!((found.healed, found.lost), (0, 0), "round {round}: a kill damages nothing");
        assert_eq!(found.rebuilt, without, "round {round}: nor makes anything to be done anew");
        let looked = look(&store).await;
        store.close().await.unwrap();
        looked
    })
}

/// Runs the child, kills it at some moment, and gives the last sequence it had acknowledged.
fn run_and_kill(test: &str, person: &Person, round: u32) -> u32 {
    let key = RememberedSlot::lock(&person.key);
    let told = format!("{}\n{}\n{}", person.dir().display(), person.user, key.text());
    let mut child = Command::new(env::current_exe().unwrap())
        .args([&format!("crash::{test}"), "--exact", "--nocapture"])
        .env(CHILD, told)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    // The moment is counted from the first write: what comes before is the test program's start.
    let mut seen = String::new();
    while !seen.contains("wrote ") {
        assert!(output.read_line(&mut seen).unwrap() > 0, "the child ended before it wrote");
    }
    // Moments spread by the golden ratio: never the same, and nowhere crowded.
    sleep(Duration::from_millis(u64::from(round * 618 % 1000) / 4));
    child.kill().unwrap();
    child.wait().unwrap();
    output.read_to_string(&mut seen).unwrap();
    // A line without its end was cut off by the kill.
    let whole = &seen[..seen.rfind('\n').unwrap()];
    let last = whole.lines().filter_map(|line| line.strip_prefix("wrote ")).next_back().unwrap();
    last.parse().unwrap()
}

/// How often a step is written over before the next.
const VERSIONS: u32 = 40;

/// Goes on where the last child was killed, or where the last of its steps began.
fn write_over_until_killed(told: &str) -> ! {
    let store = open(told);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let chat = Thread { id: chat(), ..thread("chat", at(0)) };
        write(&store, vec![put(&chat)]).await;
        let steps = u32::try_from(all_steps(&store, chat.id).await.len()).unwrap();
        for number in steps.saturating_sub(1) * VERSIONS.. {
            let (sequence, version) = (number / VERSIONS, number % VERSIONS);
            let step = fixed(sequence, &grown(sequence, version));
            let durability = if number % 3 == 0 { Durability::OnDisk } else { Durability::Soon };
            store.write(vec![put_step(chat.id, &step)], durability).await.unwrap();
            say(number);
        }
    });
    unreachable!("numbers do not run out before the kill");
}

/// How many threads are imported: all are short but one, which goes in piece by piece.
const IMPORTED: u32 = 8;

fn length(thread: u32) -> u32 {
    if thread == 3 { 600 } else { 7 }
}

/// Where the archive is, given the directory of whoever imports it.
fn archive(dir: &std::path::Path) -> PathBuf {
    dir.with_extension("archive")
}

fn archived() -> String {
    let id = |number: u32| uuid::Uuid::from_u128(u128::from(number)).to_string();
    let threads = (0..IMPORTED).map(|thread| {
        let steps = (0..length(thread)).map(|step| {
            let id = id(1_000_000 + thread * 10_000 + step);
            format!(
                r#"{{"id":"{id}","type":"user_message","output":"{}","createdAt":"2026-01-02T03:04:05Z"}}"#,
                "words ".repeat(step as usize % 40)
            )
        });
        let steps = steps.collect::<Vec<_>>().join(",");
        format!(
            r#"{{"id":"{}","name":"{thread}","createdAt":"2026-01-02T03:04:05Z","metadata":{{}},"steps":[{steps}]}}"#,
            id(thread)
        )
    });
    format!(r#"{{"confidant":1,"threads":[{}]}}"#, threads.collect::<Vec<_>>().join(","))
}

/// Imports all of the archive, and removes it again, until the kill: what it says is odd while all of
/// it is acknowledged.
fn import_until_killed(told: &str) -> ! {
    let store: Arc<dyn History> = Arc::new(open(told));
    let dir = PathBuf::from(told.lines().next().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _within = runtime.enter();
    runtime.block_on(remove_all(&*store));
    say(0);
    for round in 0.. {
        import(&store, &dir);
        say(2 * round + 1);
        sleep(Duration::from_millis(20));
        say(2 * round + 2);
        runtime.block_on(remove_all(&*store));
    }
    unreachable!("numbers do not run out before the kill");
}

/// Imports what is not there yet.
fn import(store: &Arc<dyn History>, dir: &std::path::Path) {
    let import = confidant_transfer::Import::open(&archive(dir), "assistant").unwrap();
    import.run(Arc::clone(store), &confidant_transfer::Watch::default()).1.unwrap();
}

async fn remove_all(store: &dyn History) {
    let threads = store.threads(None, 99).await.unwrap().items;
    let changes = threads.iter().map(|thread| Change::DeleteThread(thread.id)).collect();
    store.write(changes, Durability::OnDisk).await.unwrap();
}

/// Opens the store, which takes a while, and waits.
fn open_until_killed(told: &str) -> ! {
    say(0);
    let _store = open(told);
    sleep(Duration::from_secs(60));
    unreachable!("the kill comes before");
}

/// Says that this was acknowledged.
fn say(number: u32) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nwrote {number}").unwrap();
    out.flush().unwrap();
}

/// The same step in every process.
fn fixed(sequence: u32, text: &str) -> Step {
    Step { id: StepId::from_bytes(u128::from(sequence).to_be_bytes()), ..said(sequence, text) }
}

/// What a step says after it has grown for a while.
fn grown(sequence: u32, version: u32) -> String {
    format!("{sequence} ").repeat(800 * (version as usize + 1))
}

/// Goes on where the last child was killed.
fn write_until_killed(told: &str, durability: Durability) -> ! {
    let store = open(told);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let chat = Thread { id: chat(), ..thread("chat", at(0)) };
        let next = all_steps(&store, chat.id).await.len();
        for sequence in u32::try_from(next).unwrap().. {
            let step = said(sequence, &text(sequence));
            store.write(vec![put(&chat), put_step(chat.id, &step)], durability).await.unwrap();
            say(sequence);
        }
    });
    unreachable!("sequences do not run out before the kill");
}

/// Goes on after the last file that is there.
fn put_files_until_killed(told: &str) -> ! {
    let store = open(told);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let chat = Thread { id: chat(), ..thread("chat", at(0)) };
        store.write(vec![put(&chat)], Durability::OnDisk).await.unwrap();
        for number in 0.. {
            let source = FileSource::Bytes(content(number));
            if store.read_file(chat.id, file(number), 0, 0).await.is_err() {
                store.put_file(chat.id, file(number), source).await.unwrap();
            }
            say(number);
        }
    });
    unreachable!("numbers do not run out before the kill");
}

/// The store of the person that the process was told of.
fn open(told: &str) -> Store {
    let [dir, user, key] = told.lines().collect::<Vec<_>>().try_into().unwrap();
    let key = RememberedSlot::from_text(key.to_owned().into()).unlock().unwrap();
    Store::open(dir.as_ref(), user.parse().unwrap(), &key).unwrap()
}

/// The same file in every process.
fn file(number: u32) -> ElementId {
    ElementId::from_bytes(u128::from(number).to_be_bytes())
}

/// What is in it: of many lengths, up to a few chunks.
fn content(number: u32) -> Vec<u8> {
    let length = if number % 8 == 7 { 40_000 } else { number % 300 };
    number.to_be_bytes().repeat(length as usize)
}

/// The same thread in every process.
fn chat() -> ThreadId {
    ThreadId::from_bytes([7; 16])
}

/// Texts of many lengths: some of them in many pieces.
fn text(sequence: u32) -> String {
    let length = if sequence % 16 == 15 { 40_000 } else { sequence % 300 };
    format!("{sequence} ").repeat(length as usize)
}

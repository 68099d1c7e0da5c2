//! Threads that are too long to be deleted at once.

use std::thread::sleep;
use std::time::{Duration, Instant};

use confidant_chat::port::history::{Change, Figures, History};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use super::*;
use crate::read;
use crate::testing::{Person, put, said, thread};

/// More than one transaction removes, each step being two records.
const STEPS: u32 = 2_000;

fn plan(person: &Person, engine: &Engine, changes: &[Change]) -> Writes {
    let seal = person.seal();
    let mut plan = Plan::begin(engine, &seal).unwrap();
    plan.changes(changes).unwrap();
    plan.accept();
    plan.finish(None)
}

fn apply(person: &Person, engine: &Engine, changes: &[Change]) {
    engine.commit(&plan(person, engine, changes)).unwrap();
}

/// How many threads and steps there are said to be.
fn counts(engine: &Engine) -> (u64, u64) {
    let figures = engine.figures().unwrap();
    (figures.threads, figures.steps)
}

/// A long thread, one of whose steps is long itself.
fn long_thread(person: &Person, engine: &Engine) -> (Thread, Vec<Step>) {
    let chat = thread();
    let text = |sequence| if sequence == 1_200 { "long ".repeat(10_000) } else { String::new() };
    let (steps, mut changes): (Vec<_>, Vec<_>) =
        (0..STEPS).map(|sequence| said(chat.id, sequence, &text(sequence))).unzip();
    changes.insert(0, put(&chat));
    apply(person, engine, &changes);
    (chat, steps)
}

/// How many records are left, but for those of the store itself.
fn left(engine: &Engine) -> usize {
    let trees = Tree::ALL.into_iter().filter(|tree| *tree != Tree::Meta);
    trees.map(|tree| engine.trees().tree(tree).len()).sum()
}

#[test]
fn a_long_thread_is_gone_at_once_and_its_steps_a_bounded_bit_at_a_time() {
    let person = Person::new();
    let engine = person.engine();
    let seal = person.seal();
    let (chat, _) = long_thread(&person, &engine);

    let bounded = |writes: &Writes| {
        // The pieces of one long step more, and what keeps count.
        assert!(writes.len() < BATCH + 20, "{} records in one transaction", writes.len());
    };
    let delete = [Change::DeleteThread(chat.id)];
    bounded(&plan(&person, &engine, &delete));
    apply(&person, &engine, &delete);
    assert_eq!(read::threads(&engine, &seal, None, 9).unwrap().items, []);
    assert_eq!(read::steps(&engine, &seal, chat.id, None, 9).unwrap().items, []);
    assert_eq!(read::next_sequence(&engine, chat.id).unwrap(), 0);

    let mut swept = 0;
    while let Some(writes) = Plan::sweep(&engine, &seal).unwrap() {
        bounded(&writes);
        assert!(engine.sweep(&person.dir(), &seal).unwrap(), "it is not known to be the last");
        swept += 1;
    }
    assert!(swept > 3, "{swept} transactions more");
    assert_eq!(left(&engine), 0);
    assert_eq!(counts(&engine), (0, 0));
}

#[tokio::test]
async fn what_the_end_of_the_app_left_is_removed_by_the_next_one() {
    let person = Person::new();
    let engine = person.engine();
    let (chat, _) = long_thread(&person, &engine);
    apply(&person, &engine, &[Change::DeleteThread(chat.id)]);
    assert!(left(&engine) > 1_000, "most of it is still there");
    drop(engine);

    let store = person.open();
    let began = Instant::now();
    while !matches!(store.figures().await.unwrap(), Figures { threads: 0, steps: 0, .. }) {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody removes it");
        sleep(Duration::from_millis(5));
    }
    store.close().await.unwrap();
    // The last transaction removed the last steps along with what remembers the thread.
    assert_eq!(left(&person.engine()), 0);
}

#[test]
fn what_takes_the_place_of_a_thread_that_is_still_being_removed_is_new() {
    let person = Person::new();
    let engine = person.engine();
    let seal = person.seal();
    let (chat, steps) = long_thread(&person, &engine);
    let (other, last) = (thread(), &steps[STEPS as usize - 1]);
    let moved = Step { sequence: 0, ..last.clone() };
    let keep = |thread, step: &Step| Change::PutStep { thread, step: Box::new(step.clone()) };

    apply(&person, &engine, &[Change::DeleteThread(chat.id)]);
    apply(&person, &engine, &[put(&other), keep(other.id, &moved)]);
    let found = read::steps(&engine, &seal, other.id, None, 9).unwrap().items;
    assert_eq!(found, [moved], "a step of a deleted thread is free to be anywhere");

    let (chat, _) = long_thread(&person, &engine);
    let (new, keep_new) = said(chat.id, 0, "new");
    apply(&person, &engine, &[Change::DeleteThread(chat.id), put(&chat), keep_new]);
    assert_eq!(read::steps(&engine, &seal, chat.id, None, 9).unwrap().items, [new]);
    assert_eq!(counts(&engine), (2, 2));
    assert_eq!(Plan::sweep(&engine, &seal).unwrap().map(|writes| writes.len()), None);
}

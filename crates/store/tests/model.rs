//! Any list of changes against a model too simple to be wrong.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::{Change, Durability, Figures, History, HistoryError};
use confidant_chat::search::{Among, Hit, Search, newest_first, texts, words};
use confidant_chat::step::Step;
use confidant_chat::thread::{Shelf, Thread};
use confidant_store::Store;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::kit::{Person, assert_no_blobs, at, found, said, thread};

const NAMES: [&str; 3] = ["model", "theme", ""];

#[derive(Clone, Default)]
struct Model {
    threads: BTreeMap<ThreadId, (Thread, BTreeMap<u32, Step>)>,
    preferences: BTreeMap<String, Value>,
}

impl Model {
    /// What the port promises, one change at a time. `false` when it must be refused.
    fn apply(&mut self, change: &Change) -> bool {
        match change {
            Change::PutThread(thread) => {
                let entry = self.threads.entry(thread.id);
                entry.or_insert_with(|| ((**thread).clone(), BTreeMap::new())).0 =
                    (**thread).clone();
            }
            Change::PutStep { thread, step } => {
                let place = self.threads.iter().find_map(|(id, (_, steps))| {
                    let known = steps.values().find(|known| known.id == step.id)?;
                    Some((*id, known.sequence))
                });
                let here = (*thread, step.sequence);
                let Some((_, steps)) = self.threads.get_mut(thread) else { return false };
                let taken = steps.get(&step.sequence).is_some_and(|other| other.id != step.id);
                if taken || place.is_some_and(|place| place != here) {
                    return false;
                }
                steps.insert(step.sequence, (**step).clone());
            }
            Change::RemoveStep { thread, step } => {
                if let Some((_, steps)) = self.threads.get_mut(thread) {
                    steps.retain(|_, known| known.id != *step);
                }
            }
            Change::DeleteThread(thread) => drop(self.threads.remove(thread)),
            Change::PutPreference { name, value } => match value {
                Some(value) => drop(self.preferences.insert(name.clone(), value.clone())),
                None => drop(self.preferences.remove(name)),
            },
        }
        true
    }

    fn listed(&self, bin: bool) -> Vec<Thread> {
        let mut threads: Vec<_> = self.threads.values().map(|(thread, _)| thread.clone()).collect();
        threads.retain(|thread| (thread.standing().0 == Shelf::Bin) == bin);
        threads.sort_by_key(|thread| {
            let (shelf, at) = thread.standing();
            (shelf, Reverse((at, thread.id)))
        });
        threads
    }

    /// Where `search` finds something, by looking at all of it.
    fn find(&self, search: &Search, among: Among) -> Vec<Hit> {
        let needle = search.needle();
        let mut hits = Vec::new();
        for (thread, steps) in self.threads.values() {
            if thread.binned_at.is_some() {
                continue;
            }
            hits.extend(
                texts(thread, steps.values()).filter_map(|(place, text)| {
                    text.find((thread.id, place), search, &needle, among)
                }),
            );
        }
        hits
    }

    /// Compares what is found of some words that are there.
    async fn compare_search(&self, store: &Store, known: &[ThreadId]) {
        let texts = self.threads.values().flat_map(|(thread, steps)| {
            steps.values().map(|step| &step.output).chain([&thread.name])
        });
        let mut words: Vec<_> =
            texts.filter_map(|text| Some(words(text).last()?.text)).take(3).collect();
        words.push("a".into());
        for word in words {
            for (among, thread) in
                [(Among::Said, None), (Among::Names, None), (Among::Said, Some(known[0]))]
            {
                let search = Search { thread, ..Search::everywhere(&word) };
                // Of the same moment any may come first.
                let sorted = |mut hits: Vec<Hit>| {
                    hits.sort_by_key(|hit| (newest_first(&search, hit), hit.thread));
                    hits
                };
                let hits = found(store, &search, among).await;
                assert!(hits.is_sorted_by_key(|hit| newest_first(&search, hit)), "{word:?}");
                assert_eq!(sorted(hits), sorted(self.find(&search, among)), "{word:?}");
            }
        }
    }

    /// Compares everything that can be asked, in pages of `limit`.
    async fn compare(&self, store: &Store, known: &[ThreadId], limit: usize) {
        for bin in [false, true] {
            let (mut cursor, mut listed) = (None, Vec::new());
            loop {
                let page = match bin {
                    false => store.threads(cursor, limit).await.unwrap(),
                    true => store.binned(cursor, limit).await.unwrap(),
                };
                assert!(page.items.len() <= limit);
                listed.extend(page.items);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(listed, self.listed(bin));
        }

        for id in known {
            let expected = self.threads.get(id);
            let header = expected.map(|(thread, _)| thread.clone()).ok_or(HistoryError::NotFound);
            assert_eq!(store.thread(*id).await, header);

            let (mut before, mut steps) = (None, Vec::new());
            loop {
                let page = store.steps(*id, before, limit).await.unwrap();
                assert!(page.items.len() <= limit);
                steps = [page.items, steps].concat();
                before = page.next;
                if before.is_none() {
                    break;
                }
            }
            let expected: Vec<_> =
                expected.into_iter().flat_map(|(_, steps)| steps.values().cloned()).collect();
            assert_eq!(steps, expected);
        }
        for name in NAMES {
            let expected = self.preferences.get(name).cloned();
            assert_eq!(store.preference(name).await.unwrap(), expected);
        }
        let Figures { threads, steps, .. } = store.figures().await.unwrap();
        let expected: usize = self.threads.values().map(|(_, steps)| steps.len()).sum();
        assert_eq!((threads, steps), (self.threads.len() as u64, expected as u64));
    }
}

/// What happens to a store between two comparisons.
#[derive(Clone, Debug)]
enum Event {
    Write(Vec<Pick>, Durability),
    Reopen,
    /// One of the copies is lost in between.
    Lose(&'static str),
}

/// A change by the numbers of the things it is about.
#[derive(Clone, Debug)]
enum Pick {
    PutThread { thread: usize, second: i64, name: String, shelf: Shelf },
    PutStep { thread: usize, step: usize, sequence: u32, text: String },
    RemoveStep { thread: usize, step: usize },
    DeleteThread { thread: usize },
    PutPreference { name: usize, value: Option<i64> },
}

const THREADS: usize = 4;
const STEPS: usize = 10;

fn shelf() -> impl Strategy<Value = Shelf> {
    prop_oneof![2 => Just(Shelf::Recent), 1 => Just(Shelf::Pinned), 1 => Just(Shelf::Bin)]
}

fn pick() -> impl Strategy<Value = Pick> {
    let text =
        || prop_oneof![9 => ".{0,40}", 1 => "[a-z]{1,4}".prop_map(|word| word.repeat(20_000))];
    prop_oneof![
        4 => (0..THREADS, 0..4_i64, ".{0,12}", shelf()).prop_map(|(thread, second, name, shelf)| {
            Pick::PutThread { thread, second, name, shelf }
        }),
        8 => (0..THREADS, 0..STEPS, 0..6_u32, text()).prop_map(|(thread, step, sequence, text)| {
            Pick::PutStep { thread, step, sequence, text }
        }),
        2 => (0..THREADS, 0..STEPS).prop_map(|(thread, step)| Pick::RemoveStep { thread, step }),
        1 => (0..THREADS).prop_map(|thread| Pick::DeleteThread { thread }),
        2 => (0..NAMES.len(), any::<Option<i64>>())
            .prop_map(|(name, value)| Pick::PutPreference { name, value }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let durability = prop_oneof![Just(Durability::Soon), Just(Durability::OnDisk)];
    prop_oneof![
        6 => (prop::collection::vec(pick(), 0..4), durability)
            .prop_map(|(picks, durability)| Event::Write(picks, durability)),
        1 => Just(Event::Reopen),
        1 => prop::sample::select(vec!["sled", "journal", "index"]).prop_map(Event::Lose),
    ]
}

/// The change that `pick` means among these things.
fn change(pick: &Pick, threads: &[ThreadId], steps: &[StepId]) -> Change {
    match pick {
        Pick::PutThread { thread: n, second, name, shelf } => {
            let header = Thread {
                id: threads[*n],
                pinned: *shelf != Shelf::Recent,
                binned_at: (*shelf == Shelf::Bin).then(|| at(10 - second)),
                ..thread(name, at(*second))
            };
            Change::PutThread(Box::new(header))
        }
        Pick::PutStep { thread, step, sequence, text } => {
            let step = Step { id: steps[*step], ..said(*sequence, text) };
            Change::PutStep { thread: threads[*thread], step: Box::new(step) }
        }
        Pick::RemoveStep { thread, step } => {
            Change::RemoveStep { thread: threads[*thread], step: steps[*step] }
        }
        Pick::DeleteThread { thread } => Change::DeleteThread(threads[*thread]),
        Pick::PutPreference { name, value } => {
            Change::PutPreference { name: NAMES[*name].into(), value: value.map(|n| json!(n)) }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_store_is_what_its_changes_make_it(
        events in prop::collection::vec(event(), 1..40),
        limit in 1..5_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let person = Person::new();
            let threads: Vec<_> = (0..THREADS).map(|_| ThreadId::new()).collect();
            let steps: Vec<_> = (0..STEPS).map(|_| StepId::new()).collect();
            let (mut store, mut model) = (person.open(), Model::default());
            for event in &events {
                match event {
                    Event::Reopen => {
                        drop(store);
                        store = person.open();
                    }
                    Event::Lose(copy) => {
                        store.close().await.unwrap();
                        person.lose(copy);
                        store = person.open();
                    }
                    Event::Write(picks, durability) => {
                        let changes: Vec<_> =
                            picks.iter().map(|pick| change(pick, &threads, &steps)).collect();
                        let mut after = model.clone();
                        let fine = changes.iter().all(|change| after.apply(change));
                        let written = store.write(changes, *durability).await;
                        assert_eq!(written.is_ok(), fine, "the store said {written:?}");
                        if fine {
                            model = after;
                        }
                    }
                }
                model.compare(&store, &threads, limit).await;
                if !matches!(event, Event::Write(..)) {
                    model.compare_search(&store, &threads).await;
                }
                assert_no_blobs(&person);
            }
            model.compare_search(&store, &threads).await;
            drop(store);
            model.compare(&person.open(), &threads, limit).await;
        });
    }
}

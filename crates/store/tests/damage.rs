//! Damaged records and damaged files.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use confidant_chat::failure::FailureCode;
use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::{
    Change, Durability, FileSource, History, HistoryError, Repairs,
};
use confidant_chat::search::{Among, Search};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use confidant_store::Store;
use serde_json::{Value, json};

use crate::kit::{
    Person, Random, all_steps, at, files, found, put, put_step, repairs, said, thread, write,
};

/// How many times to damage each kind of file; more on request.
const ROUNDS: &str = "CONFIDANT_STORE_DAMAGE_ROUNDS";

/// Changes every record in two of the trees of a store that is closed.
fn spoil_records(person: &Person) {
    let raw = person.raw();
    for tree in ["threads", "steps"] {
        let tree = raw.open_tree(tree).unwrap();
        for (key, value) in tree.iter().map(Result::unwrap) {
            let mut value = value.to_vec();
            *value.last_mut().unwrap() ^= 1;
            tree.insert(key, value).unwrap();
        }
    }
}

/// Three threads, and five steps in the first of them.
async fn three_threads(person: &Person) -> (Vec<Thread>, Vec<Step>) {
    let chats: Vec<_> = (0..3).map(|n| thread("chat", at(n))).collect();
    let steps: Vec<_> = (0..5).map(|n| said(n, "text")).collect();
    let put_steps = steps.iter().map(|step| put_step(chats[0].id, step));
    write(&person.open(), chats.iter().map(put).chain(put_steps).collect()).await;
    (chats, steps)
}

#[tokio::test]
async fn damaged_records_are_put_right_from_the_journal() {
    let person = Person::new();
    let (chats, steps) = three_threads(&person).await;
    spoil_records(&person);
    {
        let raw = person.raw();
        raw.open_tree("threads").unwrap().insert(chats[1].id.as_bytes(), &b"short"[..]).unwrap();
        raw.open_tree("threads").unwrap().remove(chats[2].id.as_bytes()).unwrap();
        raw.open_tree("recent").unwrap().clear().unwrap();
        raw.open_tree("ids").unwrap().clear().unwrap();
        let steps = raw.open_tree("steps").unwrap();
        steps.remove(steps.iter().nth(2).unwrap().unwrap().0).unwrap();
        raw.open_tree("steps").unwrap().insert([9; 20], &b"never written"[..]).unwrap();
    }
    let store = person.open();
    let newest_first: Vec<_> = chats.iter().rev().cloned().collect();
    assert_eq!(store.threads(None, 9).await.unwrap().items, newest_first);
    assert_eq!(all_steps(&store, chats[0].id).await, steps);
    assert_eq!(store.step(chats[0].id, steps[2].id).await, Ok(Some(steps[2].clone())));
    let figures = store.figures().await.unwrap();
    assert_eq!((figures.threads, figures.steps), (3, 5));
    assert!(repairs(&store).healed >= 9, "{:?}", repairs(&store));
    assert_eq!(repairs(&store).lost, 0);
    drop(store);
    assert_eq!(repairs(&person.open()), Repairs::default(), "it is told once");
}

#[tokio::test]
async fn what_is_damaged_in_both_copies_is_lost_alone_and_its_place_says_so() {
    let person = Person::new();
    let (chats, steps) = three_threads(&person).await;
    {
        let raw = person.raw();
        raw.open_tree("threads").unwrap().insert(chats[0].id.as_bytes(), &b"short"[..]).unwrap();
        let (place, value) = raw.open_tree("steps").unwrap().iter().nth(2).unwrap().unwrap();
        let mut value = value.to_vec();
        *value.last_mut().unwrap() ^= 1;
        raw.open_tree("steps").unwrap().insert(place, value).unwrap();
    }
    person.lose("journal");
    let check = async |store: &Store| {
        let found = all_steps(store, chats[0].id).await;
        for (found, step) in found.iter().zip(&steps) {
            if step.sequence == 2 {
                assert_eq!((found.id, found.sequence), (step.id, 2), "it keeps its place");
                let why = found.failure.as_ref().map(|failure| failure.code);
                assert_eq!(why, Some(FailureCode::StorageDamaged));
            } else {
                assert_eq!(found, step);
            }
        }
        assert_eq!(found.len(), 5);
        let listed = store.threads(None, 9).await.unwrap().items;
        assert_eq!(listed.len(), 3, "a thread without its header is there for its steps");
        assert_eq!(listed.iter().filter(|thread| thread.name == "chat").count(), 2);
    };
    {
        let store = person.open();
        check(&store).await;
        assert_eq!(repairs(&store).lost, 2);
        store.close().await.unwrap();
    }
    // It is so in the new journal, too.
    person.lose("sled");
    let store = person.open();
    check(&store).await;
    assert_eq!(repairs(&store), Repairs { healed: 0, lost: 0, rebuilt: true });

    let again = Step { output: "written again".into(), ..steps[2].clone() };
    write(&store, vec![put_step(chats[0].id, &again)]).await;
    assert_eq!(all_steps(&store, chats[0].id).await[2], again);
}

#[tokio::test]
async fn a_thread_with_damaged_records_can_be_deleted_wholly() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    {
        let steps = (0..4).map(|n| put_step(chat.id, &said(n, "text")));
        write(&person.open(), [put(&chat)].into_iter().chain(steps).collect()).await;
    }
    spoil_records(&person);
    person.lose("journal");
    write(&person.open(), vec![Change::DeleteThread(chat.id)]).await;
    let raw = person.raw();
    for tree in ["threads", "recent", "steps", "ids"] {
        assert_eq!(raw.open_tree(tree).unwrap().len(), 0, "something is left in {tree}");
    }
}

#[tokio::test]
async fn a_long_record_that_lost_a_piece_is_put_right() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    let [long, short] = [said(0, &"long ".repeat(5_000)), said(1, "short")];
    let both = [&long, &short].map(|step| put_step(chat.id, step));
    write(&person.open(), [vec![put(&chat)], both.to_vec()].concat()).await;
    {
        let pieces = person.raw().open_tree("pieces").unwrap();
        let (third, _) = pieces.iter().nth(2).unwrap().unwrap();
        pieces.remove(third).unwrap();
    }
    {
        let store = person.open();
        assert_eq!(all_steps(&store, chat.id).await, [long.clone(), short.clone()]);
        let again = Step { output: "short now".into(), ..long };
        write(&store, vec![put_step(chat.id, &again)]).await;
        assert_eq!(all_steps(&store, chat.id).await, [again, short]);
    }
    assert_eq!(person.raw().open_tree("pieces").unwrap().len(), 0, "what was long is short");
}

#[tokio::test]
async fn a_history_that_lost_everything_is_damaged_and_not_empty() {
    let person = Person::new();
    write(&person.open(), vec![put(&thread("chat", at(0)))]).await;
    person.lose("journal");
    for lost in ["sled/db", "sled"] {
        let lost = person.dir().join(lost);
        if lost.is_dir() {
            fs::remove_dir_all(lost).unwrap();
        } else {
            fs::write(lost, "").unwrap();
        }
        let error = person.try_open().unwrap_err();
        assert!(matches!(error, HistoryError::Damaged(_)), "never taken for a new one: {error}");
    }
}

#[tokio::test]
async fn either_copy_is_made_anew_from_the_other() {
    let person = Person::new();
    let history = Past::write(&person, 3).await;
    for lost in ["sled", "journal", "sled", "journal"] {
        person.lose(lost);
        let store = person.open();
        assert_eq!(history.differs(&store).await, None, "without its {lost}");
        assert!(repairs(&store).rebuilt, "and it is told");
        store.close().await.unwrap();
        let store = person.open();
        assert_eq!(repairs(&store), Repairs::default(), "closed well, it is trusted");
        store.close().await.unwrap();
    }
    let conf = person.dir().join("sled/conf");
    fs::write(&conf, "segment_size: many\nand no more of it").unwrap();
    let store = person.open();
    assert_eq!(history.differs(&store).await, None, "with a settings file of nonsense");
    assert!(!person.dir().join("sled.damaged").exists(), "nothing is left of what is not needed");
}

#[tokio::test]
async fn what_an_end_of_the_app_left_of_an_old_journal_goes() {
    let person = Person::new();
    let history = Past::write(&person, 2).await;
    let journal = person.dir().join("journal");
    let old = fs::read(journal.join("0000000000000001.log")).unwrap();
    person.lose("journal");
    drop(person.open());
    fs::write(journal.join("0000000000000001.log"), old).unwrap();
    fs::write(journal.join("base.new"), "half").unwrap();
    assert_eq!(history.differs(&person.open()).await, None, "what is old does not count");
    let left = files(&journal);
    let names: Vec<_> = left.keys().filter_map(|path| path.extension()?.to_str()).collect();
    assert_eq!(names, ["base", "log"], "one of each");
}

#[tokio::test]
async fn what_the_first_version_of_the_app_kept_gets_a_journal() {
    let person = Person::new();
    let history = Past::write(&person, 4).await;
    person.as_of_version_1();
    {
        let store = person.open();
        assert_eq!(history.differs(&store).await, None);
        assert_eq!(repairs(&store), Repairs::default(), "that it is new is no damage");
    }
    assert_eq!(fs::read_to_string(person.dir().join("format")).unwrap(), "2\n");
    person.lose("sled");
    assert_eq!(history.differs(&person.open()).await, None, "all of it is in there");
}

#[tokio::test]
async fn no_damage_to_sleds_files_loses_anything() {
    rounds("sled").await;
}

#[tokio::test]
async fn no_damage_to_the_journal_loses_anything() {
    rounds("journal").await;
}

#[tokio::test]
async fn no_damage_to_the_index_loses_anything() {
    rounds("index").await;
}

#[tokio::test]
async fn damage_to_a_file_is_told_and_reaches_no_other() {
    let mut damaged = 0;
    for round in 0..rounds_to_go() {
        let mut random = Random(round + 2_000_000);
        let person = Person::new();
        let chat = thread("chat", at(0));
        let mut kept = BTreeMap::new();
        {
            let store = person.open();
            write(&store, vec![put(&chat)]).await;
            for _ in 0..3 {
                let (file, length) = (ElementId::new(), random.below(200_000));
                let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
                let source = FileSource::Bytes(content.clone());
                store.put_file(chat.id, file, source).await.unwrap();
                kept.insert(file, content);
            }
            store.close().await.unwrap();
        }
        let harm = random.harm(&person, "files");
        let store = person.open();
        let mut wrong = 0;
        for (file, content) in &kept {
            match store.read_file(chat.id, *file, 0, usize::MAX).await {
                Ok(read) => {
                    assert!(content.starts_with(&read), "round {round}, {harm}: other bytes");
                }
                Err(HistoryError::Damaged(_) | HistoryError::NotFound) => wrong += 1,
                Err(error) => panic!("round {round}, {harm}: {error}"),
            }
        }
        assert!(wrong <= 1, "round {round}, {harm}: {wrong} files suffered");
        damaged += wrong;
        assert_eq!(store.thread(chat.id).await, Ok(chat), "round {round}, {harm}");
    }
    assert!(damaged > 0, "nothing was damaged: this would have shown nothing");
}

fn rounds_to_go() -> u64 {
    env::var(ROUNDS).map_or(15, |rounds| rounds.parse().unwrap())
}

/// Damages one copy in some way, again and again; everything must be there all the same.
async fn rounds(copy: &str) {
    let (mut told, mut harmless) = (0, 0);
    for round in 0..rounds_to_go() {
        let seed = match copy {
            "sled" => 0,
            "journal" => 1_000_000,
            _ => 3_000_000,
        };
        let mut random = Random(round + seed);
        let person = Person::new();
        let history = Past::write(&person, random.below(6)).await;
        let harm = random.harm(&person, copy);
        let store =
            person.try_open().unwrap_or_else(|error| panic!("round {round}, {harm}: {error}"));
        // What the first look does not find is found when it is read.
        let differs = history.differs(&store).await;
        assert_eq!(differs, None, "round {round}, {harm}, {:?}", repairs(&store));
        assert_eq!(repairs(&store).lost, 0, "round {round}, {harm}: nothing is lost");
        // The index is no copy: that it is made anew is nobody's concern.
        if copy == "index" || repairs(&store).is_empty() {
            harmless += 1;
        } else {
            told += 1;
        }
        store.close().await.unwrap();
        drop(store);
        let store = person.open();
        assert_eq!(history.differs(&store).await, None, "round {round}, {harm}, a second time");
        assert_eq!(repairs(&store), Repairs::default(), "round {round}, {harm}: healed for good");
    }
    if copy == "index" {
        println!("{copy}: {harmless} times damaged, everything was found");
        return;
    }
    println!("{copy}: {told} times told and put right, {harmless} times nothing was hit");
    assert!(told > harmless, "mostly nothing was damaged: this would have shown little");
}

/// A history with a past: everything that can happen to a record happens to some of them.
struct Past {
    threads: BTreeMap<ThreadId, (Thread, Vec<Step>)>,
    preferences: BTreeMap<String, Value>,
}

impl Past {
    /// Writes one, over some sessions of the app.
    async fn write(person: &Person, sessions: u64) -> Self {
        let mut history = Self { threads: BTreeMap::new(), preferences: BTreeMap::new() };
        for session in 0..=sessions {
            let store = person.open();
            for n in 0..4 {
                let second = i64::try_from(session * 4 + n).unwrap();
                let mut chat = thread(&format!("chat {second}"), at(second));
                let mut changes = vec![put(&chat)];
                let mut steps = Vec::new();
                for sequence in 0..12 {
                    let long = if sequence == 5 { 3_000 } else { 30 };
                    let mut step = said(sequence, &format!("{session} {sequence} ").repeat(long));
                    changes.push(put_step(chat.id, &step));
                    if sequence % 3 == 0 {
                        step.output.push_str("and so on");
                        changes.push(put_step(chat.id, &step));
                    }
                    if sequence % 5 == 4 {
                        changes.push(Change::RemoveStep { thread: chat.id, step: step.id });
                    } else {
                        steps.push(step);
                    }
                }
                chat.name.push_str(", renamed");
                chat.last_activity = at(second + 100);
                changes.push(put(&chat));
                for some in changes.chunks(5) {
                    store.write(some.to_vec(), Durability::OnDisk).await.unwrap();
                }
                history.threads.insert(chat.id, (chat, steps));
            }
            let gone = *history.threads.keys().next().unwrap();
            history.threads.remove(&gone);
            write(&store, vec![Change::DeleteThread(gone)]).await;
            for (name, value) in [("model", json!(session)), ("theme", json!("dark"))] {
                let value = (name == "model" || session % 2 == 0).then_some(value);
                match &value {
                    Some(value) => history.preferences.insert(name.into(), value.clone()),
                    None => history.preferences.remove(name),
                };
                write(&store, vec![Change::PutPreference { name: name.into(), value }]).await;
            }
            store.close().await.unwrap();
        }
        history
    }

    /// How many steps `are` so.
    fn said(&self, are: impl Fn(&Step) -> bool) -> usize {
        self.threads.values().flat_map(|(_, steps)| steps).filter(|step| are(step)).count()
    }

    /// What `store` has otherwise, if anything.
    async fn differs(&self, store: &Store) -> Option<String> {
        let listed = match store.threads(None, usize::MAX).await {
            Ok(page) => page.items,
            Err(error) => return Some(format!("the list: {error}")),
        };
        let mut expected: Vec<_> =
            self.threads.values().map(|(thread, _)| thread.clone()).collect();
        expected.sort_by_key(|thread| (thread.last_activity, thread.id));
        expected.reverse();
        if listed != expected {
            return Some(format!("{} threads instead of {}", listed.len(), expected.len()));
        }
        for (thread, steps) in self.threads.values() {
            let found = match store.steps(thread.id, None, usize::MAX).await {
                Ok(page) => page.items,
                Err(error) => return Some(format!("a thread: {error}")),
            };
            if found != *steps {
                let (found, steps) = (found.len(), steps.len());
                return Some(format!("{found} steps instead of {steps}, or others"));
            }
            for step in steps {
                if store.step(thread.id, step.id).await.as_ref() != Ok(&Some(step.clone())) {
                    return Some("a step cannot be found".into());
                }
            }
        }
        for name in ["model", "theme"] {
            if store.preference(name).await.as_ref() != Ok(&self.preferences.get(name).cloned()) {
                return Some(format!("the preference {name}"));
            }
        }
        for (text, expected) in [
            ("renamed", self.threads.len()),
            ("so on", self.said(|step| step.output.contains("so on"))),
            ("\"1 3 and so on\"", self.said(|step| step.output.contains("1 3 and so on"))),
        ] {
            let among = if text == "renamed" { Among::Names } else { Among::Said };
            let found = found(store, &Search::everywhere(text), among).await.len();
            if found != expected {
                return Some(format!("{found} times {text:?} instead of {expected}"));
            }
        }
        let figures = store.figures().await.unwrap();
        let steps: usize = self.threads.values().map(|(_, steps)| steps.len()).sum();
        if (figures.threads, figures.steps) != (self.threads.len() as u64, steps as u64) {
            return Some(format!("the figures: {figures:?}"));
        }
        None
    }
}

impl Random {
    /// Does something to one file under `what` of a store that is closed; says what it was.
    fn harm(&mut self, person: &Person, what: &str) -> String {
        let files: Vec<(PathBuf, Vec<u8>)> = files(&person.dir().join(what))
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
            .collect();
        let (path, mut bytes) = files[self.below(files.len() as u64) as usize].clone();
        let name = path.strip_prefix(person.dir()).unwrap().display().to_string();
        let length = bytes.len() as u64;
        match self.below(5) {
            0 => {
                fs::remove_file(&path).unwrap();
                return format!("{name} removed");
            }
            1 => {
                let cut = self.below(length);
                bytes.truncate(cut as usize);
                fs::write(&path, bytes).unwrap();
                return format!("{name} of {length} bytes cut to {cut}");
            }
            2 => {
                let (from, some) = (self.below(length), self.below(5_000));
                let to = (from + some).min(length);
                bytes[from as usize..to as usize].fill(0);
                fs::write(&path, bytes).unwrap();
                return format!("{name} of {length} bytes zero from {from} to {to}");
            }
            _ => {}
        }
        let mut places = Vec::new();
        for _ in 0..=self.below(6) {
            let place = self.below(length);
            bytes[place as usize] ^= 1 << self.below(8);
            places.push(place);
        }
        fs::write(&path, bytes).unwrap();
        format!("{name} of {length} bytes flipped at {places:?}")
    }
}

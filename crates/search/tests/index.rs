//! What is put into an index is found in it, and by nobody else.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "trials say how often they did what")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confidant_chat::ids::ThreadId;
use confidant_chat::search::{Among, Hit, Order, Place, Search, Speaker, Text};
use confidant_seal::{DataKey, Purpose};
use confidant_search::Index;
use jiff::Timestamp;
use rstest::rstest;
use tempfile::TempDir;

struct Desk {
    home: TempDir,
    key: DataKey,
}

impl Desk {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), key: DataKey::random().unwrap() }
    }

    fn dir(&self) -> PathBuf {
        self.home.path().join("index")
    }

    fn open(&self) -> Index {
        fs::create_dir_all(self.dir()).unwrap();
        open(&self.dir(), &self.key)
    }
}

/// The index in `dir`, with as much room as it wants.
fn open(dir: &Path, key: &DataKey) -> Index {
    let key = Arc::new(key.sealing_key(Purpose::Index));
    Index::open(dir, key, b"alice", Box::new(|_| true)).unwrap()
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}

fn said(at: i64, text: &str) -> Text {
    let (text, profile, at) = (text.into(), "assistant".into(), moment(at));
    Text { text, branch: 0, speaker: Some(Speaker::Person), profile, at }
}

fn named(at: i64, text: &str) -> Text {
    Text { speaker: None, ..said(at, text) }
}

fn find(index: &Index, search: &Search) -> Vec<Hit> {
    index.find(search, Among::Said, &[], 100).unwrap()
}

fn places(found: &[Hit]) -> Vec<Place> {
    found.iter().map(|found| found.place).collect()
}

#[rstest]
#[case("cat", &[3, 1])]
#[case("ca", &[3, 2, 1])]
#[case("ca ", &[])]
#[case("cat red ", &[1])]
#[case("\"red cat\"", &[1])]
#[case("\"cat red\"", &[])]
#[case("\"a red ca", &[1])]
#[case("cafe", &[2])]
#[case("CAFÉ", &[2])]
#[case("snake_case", &[2])]
#[case("京都", &[3])]
#[case("都", &[3])]
#[case("東都", &[])]
#[case("dog", &[])]
#[case("", &[])]
#[case("  ", &[])]
fn what_was_said_is_found_by_its_words(#[case] text: &str, #[case] expected: &[u32]) {
    let desk = Desk::new();
    let (index, thread) = (desk.open(), ThreadId::new());
    let mut writer = index.writer().unwrap();
    writer.put(thread, Place::Step(1), &said(1, "There is a RED cat.")).unwrap();
    writer.put(thread, Place::Step(2), &said(2, "In the Cafe\u{301}: snake_case")).unwrap();
    writer.put(thread, Place::Step(3), &said(3, "A cat in 東京都")).unwrap();
    writer.put(thread, Place::Name, &named(4, "A red cat, a café, 京都")).unwrap();
    writer.commit(Some(1)).unwrap();
    let steps: Vec<_> = expected.iter().map(|step| Place::Step(*step)).collect();
    for order in [Order::Newest, Order::Relevance] {
        let search = Search { order, ..Search::everywhere(text) };
        let mut found = places(&find(&index, &search));
        if order == Order::Relevance {
            found.sort_by(|one, other| other.cmp(one));
        }
        assert_eq!(found, steps, "{order:?}");
        assert_eq!(places(&find(&as_on_disk(&desk), &search)).len(), steps.len());
    }
}

/// What is on the disk, as another start of the app finds it.
fn as_on_disk(desk: &Desk) -> Index {
    let copy = desk.home.path().join("copy");
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir(&copy).unwrap();
    for file in fs::read_dir(desk.dir()).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    let index = open(&copy, &desk.key);
    assert_eq!(index.position(), Some(1));
    index
}

#[test]
fn a_search_can_be_narrowed() {
    let desk = Desk::new();
    let index = desk.open();
    let [one, other] = [ThreadId::new(), ThreadId::new()];
    let mut writer = index.writer().unwrap();
    let reply = Text { speaker: Some(Speaker::Profile), branch: 3, ..said(2_000, "cat") };
    let elsewhere = Text { profile: "analyst".into(), ..said(3_000, "cat") };
    writer.put(one, Place::Step(0), &said(1_000, "cat")).unwrap();
    writer.put(one, Place::Step(1), &reply).unwrap();
    writer.put(other, Place::Step(0), &elsewhere).unwrap();
    writer.put(other, Place::Name, &named(3_000, "cat")).unwrap();
    writer.commit(Some(1)).unwrap();

    let all = Search::everywhere("cat");
    let at = |millis| Some(moment(millis));
    let found = |search: &Search| {
        let found = find(&index, search).into_iter();
        found.map(|it| (it.thread, it.place, it.branch, it.at.as_millisecond())).collect::<Vec<_>>()
    };
    let [first, second] = [(one, Place::Step(0), 0, 1_000), (one, Place::Step(1), 3, 2_000)];
    let third = (other, Place::Step(0), 0, 3_000);
    assert_eq!(found(&all), [third, second, first]);
    assert_eq!(found(&Search { thread: Some(one), ..all.clone() }), [second, first]);
    assert_eq!(found(&Search { profile: Some("analyst".into()), ..all.clone() }), [third]);
    assert_eq!(found(&Search { speaker: Some(Speaker::Profile), ..all.clone() }), [second]);
    assert_eq!(found(&Search { since: at(2_000), ..all.clone() }), [third, second]);
    assert_eq!(found(&Search { before: at(2_000), ..all.clone() }), [first]);
    let within = Search { since: at(1_500), before: at(2_500), ..all.clone() };
    assert_eq!(found(&within), [second]);
    let names = index.find(&all, Among::Names, &[], 100).unwrap();
    assert_eq!(places(&names), [Place::Name]);
    assert_eq!(index.find(&all, Among::Said, &[one], 100).unwrap().len(), 1);
    assert_eq!(index.find(&all, Among::Said, &[], 2).unwrap().len(), 2);
    assert!(index.find(&all, Among::Said, &[], 0).unwrap().is_empty());
}

#[test]
fn what_changes_and_goes_is_found_as_it_is_now() {
    let desk = Desk::new();
    let index = desk.open();
    let [one, other] = [ThreadId::new(), ThreadId::new()];
    let mut writer = index.writer().unwrap();
    let both = Search::everywhere("word");
    for (position, text) in ["word one", "word two", "word three"].into_iter().enumerate() {
        writer.put(one, Place::Step(7), &said(1, text)).unwrap();
        writer.put(one, Place::Step(8), &said(1, text)).unwrap();
        writer.put(other, Place::Step(7), &said(1, text)).unwrap();
        writer.commit(Some(position as u64)).unwrap();
        assert_eq!(find(&index, &both).len(), 3, "each once");
        assert_eq!(find(&index, &Search::everywhere(text)).len(), 3);
    }
    assert!(find(&index, &Search::everywhere("two")).is_empty(), "nothing of what it was before");
    writer.remove(one, Place::Step(7)).unwrap();
    assert_eq!(find(&index, &both).len(), 3, "until it is committed");
    writer.commit(Some(4)).unwrap();
    assert_eq!(find(&index, &both).len(), 2);
    writer.remove_thread(one).unwrap();
    writer.put(one, Place::Step(9), &said(1, "word again")).unwrap();
    writer.commit(Some(5)).unwrap();
    let found = find(&index, &Search { thread: Some(one), ..both.clone() });
    assert_eq!(places(&found), [Place::Step(9)]);

    writer.finish().unwrap();
    let mut writer = index.rebuild().unwrap();
    writer.put(other, Place::Step(1), &said(1, "a word")).unwrap();
    writer.commit(None).unwrap();
    assert_eq!(find(&index, &both).len(), 1, "all else is gone");
    drop(writer);
    drop(index);
    assert_eq!(desk.open().position(), None, "it was not said to be whole");
}

/// An index with some texts in it.
fn filled(desk: &Desk) -> Index {
    let index = desk.open();
    let mut writer = index.writer().unwrap();
    for number in 0..50 {
        let text = said(number, &format!("zanzibar and number {number}"));
        writer.put(ThreadId::new(), Place::Step(0), &text).unwrap();
        if number % 10 == 9 {
            writer.commit(Some(number as u64)).unwrap();
        }
    }
    writer.finish().unwrap();
    index
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn nothing_is_to_be_read_in_the_files_and_another_key_finds_nothing() {
    let desk = Desk::new();
    drop(filled(&desk));
    for file in files(&desk.dir()) {
        let bytes = fs::read(&file).unwrap();
        for word in ["zanzibar", "number", "assistant", "body"] {
            let there = bytes.windows(word.len()).any(|bytes| bytes == word.as_bytes());
            assert!(!there, "{word} is in {file:?}");
        }
    }
    let index = open(&desk.dir(), &DataKey::random().unwrap());
    assert_eq!(index.position(), None, "it is begun anew");
    assert!(find(&index, &Search::everywhere("zanzibar")).is_empty());
}

#[test]
fn whatever_is_damaged_it_opens_and_either_finds_all_or_says_that_it_is_damaged() {
    let desk = Desk::new();
    drop(filled(&desk));
    let copy = |from: &Path, to: &Path| {
        let _ = fs::remove_dir_all(to);
        fs::create_dir(to).unwrap();
        for file in files(from) {
            fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
        }
    };
    let (mut told, mut anew) = (0, 0);
    let count = files(&desk.dir()).len();
    for number in 0..3 * count {
        let damaged = desk.home.path().join("damaged");
        copy(&desk.dir(), &damaged);
        let file = &files(&damaged)[number / 3];
        let bytes = fs::read(file).unwrap();
        match number % 3 {
            0 => fs::remove_file(file).unwrap(),
            1 => fs::write(file, &bytes[..bytes.len() / 2]).unwrap(),
            _ => {
                let mut bytes = bytes;
                let middle = bytes.len() / 2;
                bytes[middle] ^= 4;
                fs::write(file, bytes).unwrap();
            }
        }
        let index = open(&damaged, &desk.key);
        if index.position().is_none() {
            anew += 1;
            continue;
        }
        let search = Search::everywhere("zanzibar numb");
        match index.find(&search, Among::Said, &[], 100) {
            Ok(found) => assert_eq!(found.len(), 50, "nothing is missing without a word"),
            Err(_) => told += 1,
        }
    }
    println!("{count} files: {anew} times begun anew, {told} times told");
    assert!(anew > count, "most of it shows when it is opened");
}

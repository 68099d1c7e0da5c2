//! Looking something up, whatever has become of the index.

use std::fs;

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Change, Durability, History, HistoryError};
use confidant_chat::search::{Among, Hits, Order, Place, Search, Speaker};
use confidant_chat::step::{Step, StepKind, StepState};
use confidant_chat::thread::Thread;
use confidant_store::Store;

use crate::kit::{Person, at, files, found, put, put_step, said, thread, write};

/// Where something is found, once everything is looked through.
async fn places(store: &Store, text: &str) -> Vec<(ThreadId, Place)> {
    let found = found(store, &Search::everywhere(text), Among::Said).await;
    found.into_iter().map(|hit| (hit.thread, hit.place)).collect()
}

fn step(sequence: u32, second: i64, text: &str) -> Step {
    Step { created_at: at(second), ..said(sequence, text) }
}

/// A store with two threads, of three and of one step.
async fn filled(person: &Person) -> (Store, [Thread; 2]) {
    let chats = [thread("the first", at(0)), thread("another", at(1))];
    let store = person.open();
    let changes = vec![
        put(&chats[0]),
        put(&chats[1]),
        put_step(chats[0].id, &step(0, 0, "a red cat")),
        put_step(chats[0].id, &step(1, 1, "a blue cat")),
        put_step(chats[1].id, &step(0, 2, "a red dog")),
        put_step(chats[0].id, &step(2, 3, "nothing")),
    ];
    write(&store, changes).await;
    (store, chats)
}

#[tokio::test]
async fn what_was_written_is_found_at_once_and_as_it_is_now() {
    let person = Person::new();
    let (store, chats) = filled(&person).await;
    let [one, other] = [chats[0].id, chats[1].id];
    let now = async |text: &str| {
        // Without waiting for anything.
        let search = Search::everywhere(text);
        let hits = store.search(search, Among::Said, 0, 10).await.unwrap().items;
        hits.into_iter().map(|hit| (hit.thread, hit.place)).collect::<Vec<_>>()
    };
    let [first, second, third] =
        [(one, Place::Step(0)), (one, Place::Step(1)), (other, Place::Step(0))];
    assert_eq!(now("cat").await, [second, first]);
    assert_eq!(now("red").await, [third, first]);

    let changed = Step { output: "a red cow".into(), ..step(1, 1, "") };
    let changed = Step { id: store.steps(one, Some(2), 1).await.unwrap().items[0].id, ..changed };
    write(&store, vec![put_step(one, &changed)]).await;
    assert_eq!(now("red").await, [third, second, first]);
    assert_eq!(now("cat").await, [first]);
    write(&store, vec![Change::RemoveStep { thread: one, step: changed.id }]).await;
    assert_eq!(now("red").await, [third, first]);
    let binned = Thread { binned_at: Some(at(9)), ..chats[1].clone() };
    write(&store, vec![put(&binned)]).await;
    assert_eq!(now("red").await, [first], "not in the bin");
    write(&store, vec![put(&chats[1])]).await;
    assert_eq!(now("red").await, [third, first]);
    write(&store, vec![Change::DeleteThread(one)]).await;
    assert_eq!(now("red").await, [third]);
    store.close().await.unwrap();
    let late = store.search(Search::everywhere("red"), Among::Said, 0, 10).await;
    assert_eq!(late, Err(HistoryError::Closed));
    assert_eq!(places(&person.open(), "red").await, [third], "and so it stays");
}

#[tokio::test]
async fn a_search_can_be_narrowed_and_comes_in_pages() {
    let person = Person::new();
    let mut store = person.open();
    let analyst = Thread { profile: "analyst".into(), ..thread("with an analyst", at(0)) };
    let chats = [thread("a cat", at(5)), analyst];
    write(&store, chats.iter().map(put).collect()).await;
    let asked = Step { kind: StepKind::User, ..step(0, 10, "what is a cat?") };
    let tool = Step { kind: StepKind::Tool, ..step(1, 11, "cat") };
    let growing = Step { state: StepState::Writing, branch: 2, ..step(2, 12, "a cat is") };
    for step in [&asked, &tool, &growing] {
        write(&store, vec![put_step(chats[0].id, step)]).await;
    }
    for n in 0..5 {
        write(&store, vec![put_step(chats[1].id, &step(n, 20 + i64::from(n), "cat"))]).await;
    }
    for from_the_index in [false, true] {
        if from_the_index {
            // At the latest when it is closed.
            store.close().await.unwrap();
            store = person.open();
        }
        let all = Search::everywhere("cat");
        let count = async |search: Search| found(&store, &search, Among::Said).await.len();
        assert_eq!(count(all.clone()).await, 7, "work is not said");
        assert_eq!(count(Search { profile: Some("analyst".into()), ..all.clone() }).await, 5);
        assert_eq!(count(Search { speaker: Some(Speaker::Person), ..all.clone() }).await, 1);
        assert_eq!(count(Search { since: Some(at(23)), ..all.clone() }).await, 2);
        assert_eq!(count(Search { before: Some(at(12)), ..all.clone() }).await, 1);
        assert_eq!(count(Search { order: Order::Relevance, ..all.clone() }).await, 7);
        let within = Search { thread: Some(chats[0].id), ..all.clone() };
        let hits = found(&store, &within, Among::Said).await;
        let branches: Vec<_> = hits.iter().map(|hit| (hit.place, hit.branch)).collect();
        assert_eq!(branches, [(Place::Step(2), 2), (Place::Step(0), 0)]);
        let named = found(&store, &all, Among::Names).await;
        let named: Vec<_> = named.iter().map(|hit| (hit.thread, hit.place)).collect();
        assert_eq!(named, [(chats[0].id, Place::Name)]);

        let mut items = Vec::new();
        for skip in [0, 3, 6] {
            let page = store.search(all.clone(), Among::Said, skip, 3).await.unwrap();
            assert_eq!(page.more, skip < 6);
            items.extend(page.items);
        }
        assert_eq!(items, found(&store, &all, Among::Said).await);
        let nothing = store.search(Search::everywhere("—"), Among::Said, 0, 3).await.unwrap();
        assert_eq!(nothing, Hits { items: Vec::new(), more: false, whole: true });
    }
}

#[tokio::test]
async fn an_index_that_is_gone_damaged_or_somebody_elses_is_made_anew() {
    let person = Person::new();
    let (store, _) = filled(&person).await;
    let everything = places(&store, "red").await;
    store.close().await.unwrap();
    let other = Person::new();
    filled(&other).await.0.close().await.unwrap();
    let index = person.dir().join("index");
    for what in ["gone", "cut", "flipped", "nonsense", "of another"] {
        for (path, mut bytes) in files(&index) {
            match what {
                "gone" => bytes.clear(),
                "cut" => bytes.truncate(bytes.len() / 2),
                "flipped" => *bytes.last_mut().unwrap() ^= 1,
                "nonsense" => bytes = b"nonsense".to_vec(),
                _ => drop(fs::remove_file(&path)),
            }
            if what != "of another" {
                fs::write(path, bytes).unwrap();
            }
        }
        if what == "of another" {
            for (path, bytes) in files(&other.dir().join("index")) {
                fs::write(index.join(path.file_name().unwrap()), bytes).unwrap();
            }
        }
        let store = person.open();
        assert_eq!(places(&store, "red").await, everything, "{what}");
        store.close().await.unwrap();
    }
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(places(&person.open(), "red").await, everything, "without any of it");
}

#[tokio::test]
async fn an_index_that_has_fallen_behind_catches_up() {
    let person = Person::new();
    let (store, chats) = filled(&person).await;
    places(&store, "red").await;
    store.close().await.unwrap();
    let old = files(&person.dir().join("index"));

    let store = person.open();
    write(&store, vec![put_step(chats[0].id, &step(3, 9, "red at last"))]).await;
    write(&store, vec![Change::DeleteThread(chats[1].id)]).await;
    let expected = places(&store, "red").await;
    assert_eq!(expected, [(chats[0].id, Place::Step(3)), (chats[0].id, Place::Step(0))]);
    store.close().await.unwrap();
    let put_back = || {
        let index = person.dir().join("index");
        fs::remove_dir_all(&index).unwrap();
        fs::create_dir(&index).unwrap();
        old.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    };
    put_back();
    let store = person.open();
    assert_eq!(places(&store, "red").await, expected, "from the journal");
    store.close().await.unwrap();

    put_back();
    person.lose("journal");
    let store = person.open();
    assert_eq!(places(&store, "red").await, expected, "from the trees, where the journal cannot");
    store.close().await.unwrap();

    // One that is ahead of what there is knows of things that never were.
    fs::remove_dir_all(person.dir().join("sled")).unwrap();
    fs::remove_dir_all(person.dir().join("journal")).unwrap();
    let _ = fs::remove_file(person.dir().join("closed"));
    fs::remove_file(person.dir().join("format")).unwrap();
    let store = person.open();
    assert_eq!(places(&store, "red").await, []);
}

#[tokio::test]
async fn more_than_can_wait_is_found_too() {
    let person = Person::new();
    let store = person.open();
    let chat = thread("long", at(0));
    write(&store, vec![put(&chat)]).await;
    let long = ". ".repeat(250_000);
    for n in 0..100 {
        let text = format!("{long} found number{n}");
        let put = vec![put_step(chat.id, &step(n, i64::from(n), &text))];
        store.write(put, Durability::Soon).await.unwrap();
    }
    assert_eq!(places(&store, "number70 ").await, [(chat.id, Place::Step(70))]);
    assert_eq!(found(&store, &Search::everywhere("found"), Among::Said).await.len(), 100);
}

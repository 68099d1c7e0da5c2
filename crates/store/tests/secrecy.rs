//! What somebody who reads or writes the files can learn or do.

use std::fs;

use confidant_chat::failure::FailureCode;
use confidant_chat::ids::ElementId;
use confidant_chat::port::history::{Change, Durability, FileSource, History, HistoryError};
use confidant_chat::search::{Among, Search};
use serde_json::{Map, json};

use crate::kit::{
    Person, all_steps, at, files, found, put, put_step, repairs, said, thread, write,
};

/// Written everywhere a person can write, and found nowhere.
const SECRETS: [&str; 10] = [
    "zebra-in-the-thread-name",
    "zebra-in-the-message",
    "zebra-in-the-session",
    "zebra-in-the-setting",
    "zebra-in-the-preference",
    "zebra-as-a-preferences-name",
    "zebra-in-the-profile",
    "zebra-in-a-large-message",
    "zebra-in-a-file",
    "zebra-in-a-file-from-the-disk",
];

#[tokio::test]
async fn no_file_holds_a_word_of_what_was_kept() {
    let person = Person::new();
    let [
        name,
        message,
        session,
        setting,
        preference,
        preference_name,
        profile,
        large,
        file,
        copied,
    ] = SECRETS;
    let mut chat = thread(name, at(0));
    chat.profile = profile.into();
    chat.session = Map::from_iter([(session.to_owned(), json!(session))]);
    chat.settings = Map::from_iter([("setting".to_owned(), json!(setting))]);
    let store = person.open();
    for n in 0..30 {
        let changes = vec![
            put(&chat),
            put_step(chat.id, &said(2 * n, message)),
            put_step(chat.id, &said(2 * n + 1, &large.repeat(20_000 / large.len()))),
            Change::PutPreference { name: preference_name.into(), value: Some(json!(preference)) },
        ];
        store.write(changes, Durability::OnDisk).await.unwrap();
    }
    let huge = said(1_000, &large.repeat(500_000 / large.len()));
    store.write(vec![put_step(chat.id, &huge)], Durability::OnDisk).await.unwrap();

    let outside = tempfile::tempdir().unwrap();
    let source = outside.path().join("source");
    fs::write(&source, copied.repeat(10_000)).unwrap();
    let sources = [FileSource::Bytes(file.repeat(10_000).into()), FileSource::Path(source)];
    for source in sources {
        store.put_file(chat.id, ElementId::new(), source).await.unwrap();
    }

    let search = Search::everywhere("zebra in the");
    assert!(found(&store, &search, Among::Said).await.len() >= 30, "it can be searched");
    let indexed = || files(&person.dir().join("index")).values().map(Vec::len).sum::<usize>();

    let read = |when: &str| {
        let files = files(&person.dir());
        assert!(files.values().map(Vec::len).sum::<usize>() > 900_000, "{when}: it is all there");
        for (path, bytes) in files {
            for secret in SECRETS.into_iter().chain(["zebra", "assistant", "lastActivity"]) {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{when}: {} holds {secret}", path.display());
            }
        }
    };
    read("while open");
    store.close().await.unwrap();
    read("after closing");
    assert!(indexed() > 1_000, "what can be searched is in the index by now");
    assert_eq!(
        person.open().thread(chat.id).await.unwrap().name,
        name,
        "it can be read with the key"
    );
}

#[tokio::test]
async fn records_moved_to_another_place_do_not_open() {
    let person = Person::new();
    let (one, other) = (thread("one", at(0)), thread("other", at(1)));
    let steps = [0, 1].map(|n| said(n, "text"));
    {
        let store = person.open();
        let both = steps.iter().map(|step| put_step(one.id, step));
        write(&store, [put(&one), put(&other)].into_iter().chain(both).collect()).await;
        let set =
            |name: &str| Change::PutPreference { name: name.into(), value: Some(json!(name)) };
        write(&store, vec![set("a"), set("b")]).await;
    }
    {
        let raw = person.raw();
        for tree in ["threads", "steps", "preferences"] {
            let tree = raw.open_tree(tree).unwrap();
            let [(one, first), (other, second)] =
                tree.iter().map(Result::unwrap).collect::<Vec<_>>().try_into().unwrap();
            tree.insert(one, second).unwrap();
            tree.insert(other, first).unwrap();
        }
    }
    person.lose("journal");
    let store = person.open();
    assert_eq!(repairs(&store).lost, 6, "two of each, and none opens in the other's place");
    for thread in [&one, &other] {
        assert_eq!(store.thread(thread.id).await.unwrap().name, "", "neither has a name any more");
    }
    for step in all_steps(&store, one.id).await {
        let why = step.failure.map(|failure| failure.code);
        assert_eq!((step.output.as_str(), why), ("", Some(FailureCode::StorageDamaged)));
    }
    for name in ["a", "b"] {
        assert_eq!(store.preference(name).await, Ok(None));
    }
}

#[tokio::test]
async fn what_stands_in_the_open_beside_a_record_cannot_be_changed() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    write(&person.open(), vec![put(&chat), put_step(chat.id, &said(0, "text"))]).await;
    {
        let raw = person.raw();
        for tree in ["threads", "steps"] {
            let tree = raw.open_tree(tree).unwrap();
            let (key, value) = tree.first().unwrap().unwrap();
            let mut value = value.to_vec();
            // After four bytes that count pieces.
            value[7] ^= 1;
            tree.insert(key, value).unwrap();
        }
    }
    person.lose("journal");
    let store = person.open();
    assert_eq!(repairs(&store).lost, 2, "a changed time and a changed step id");
    assert_eq!(store.thread(chat.id).await.unwrap().name, "");
    assert_eq!(all_steps(&store, chat.id).await[0].output, "");
}

#[tokio::test]
async fn records_of_another_person_do_not_open() {
    let (alice, mallory) = (Person::new(), Person::new());
    let chat = thread("chat", at(0));
    for person in [&alice, &mallory] {
        write(&person.open(), vec![put(&chat)]).await;
    }
    let key = chat.id.as_bytes();
    let hers = alice.raw().open_tree("threads").unwrap().get(key).unwrap().unwrap();
    mallory.raw().open_tree("threads").unwrap().insert(key, hers).unwrap();
    mallory.lose("journal");
    let store = mallory.open();
    assert_eq!(repairs(&store).lost, 1);
    assert_ne!(store.thread(chat.id).await.unwrap().name, chat.name);
}

#[tokio::test]
async fn a_journal_of_another_person_does_not_open() {
    let (alice, mallory) = (Person::new(), Person::new());
    for person in [&alice, &mallory] {
        write(&person.open(), vec![put(&thread("chat", at(0)))]).await;
    }
    mallory.lose("journal");
    mallory.lose("sled");
    for (path, bytes) in files(&alice.dir().join("journal")) {
        let journal = mallory.dir().join("journal");
        fs::create_dir_all(&journal).unwrap();
        fs::write(journal.join(path.file_name().unwrap()), bytes).unwrap();
    }
    let error = mallory.try_open().unwrap_err();
    assert!(matches!(error, HistoryError::Damaged(_)), "{error}");
}

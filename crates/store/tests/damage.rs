//! Damaged records and damaged files.

use std::fs;

use confidant_chat::port::history::{Change, Durability, History, HistoryError};
use confidant_chat::step::Step;

use crate::kit::{Person, all_steps, at, put, put_step, said, thread, write};

#[tokio::test]
async fn one_damaged_record_hides_no_others_and_can_be_written_again() {
    let person = Person::new();
    let mut chats: Vec<_> = (0..3).map(|n| thread("chat", at(n))).collect();
    let steps: Vec<_> = (0..5).map(|n| said(n, "text")).collect();
    {
        let store = person.open();
        let steps = steps.iter().map(|step| put_step(chats[0].id, step));
        write(&store, chats.iter().map(put).chain(steps).collect()).await;
    }
    {
        let raw = person.raw();
        let threads = raw.open_tree("threads").unwrap();
        threads.insert(chats[1].id.as_bytes(), &b"short"[..]).unwrap();
        let (place, value) = raw.open_tree("steps").unwrap().iter().nth(2).unwrap().unwrap();
        let mut value = value.to_vec();
        *value.last_mut().unwrap() ^= 1;
        raw.open_tree("steps").unwrap().insert(place, value).unwrap();
    }
    let store = person.open();
    let listed = store.threads(None, 9).await.unwrap().items;
    assert_eq!(listed, [chats[2].clone(), chats[0].clone()]);
    let page = store.steps(chats[0].id, None, 3).await.unwrap();
    let sequences: Vec<_> = page.items.iter().map(|step| step.sequence).collect();
    assert_eq!((sequences, page.next), (vec![1, 3, 4], Some(1)), "a page is full without it");

    let mut again = steps[2].clone();
    again.output = "healed".into();
    chats[1].last_activity = at(9);
    write(&store, vec![put_step(chats[0].id, &again), put(&chats[1])]).await;
    assert_eq!(all_steps(&store, chats[0].id).await[2], again);
    let listed = store.threads(None, 9).await.unwrap().items;
    assert_eq!(listed, [chats[1].clone(), chats[2].clone(), chats[0].clone()], "once, on top");
    let figures = store.figures().await.unwrap();
    assert_eq!((figures.threads, figures.steps), (3, 5));
}

#[tokio::test]
async fn a_thread_with_damaged_records_can_be_deleted_wholly() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    {
        let steps = (0..4).map(|n| put_step(chat.id, &said(n, "text")));
        write(&person.open(), [put(&chat)].into_iter().chain(steps).collect()).await;
    }
    {
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
    write(&person.open(), vec![Change::DeleteThread(chat.id)]).await;
    let raw = person.raw();
    for tree in ["threads", "recent", "steps", "ids"] {
        assert_eq!(raw.open_tree(tree).unwrap().len(), 0, "something is left in {tree}");
    }
}

#[tokio::test]
async fn a_long_record_that_lost_a_piece_is_damaged_and_can_be_replaced() {
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
        assert_eq!(all_steps(&store, chat.id).await, std::slice::from_ref(&short));
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
async fn files_that_sled_cannot_read_are_an_error_and_no_crash() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    {
        let store = person.open();
        for n in 0..200 {
            let changes = vec![put(&chat), put_step(chat.id, &said(n, &"text ".repeat(500)))];
            store.write(changes, Durability::Soon).await.unwrap();
        }
    }
    let conf = person.dir().join("sled/conf");
    let whole = fs::read(&conf).unwrap();
    fs::write(&conf, "segment_size: many\nand no more of it").unwrap();
    let error = person.try_open().unwrap_err();
    assert!(matches!(error, HistoryError::Damaged(_)), "a settings file of nonsense: {error}");
    fs::write(&conf, whole).unwrap();
    assert_eq!(person.open().thread(chat.id).await, Ok(chat), "whole again, it opens again");
}

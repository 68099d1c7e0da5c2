//! What changes do, and what they refuse.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::{Change, Durability, Figures, History, HistoryError};
use confidant_chat::step::StepState;
use confidant_store::bytes_on_disk;
use serde_json::{Value, json};

use crate::kit::{Person, all_steps, assert_no_blobs, at, put, put_step, said, thread, write};

#[tokio::test]
async fn what_is_written_reads_back_equal_after_reopening() {
    let person = Person::new();
    let mut chat = thread("Plän für Mai 🌱", at(3));
    chat.session = json!({"turns": 3, "ratio": 0.1 + 0.2, "big": u64::MAX, "none": null})
        .as_object()
        .unwrap()
        .clone();
    chat.settings =
        json!({"temperature": 1.0, "tags": ["a", {"b": [false]}]}).as_object().unwrap().clone();
    let mut reply = said(1, "line\n\u{0}\u{feff}\"quoted\" \\ end");
    reply.parent = Some(StepId::new());
    reply.state = StepState::Interrupted;
    reply.command = Some("draw".into());
    {
        let store = person.open();
        write(&store, vec![put(&chat), put_step(chat.id, &reply)]).await;
    }
    let store = person.open();
    assert_eq!(store.thread(chat.id).await, Ok(chat.clone()));
    assert_eq!(all_steps(&store, chat.id).await, [reply]);
    assert_eq!(store.thread(ThreadId::new()).await, Err(HistoryError::NotFound));
}

#[tokio::test]
async fn a_list_with_one_bad_change_changes_nothing() {
    let person = Person::new();
    let store = person.open();
    let chat = thread("chat", at(0));
    let first = said(0, "first");
    write(&store, vec![put(&chat), put_step(chat.id, &first)]).await;
    let before = store.figures().await.unwrap();

    let orphan = vec![
        put(&thread("another", at(1))),
        Change::PutPreference { name: "theme".into(), value: Some(Value::from("dark")) },
        Change::RemoveStep { thread: chat.id, step: first.id },
        put_step(ThreadId::new(), &said(0, "to a thread that is not there")),
    ];
    assert_eq!(store.write(orphan, Durability::OnDisk).await, Err(HistoryError::NotFound));

    let mut moved = first.clone();
    moved.sequence = 5;
    let moved = vec![put_step(chat.id, &said(1, "fine")), put_step(chat.id, &moved)];
    let error = store.write(moved, Durability::Soon).await.unwrap_err();
    assert!(
        matches!(&error, HistoryError::Failed(why) if why.contains("another place")),
        "{error}"
    );

    let taken = vec![put_step(chat.id, &said(0, "where another is"))];
    let error = store.write(taken, Durability::Soon).await.unwrap_err();
    assert!(matches!(&error, HistoryError::Failed(why) if why.contains("another step")), "{error}");

    assert_eq!(all_steps(&store, chat.id).await, [first]);
    assert_eq!(store.threads(None, 9).await.unwrap().items, [chat]);
    assert_eq!(store.preference("theme").await, Ok(None));
    let after = store.figures().await.unwrap();
    assert_eq!((after.threads, after.steps), (before.threads, before.steps));
}

#[tokio::test]
async fn changes_see_those_before_them_in_the_same_list() {
    let person = Person::new();
    let store = person.open();
    let (chat, again) = (thread("chat", at(0)), said(0, "second life of the place"));
    let first = said(0, "first");
    write(
        &store,
        vec![
            put(&chat),
            put_step(chat.id, &first),
            put_step(chat.id, &said(1, "goes with the thread")),
            Change::RemoveStep { thread: chat.id, step: first.id },
            put_step(chat.id, &said(0, "goes too")),
            Change::DeleteThread(chat.id),
            put(&chat),
            put_step(chat.id, &again),
        ],
    )
    .await;
    assert_eq!(all_steps(&store, chat.id).await, [again]);
    let figures = store.figures().await.unwrap();
    assert_eq!((figures.threads, figures.steps), (1, 1), "counts follow what was undone as well");
}

#[tokio::test]
async fn deleting_leaves_no_record_of_a_thread_and_all_of_the_others() {
    let person = Person::new();
    let (gone, stays) = (thread("gone", at(0)), thread("stays", at(0)));
    let keep = said(0, "stays");
    {
        let store = person.open();
        let mut changes = vec![put(&gone), put(&stays), put_step(stays.id, &keep)];
        changes.extend((0..40).map(|n| put_step(gone.id, &said(n, &"gone ".repeat(1_500)))));
        write(&store, changes).await;
        write(&store, vec![Change::DeleteThread(gone.id)]).await;
        write(&store, vec![Change::DeleteThread(gone.id)]).await;
        assert_eq!(all_steps(&store, stays.id).await, [keep]);
        assert_eq!(all_steps(&store, gone.id).await, []);
    }
    let raw = person.raw();
    for (tree, left) in [("threads", 1), ("recent", 1), ("steps", 1), ("ids", 1), ("pieces", 0)] {
        assert_eq!(raw.open_tree(tree).unwrap().len(), left, "records left in {tree}");
    }
}

#[tokio::test]
async fn a_step_is_removed_only_from_its_own_thread() {
    let person = Person::new();
    let store = person.open();
    let (one, other) = (thread("one", at(0)), thread("other", at(1)));
    let step = said(0, "text");
    write(&store, vec![put(&one), put(&other), put_step(one.id, &step)]).await;
    write(&store, vec![Change::RemoveStep { thread: other.id, step: step.id }]).await;
    assert_eq!(all_steps(&store, one.id).await.len(), 1, "the wrong thread was named");
    write(&store, vec![Change::RemoveStep { thread: one.id, step: step.id }]).await;
    assert_eq!(all_steps(&store, one.id).await, []);
}

#[tokio::test]
async fn preferences_are_set_changed_removed_and_may_be_null() {
    let person = Person::new();
    let set =
        |name: &str, value: Option<Value>| vec![Change::PutPreference { name: name.into(), value }];
    {
        let store = person.open();
        assert_eq!(store.preference("model").await, Ok(None));
        write(&store, set("model", Some(json!({"url": "http://localhost"})))).await;
        write(&store, set("model", Some(json!(2)))).await;
        write(&store, set("theme", Some(Value::Null))).await;
        write(&store, set("gone", Some(json!(true)))).await;
        write(&store, set("gone", None)).await;
    }
    let store = person.open();
    assert_eq!(store.preference("model").await, Ok(Some(json!(2))));
    assert_eq!(store.preference("theme").await, Ok(Some(Value::Null)), "null is a value");
    assert_eq!(store.preference("gone").await, Ok(None));
}

#[tokio::test]
async fn large_steps_come_back_whole_and_count_as_bytes() {
    let person = Person::new();
    let chat = thread("large", at(0));
    let mut texts: Vec<String> =
        [1 << 20, 200_000, 100_000, 1].iter().map(|&n| "ä".repeat(n / 2 + 1)).collect();
    // Around the end of a first piece and of a second, whatever the record adds to them.
    texts.extend((3_300..4_300).step_by(7).map(|n| "x".repeat(n)));
    texts.extend((7_400..8_300).step_by(7).map(|n| "x".repeat(n)));
    {
        let store = person.open();
        write(&store, vec![put(&chat)]).await;
        for (n, text) in texts.iter().enumerate() {
            let step = said(u32::try_from(n).unwrap(), text);
            write(&store, vec![put_step(chat.id, &step)]).await;
        }
    }
    let store = person.open();
    let read: Vec<_> = all_steps(&store, chat.id).await.into_iter().map(|s| s.output).collect();
    assert!(read == texts, "texts of up to a mebibyte must come back whole");

    let Figures { threads, steps, bytes } = store.figures().await.unwrap();
    assert_eq!((threads, steps), (1, texts.len() as u64));
    assert_no_blobs(&person);
    assert!(bytes > 1_300_000, "the files hold at least the texts, got {bytes}");
    assert_eq!(bytes, bytes_on_disk(&person.dir()));
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_all_get_their_answer_and_each_keeps_its_order() {
    let person = Person::new();
    let store = Arc::new(person.open());
    let chats: Vec<_> = (0..8).map(|n| thread("chat", at(n))).collect();
    write(&store, chats.iter().map(put).collect()).await;
    let tasks: Vec<_> = chats
        .iter()
        .map(|chat| {
            let (store, id) = (Arc::clone(&store), chat.id);
            tokio::spawn(async move {
                let mut step = said(0, "");
                for n in 0..30 {
                    step.output = n.to_string();
                    let durability = if n % 3 == 0 { Durability::OnDisk } else { Durability::Soon };
                    store.write(vec![put_step(id, &step)], durability).await.unwrap();
                    let seen = all_steps(&store, id).await;
                    assert_eq!(seen, [step.clone()], "what is acknowledged is read");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.figures().await.unwrap().steps, 8);
}

#[tokio::test]
async fn a_write_nobody_waits_for_still_comes_before_the_next() {
    let person = Person::new();
    let store = person.open();
    let chat = thread("chat", at(0));
    let mut step = said(0, "");
    write(&store, vec![put(&chat)]).await;
    for n in 0..50 {
        step.output = format!("growing {n}");
        {
            let mut begun = pin!(store.write(vec![put_step(chat.id, &step)], Durability::OnDisk));
            // Begun, and left alone like the reply of a person who pressed Stop.
            poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_ready())).await;
        }
        step.output = format!("stopped {n}");
        write(&store, vec![put_step(chat.id, &step)]).await;
        assert_eq!(all_steps(&store, chat.id).await, [step.clone()]);
    }
}

//! Files that go, and what must not go with them.

use std::fs;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use confidant_chat::ids::{ElementId, StepId, ThreadId};
use confidant_chat::port::history::{Change, Durability, FileSource, History, HistoryError};
use confidant_store::bytes_on_disk;

use crate::files::{dir, keep, names, path, wait_until, zeros};
use crate::kit::{Person, at, files, put, put_step, said, thread, write};

#[tokio::test]
async fn files_go_with_their_thread_and_no_other() {
    let person = Person::new();
    let store = person.open();
    let [chat, other, unkept] = [0, 1, 2].map(|second| thread("chat", at(second)));
    write(&store, vec![put(&chat), put(&other)]).await;
    let file = keep(&store, chat.id, &[7; 300_000]).await;
    let kept = keep(&store, other.id, b"kept").await;
    let begun = keep(&store, unkept.id, b"begun").await;
    let before = bytes_on_disk(&dir(&person));

    let refused = vec![
        Change::DeleteThread(chat.id),
        Change::RemoveStep { thread: chat.id, step: StepId::new() },
        put_step(ThreadId::new(), &said(0, "nowhere")),
    ];
    assert_eq!(store.write(refused, Durability::OnDisk).await, Err(HistoryError::NotFound));
    assert_eq!(store.read_file(chat.id, file, 0, 1).await, Ok(vec![7]), "refused is refused");

    write(&store, vec![Change::DeleteThread(chat.id), put(&chat)]).await;
    assert_eq!(store.read_file(chat.id, file, 0, 1).await, Ok(vec![7]), "it is there again");

    write(&store, vec![Change::DeleteThread(chat.id), Change::DeleteThread(unkept.id)]).await;
    for (thread, file) in [(chat.id, file), (unkept.id, begun)] {
        let read = store.read_file(thread, file, 0, 1).await;
        assert_eq!(read, Err(HistoryError::NotFound), "gone when it is acknowledged");
    }
    assert_eq!(store.read_file(other.id, kept, 0, 9).await, Ok(b"kept".to_vec()));

    // What takes its place is new, and keeps what is put now.
    let new = keep(&store, chat.id, b"new").await;
    write(&store, vec![put(&chat)]).await;
    store.close().await.unwrap();
    assert!(bytes_on_disk(&dir(&person)) < before - 300_000, "closing waits for what goes");
    let store = person.open();
    assert_eq!(store.read_file(chat.id, new, 0, 9).await, Ok(b"new".to_vec()));
    assert_eq!(files(&dir(&person)).len(), 2, "and nothing else is left");
}

#[tokio::test]
async fn files_of_a_thread_can_be_removed_alone() {
    let person = Person::new();
    let store = person.open();
    let chat = thread("chat", at(0));
    write(&store, vec![put(&chat)]).await;
    let file = keep(&store, chat.id, b"content").await;
    for thread in [chat.id, chat.id, ThreadId::new()] {
        assert_eq!(store.remove_files(thread).await, Ok(()), "also when there are none");
    }
    assert_eq!(store.read_file(chat.id, file, 0, 9).await, Err(HistoryError::NotFound));
    assert_eq!(files(&dir(&person)), [].into());
    assert_eq!(store.thread(chat.id).await, Ok(chat), "the thread itself stays");
}

#[tokio::test]
async fn what_earlier_runs_left_goes_and_what_this_one_puts_stays() {
    let person = Person::new();
    let (chat, unkept, again) = (thread("chat", at(0)), ThreadId::new(), ThreadId::new());
    let (kept, old) = {
        let store = person.open();
        write(&store, vec![put(&chat)]).await;
        keep(&store, unkept, b"its first message was never kept").await;
        let old = keep(&store, again, b"nor this one's").await;
        (keep(&store, chat.id, b"kept").await, old)
    };
    // What a run leaves behind that ends between writing a file and giving it its name, and between
    // taking a thread's files away and removing them.
    let run = ThreadId::new();
    fs::write(dir(&person).join(format!("{run}.0.new")), "half").unwrap();
    let gone = dir(&person).join(format!("{run}.1.gone"));
    fs::create_dir(&gone).unwrap();
    fs::write(gone.join(ElementId::new().to_string()), "deleted").unwrap();
    let foreign = dir(&person).join("made by something else");
    fs::write(&foreign, "foreign").unwrap();

    let store = person.open();
    let new = ThreadId::new();
    let put_now = keep(&store, new, b"before the first message").await;
    let (of_chat, of_new) = (path(&person, chat.id, kept), path(&person, new, put_now));
    let whole = [of_chat, of_new, foreign].into();
    wait_until("the leftovers go", || names(&person) == whole);
    assert_eq!(store.read_file(chat.id, kept, 0, 9).await, Ok(b"kept".to_vec()));
    assert_eq!(store.read_file(new, put_now, 0, 6).await, Ok(b"before".to_vec()));
    assert_eq!(store.read_file(again, old, 0, 9).await, Err(HistoryError::NotFound));
    drop(store);

    let store = person.open();
    wait_until("so does what this one never kept", || names(&person).len() == 2);
    assert_eq!(store.read_file(chat.id, kept, 0, 9).await, Ok(b"kept".to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_what_is_being_written_and_leaves_nothing_of_it() {
    let person = Person::new();
    let store = Arc::new(person.open());
    let chat = thread("chat", at(0));
    let (_home, source) = zeros(1 << 30);
    let writing = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.put_file(chat.id, ElementId::new(), source).await })
    };
    wait_until("it is being written", || bytes_on_disk(&dir(&person)) > 1 << 20);
    store.close().await.unwrap();
    assert_eq!(writing.await.unwrap(), Err(HistoryError::Closed));
    assert_eq!(files(&dir(&person)), [].into());
    let closed = Err(HistoryError::Closed);
    assert_eq!(store.read_file(chat.id, ElementId::new(), 0, 1).await.map(drop), closed);
    assert_eq!(store.remove_files(chat.id).await, closed);
    let late = store.put_file(chat.id, ElementId::new(), FileSource::Bytes(vec![])).await;
    assert_eq!(late.map(drop), closed);
    person.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_threads_files_refuses_what_is_being_written_to_it() {
    let person = Person::new();
    let store = Arc::new(person.open());
    let thread = ThreadId::new();
    let (_home, source) = zeros(1 << 30);
    let writing = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.put_file(thread, ElementId::new(), source).await })
    };
    wait_until("it is being written", || bytes_on_disk(&dir(&person)) > 1 << 20);
    store.remove_files(thread).await.unwrap();
    let refused = writing.await.unwrap();
    assert!(matches!(refused, Err(HistoryError::Failed(_))), "all are removed: {refused:?}");
    assert_eq!(files(&dir(&person)), [].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_is_given_up() {
    let person = Person::new();
    let store = person.open();
    let (_home, source) = zeros(1 << 30);
    {
        let mut begun = pin!(store.put_file(ThreadId::new(), ElementId::new(), source));
        poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_ready())).await;
        wait_until("it is being written", || bytes_on_disk(&dir(&person)) > 1 << 20);
    }
    wait_until("it is given up", || names(&person).is_empty());
}

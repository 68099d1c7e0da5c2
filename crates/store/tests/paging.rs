//! Pages of threads and pages of steps.

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::{Change, History, Page, ThreadCursor};
use confidant_chat::thread::Thread;
use confidant_store::Store;
use jiff::SignedDuration;

use crate::kit::{Person, at, put, put_step, repairs, said, thread, write};

fn names(page: &Page<Thread, ThreadCursor>) -> Vec<&str> {
    page.items.iter().map(|thread| thread.name.as_str()).collect()
}

async fn sequences(
    store: &Store,
    thread: ThreadId,
    before: Option<u32>,
    limit: usize,
) -> (Vec<u32>, Option<u32>) {
    let page = store.steps(thread, before, limit).await.unwrap();
    (page.items.iter().map(|step| step.sequence).collect(), page.next)
}

#[tokio::test]
async fn threads_come_newest_first_in_pages_that_join_without_gap_or_repeat() {
    let person = Person::new();
    let store = person.open();
    let changes =
        ["a", "b", "c", "d", "e"].iter().zip(0..).map(|(name, s)| put(&thread(name, at(s))));
    write(&store, changes.collect()).await;

    let first = store.threads(None, 2).await.unwrap();
    assert_eq!(names(&first), ["e", "d"]);
    let second = store.threads(first.next, 2).await.unwrap();
    assert_eq!(names(&second), ["c", "b"]);
    let third = store.threads(second.next, 2).await.unwrap();
    assert_eq!((names(&third), third.next), (vec!["a"], None), "the last page says so");

    let exact = store.threads(None, 5).await.unwrap();
    assert_eq!((exact.items.len(), exact.next), (5, None), "a full page can be the last one");
    let none = store.threads(None, 0).await.unwrap();
    assert_eq!((none.items.len(), none.next), (0, None), "who asks for nothing gets nothing");
}

#[tokio::test]
async fn activity_moves_a_thread_to_the_top_and_leaves_nothing_behind() {
    let person = Person::new();
    let store = person.open();
    let mut old = thread("old", at(0));
    write(&store, vec![put(&old), put(&thread("new", at(1)))]).await;
    let page = store.threads(None, 1).await.unwrap();

    old.last_activity = at(2);
    write(&store, vec![put(&old)]).await;
    assert_eq!(names(&store.threads(None, 9).await.unwrap()), ["old", "new"]);
    let below = store.threads(page.next, 9).await.unwrap();
    assert_eq!(names(&below), [""; 0], "a page begun before does not show it a second time");

    let id = old.id;
    drop(store);
    let raw = person.raw();
    assert_eq!(raw.open_tree("recent").unwrap().len(), 2, "one entry each, the old one is gone");
    drop(raw);

    let store = person.open();
    write(&store, vec![Change::DeleteThread(id)]).await;
    assert_eq!(names(&store.threads(None, 9).await.unwrap()), ["new"]);
}

#[tokio::test]
async fn of_threads_with_one_time_the_latest_begun_comes_first_and_paging_splits_them() {
    let person = Person::new();
    let store = person.open();
    let threads: Vec<_> = ["a", "b", "c"].iter().map(|name| thread(name, at(7))).collect();
    write(&store, threads.iter().map(put).collect()).await;
    let first = store.threads(None, 2).await.unwrap();
    assert_eq!(names(&first), ["c", "b"]);
    assert_eq!(names(&store.threads(first.next, 2).await.unwrap()), ["a"]);
}

#[tokio::test]
async fn times_order_to_the_nanosecond_and_before_1970() {
    let person = Person::new();
    let store = person.open();
    let nano = SignedDuration::from_nanos(1);
    let ancient = jiff::Timestamp::from_second(-5_000_000_000).unwrap();
    write(
        &store,
        vec![
            put(&thread("ancient", ancient)),
            put(&thread("later", at(0) + nano)),
            put(&thread("now", at(0))),
        ],
    )
    .await;
    let first = store.threads(None, 1).await.unwrap();
    assert_eq!(names(&first), ["later"]);
    assert_eq!(names(&store.threads(first.next, 9).await.unwrap()), ["now", "ancient"]);
}

#[tokio::test]
async fn steps_come_from_the_end_oldest_first_within_a_page() {
    let person = Person::new();
    let store = person.open();
    let chat = thread("chat", at(0));
    let mut changes = vec![put(&chat), put(&thread("neighbour", at(0)))];
    // Sequences may have gaps, and 256 sorts after 3 only if its bytes are in the right order.
    changes.extend([0, 1, 3, 256, 70_000].map(|s| put_step(chat.id, &said(s, "text"))));
    write(&store, changes).await;

    assert_eq!(sequences(&store, chat.id, None, 2).await, (vec![256, 70_000], Some(256)));
    assert_eq!(sequences(&store, chat.id, Some(256), 2).await, (vec![1, 3], Some(1)));
    assert_eq!(sequences(&store, chat.id, Some(1), 2).await, (vec![0], None));
    assert_eq!(sequences(&store, chat.id, Some(0), 2).await, (vec![], None));
    assert_eq!(sequences(&store, chat.id, None, 5).await.1, None, "a full page can be the last");
    assert_eq!(sequences(&store, chat.id, Some(2), 9).await, (vec![0, 1], None));
    assert_eq!(sequences(&store, chat.id, None, 0).await, (vec![], None));
    assert_eq!(sequences(&store, ThreadId::new(), None, 9).await, (vec![], None), "no such thread");
}

#[tokio::test]
async fn the_highest_sequence_is_a_place_like_others_and_threads_do_not_mix() {
    let person = Person::new();
    let store = person.open();
    let ids: [_; 3] = std::array::from_fn(|low| {
        let mut id = [0xFF; 16];
        id[15] = u8::try_from(low).unwrap();
        ThreadId::from_bytes(id)
    });
    for id in ids {
        let chat = Thread { id, ..thread("chat", at(0)) };
        let steps = [0, u32::MAX].map(|s| put_step(id, &said(s, "text")));
        write(&store, [vec![put(&chat)], steps.to_vec()].concat()).await;
    }
    for id in ids {
        assert_eq!(sequences(&store, id, None, 9).await, (vec![0, u32::MAX], None));
        assert_eq!(sequences(&store, id, Some(u32::MAX), 9).await, (vec![0], None));
    }
}

#[tokio::test]
async fn ten_thousand_threads_are_walked_page_by_page() {
    let person = Person::new();
    let store = person.open();
    for start in (0..10_000).step_by(1_000) {
        let some = (start..start + 1_000).map(|n| put(&thread(&n.to_string(), at(n))));
        write(&store, some.collect()).await;
    }
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = store.threads(cursor, 50).await.unwrap();
        seen.extend(page.items.into_iter().map(|thread| thread.name));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (0..10_000).rev().map(|n: i64| n.to_string()).collect();
    assert_eq!(seen, expected, "every thread once, the newest first");
    assert_eq!(store.figures().await.unwrap().threads, 10_000);
}

#[tokio::test]
async fn a_step_is_found_by_its_id_in_its_own_thread_only() {
    let person = Person::new();
    let store = person.open();
    let [chat, other] = [0, 1].map(|second| thread("chat", at(second)));
    let steps = [said(0, "short"), said(7, &"long ".repeat(5_000))];
    let both = steps.iter().map(|step| put_step(chat.id, step));
    write(&store, [put(&chat), put(&other)].into_iter().chain(both).collect()).await;
    for step in &steps {
        assert_eq!(store.step(chat.id, step.id).await, Ok(Some(step.clone())));
        assert_eq!(store.step(other.id, step.id).await, Ok(None), "it is another thread's");
    }
    assert_eq!(store.step(chat.id, StepId::new()).await, Ok(None));
    write(&store, vec![Change::RemoveStep { thread: chat.id, step: steps[0].id }]).await;
    assert_eq!(store.step(chat.id, steps[0].id).await, Ok(None));
    write(&store, vec![Change::DeleteThread(chat.id)]).await;
    assert_eq!(store.step(chat.id, steps[1].id).await, Ok(None));
}

#[tokio::test]
async fn an_id_that_leads_to_another_step_is_put_right() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    let [one, other] = [0, 1].map(|sequence| said(sequence, "text"));
    write(&person.open(), vec![put(&chat), put_step(chat.id, &one), put_step(chat.id, &other)])
        .await;
    {
        let ids = person.raw().open_tree("ids").unwrap();
        let place = ids.get(other.id.as_bytes()).unwrap().unwrap();
        ids.insert(one.id.as_bytes(), place).unwrap();
    }
    let store = person.open();
    assert_eq!(repairs(&store).healed, 1);
    for step in [one, other] {
        assert_eq!(store.step(chat.id, step.id).await, Ok(Some(step)));
    }
}

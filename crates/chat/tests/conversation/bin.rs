//! Threads that are pinned, put into the bin, taken out of it, and deleted for good.

use std::sync::Arc;
use std::time::Duration;

use confidant_chat::clock;
use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Change, Durability, History, HistoryError};
use confidant_chat::prelude::*;
use confidant_chat::runtime::OpenError;
use confidant_chat::thread::BIN_DAYS;
use jiff::SignedDuration;

use crate::support::{Desk, View, echo, sign_in, sign_in_over};

/// Until what is said from here on is later than what was said before: times are whole
/// milliseconds, and a conversation in memory takes less than one.
async fn later() {
    let now = clock::now();
    while clock::now() == now {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn threads(desk: &Desk, count: usize) -> Vec<ThreadId> {
    let mut threads = Vec::new();
    for _ in 0..count {
        later().await;
        let (thread, mut view) = desk.open("echo").await;
        desk.say(thread, "hello").await;
        view.idle().await;
        threads.push(thread);
    }
    threads
}

async fn listed(desk: &Desk) -> Vec<ThreadId> {
    let page = desk.person.threads(None).await.unwrap();
    page.items.iter().map(|thread| thread.id).collect()
}

async fn binned(desk: &Desk) -> Vec<ThreadId> {
    let page = desk.person.binned(None).await.unwrap();
    page.items.iter().map(|thread| thread.id).collect()
}

#[tokio::test]
async fn what_is_in_the_bin_is_out_of_the_list_and_comes_back_as_it_was() {
    let desk = sign_in(App::new().profile(echo()));
    let all = threads(&desk, 3).await;
    let before = listed(&desk).await;
    let one_is_nowhere = desk.person.bin(&[all[0], ThreadId::new()]).await;
    assert_eq!(one_is_nowhere, Err(HistoryError::NotFound));
    assert_eq!(listed(&desk).await, before, "all of them or none");
    desk.person.bin(&[all[1], all[1]]).await.unwrap();
    assert_eq!(listed(&desk).await, [all[2], all[0]]);
    assert_eq!(binned(&desk).await, [all[1]]);
    let (sink, _view) = View::new();
    let opened = desk.person.resume(all[1], sink).await;
    assert_eq!(opened, Err(OpenError::History(HistoryError::NotFound)), "it is not to be said in");

    desk.person.restore(&[all[1]]).await.unwrap();
    assert_eq!((listed(&desk).await, binned(&desk).await), (before, vec![]));
    let mut view = desk.resume(all[1]).await;
    assert_eq!(view.opened().await.steps.len(), 2, "with everything in it");

    let nowhere = Err(HistoryError::NotFound);
    assert_eq!(desk.person.restore(&[ThreadId::new()]).await, nowhere);
    assert_eq!(desk.person.pin(ThreadId::new(), true).await, nowhere);
}

#[tokio::test]
async fn a_pin_stands_while_the_conversation_goes_on() {
    let desk = sign_in(App::new().profile(echo()));
    let all = threads(&desk, 2).await;
    let mut view = desk.resume(all[0]).await;
    view.opened().await;
    desk.person.pin(all[0], true).await.unwrap();
    let named = view.until(|event| match event {
        Event::Named { thread } => Some(thread.pinned),
        _ => None,
    });
    assert!(named.await, "the list is told");
    later().await;
    let (newest, mut other) = desk.open("echo").await;
    desk.say(newest, "hello").await;
    other.idle().await;
    assert_eq!(listed(&desk).await, [all[0], newest, all[1]]);
    desk.say(all[0], "again").await;
    // What is idle may still be what was before.
    view.until(|event| match event {
        Event::Said { step } if step.output == "You said: again" => Some(()),
        _ => None,
    })
    .await;
    view.idle().await;
    assert!(desk.history.thread(all[0]).await.unwrap().pinned, "not unpinned by what is said");
    desk.person.pin(all[0], false).await.unwrap();
    assert!(!desk.history.thread(all[0]).await.unwrap().pinned);
    assert_eq!(listed(&desk).await[2], all[1], "it stands by its activity now");
}

#[tokio::test]
async fn the_bin_is_cleared_of_what_is_old_at_sign_in() {
    let desk = sign_in(App::new().profile(echo()));
    let all = threads(&desk, 3).await;
    let days = |days: i64| Some(clock::now() - SignedDuration::from_hours(24 * days));
    for (id, since) in [(all[0], days(BIN_DAYS + 1)), (all[1], days(BIN_DAYS - 1))] {
        let thread = Thread { binned_at: since, ..desk.history.thread(id).await.unwrap() };
        let put = Change::PutThread(Box::new(thread));
        desk.history.write(vec![put], Durability::OnDisk).await.unwrap();
    }
    desk.person.end_all().await;
    let desk = sign_in_over(App::new().profile(echo()), Arc::clone(&desk.history));
    desk.person.begin().await;
    assert_eq!((binned(&desk).await, listed(&desk).await), (vec![all[1]], vec![all[2]]));
    assert_eq!(desk.history.thread(all[0]).await, Err(HistoryError::NotFound));
}

//! Looking for what was said, and showing where it stands.

use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Change, Durability, History, HistoryError};
use confidant_chat::prelude::*;
use confidant_chat::runtime::{Findings, FoundPlaces};
use confidant_chat::search::{Piece, Search, Speaker};

use crate::support::{Desk, echo, sign_in};

fn told(pieces: &[Piece]) -> String {
    let tell = |Piece { text, marked }: &Piece| match marked {
        true => format!("[{text}]"),
        false => text.clone(),
    };
    pieces.iter().map(tell).collect()
}

async fn find(desk: &Desk, text: &str) -> Findings {
    desk.person.search(Search::everywhere(text), 0).await.unwrap()
}

#[tokio::test]
async fn messages_and_names_are_found_with_what_is_around_them() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "a red cat").await;
    view.idle().await;
    let found = find(&desk, "re cat ").await;
    assert_eq!(found, Findings { threads: vec![], messages: vec![], next: None, whole: true });

    let found = find(&desk, "cat re").await;
    let names: Vec<_> = found.threads.iter().map(|it| told(&it.name)).collect();
    assert_eq!(names, ["a [red] [cat]"]);
    let snippets: Vec<_> = found.messages.iter().map(|it| told(&it.snippet)).collect();
    assert_eq!(snippets, ["You said: a [red] [cat]", "a [red] [cat]"]);
    let [reply, asked] = &found.messages[..] else { panic!("two of them") };
    assert_eq!((reply.speaker, asked.speaker), (Speaker::Profile, Speaker::Person));
    assert_eq!((asked.thread.id, asked.branch), (thread, 0));
    let Findings { threads, messages, .. } = desk
        .person
        .search(Search { speaker: Some(Speaker::Person), ..Search::everywhere("cat") }, 0)
        .await
        .unwrap();
    assert_eq!((threads.len(), messages.len()), (0, 1), "nobody says a name");

    desk.person.bin(&[thread]).await.unwrap();
    assert_eq!(find(&desk, "cat").await.messages, []);
    desk.person.restore(&[thread]).await.unwrap();
    assert_eq!(find(&desk, "cat").await.messages.len(), 2);
}

/// A thread in which `count` words are said, without a conversation around it.
async fn long(desk: &Desk, count: u32) -> Thread {
    let thread = Thread { name: "long".into(), ..Thread::begin("echo") };
    let steps = (0..count).map(|n| {
        let step = Step::said(StepKind::User, n, format!("word {n}"));
        Change::PutStep { thread: thread.id, step: Box::new(step) }
    });
    let put = Change::PutThread(Box::new(thread.clone()));
    let changes = std::iter::once(put).chain(steps).collect();
    desk.history.write(changes, Durability::OnDisk).await.unwrap();
    thread
}

#[tokio::test]
async fn what_is_found_comes_in_pages() {
    let desk = sign_in(App::new().profile(echo()));
    long(&desk, 70).await;
    let mut sequences = Vec::new();
    let mut next = Some(0);
    while let Some(skip) = next {
        let found = desk.person.search(Search::everywhere("word"), skip).await.unwrap();
        assert!(found.messages.len() <= 30);
        sequences.extend(found.messages.iter().map(|message| message.sequence));
        next = found.next;
    }
    sequences.sort_unstable();
    assert_eq!(sequences, (0..70).collect::<Vec<_>>(), "each once");
}

#[tokio::test]
async fn a_thread_is_read_from_any_of_its_places() {
    let desk = sign_in(App::new().profile(echo()));
    let thread = long(&desk, 200).await.id;
    let sequences = |steps: &[Step]| {
        let all: Vec<_> = steps.iter().map(|step| step.sequence).collect();
        assert!(all.is_sorted(), "oldest first");
        (all[0], all[all.len() - 1], all.len())
    };
    let around = desk.person.around(thread, 100).await.unwrap();
    assert_eq!(sequences(&around.steps), (75, 124, 50));
    assert_eq!((around.earlier, around.later), (Some(75), Some(125)));
    let later = desk.person.later(thread, 125).await.unwrap();
    assert_eq!((sequences(&later.items), later.next), ((125, 174, 50), Some(175)));
    let later = desk.person.later(thread, 175).await.unwrap();
    assert_eq!((sequences(&later.items), later.next), ((175, 199, 25), None));
    let first = desk.person.around(thread, 0).await.unwrap();
    assert_eq!((sequences(&first.steps), first.earlier), ((0, 24, 25), None));
    let last = desk.person.around(thread, 199).await.unwrap();
    assert_eq!((sequences(&last.steps), last.later), ((174, 199, 26), None));
    let nowhere = desk.person.around(ThreadId::new(), 0).await;
    assert_eq!(nowhere, Err(HistoryError::NotFound));
}

#[tokio::test]
async fn places_are_those_of_the_branch_in_view() {
    let desk = sign_in(App::new().profile(echo()));
    let (thread, mut view) = desk.open("echo").await;
    desk.say(thread, "one cat").await;
    view.idle().await;
    desk.say(thread, "no more").await;
    view.idle().await;
    let asked = desk.history.all_steps(thread)[0].clone();
    desk.person.edit(thread, asked.id, "another cat".into()).await.unwrap();
    view.idle().await;
    let places = async || desk.person.find(thread, "cat").await.unwrap();
    let FoundPlaces { sequences, more, whole } = places().await;
    assert_eq!((sequences.len(), more, whole), (2, false, true));
    desk.person.show_branch(thread, 0).await.unwrap();
    let before = places().await.sequences;
    assert_eq!(before.len(), 2);
    assert_ne!(before, sequences, "of the other branch");
    let nowhere = desk.person.find(ThreadId::new(), "cat").await;
    assert_eq!(nowhere, Err(HistoryError::NotFound));
}

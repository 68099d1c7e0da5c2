//! What the runtime of conversations costs over a sealed history on this machine's disk, beside
//! Chainlit. `cargo xtask bench conversation` runs it.
//!
//! The baseline is recorded and not measured in the same run, because it is a Python server with a
//! browser's protocol around it: Chainlit 2 on a comparable machine with two cores, with its SQLite
//! data layer where something is kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that fails has no value"
)]
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "kit/report.rs"]
mod report;

use std::sync::Arc;
use std::time::{Duration, Instant};

use confidant_chat::clock;
use confidant_chat::event::Event;
use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::port::history::{Change, Durability, History};
use confidant_chat::prelude::*;
use confidant_chat::runtime::{SignedIn, Sink};
use confidant_chat::testing::{MemoryDirectory, MemoryHistory, NoFacts};
use confidant_seal::DataKey;
use confidant_store::Store;
use futures::stream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::report::{Row, report};

/// Measurements of each. Odd, so that the median is one of them.
const ROUNDS: usize = 11;

/// How often a session is written and read in one measurement.
const SESSIONS: u32 = 100_000;

/// Turns in one measurement.
const TURNS: u32 = 40;

/// Pieces of a streamed reply.
const TOKENS: usize = 2_000;

/// Messages of the long thread.
const LONG: u32 = 10_000;

#[tokio::main]
async fn main() {
    let home = tempfile::tempdir().unwrap();
    let (user, key) = (UserId::new(), DataKey::random().unwrap());
    let store = Arc::new(Store::open(&home.path().join("history"), user, &key).unwrap());
    let sealed = || Arc::clone(&store) as Arc<dyn History>;
    let memory = || Arc::new(MemoryHistory::default()) as Arc<dyn History>;
    let long = write_long(&store).await;
    let micro = |time: Duration| time.as_secs_f64() * 1e6;
    let milli = |time: Duration| time.as_secs_f64() * 1e3;
    let rows = [
        Row {
            name: "session get + set",
            unit: "µs",
            ours: micro(median(async || session().await).await),
            baseline: 10.2,
        },
        Row {
            name: "echo turn, in memory",
            unit: "ms",
            ours: milli(median(async || turn(memory()).await).await),
            baseline: 7.4,
        },
        Row {
            name: "echo turn, sealed and on disk",
            unit: "ms",
            ours: milli(median(async || turn(sealed()).await).await),
            baseline: 10.4,
        },
        Row {
            name: "2,000 streamed tokens",
            unit: "ms",
            ours: milli(median(async || reply(sealed()).await).await),
            baseline: 146.0,
        },
        Row {
            name: "open 10,000 messages",
            unit: "ms",
            ours: milli(median(async || open(sealed(), long).await).await),
            baseline: 13_500.0,
        },
    ];
    report("Chainlit", &rows);
    println!("medians of {ROUNDS} measurements; Chainlit's figures are recorded ones");
    store.close().await.unwrap();
}

/// The median time of `measure`.
async fn median(mut measure: impl AsyncFnMut() -> Duration) -> Duration {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        times.push(measure().await);
    }
    times.sort();
    times[ROUNDS / 2]
}

/// One typed key set and read, within a running hook.
async fn session() -> Duration {
    const COUNT: SessionKey<u32> = SessionKey::new("count", || 0);
    let (into, mut took) = unbounded_channel();
    let profile = ChatProfile::new("counting").on_chat_start(move |chat: Chat| {
        let into = into.clone();
        async move {
            let began = Instant::now();
            for count in 0..SESSIONS {
                chat.session().set(COUNT, &count)?;
                assert_eq!(chat.session().get(COUNT)?, count);
            }
            into.send(began.elapsed() / SESSIONS)?;
            Ok(())
        }
    });
    let person = sign_in(profile, Arc::new(MemoryHistory::default()));
    let (sink, _events) = view();
    person.open("counting", sink).await.unwrap();
    let took = took.recv().await.unwrap();
    person.end_all().await;
    took
}

/// From sending a message to the end of the reply, on average over some turns.
async fn turn(history: Arc<dyn History>) -> Duration {
    let profile = ChatProfile::new("echo").on_message(async |chat: Chat, message: Message| {
        chat.say(format!("You said: {}", message.text())).await
    });
    let person = sign_in(profile, history);
    let (sink, mut events) = view();
    let thread = person.open("echo", sink).await.unwrap();
    let began = Instant::now();
    for _ in 0..TURNS {
        person.send(thread, "Hello there".into(), None).await.unwrap();
        until_idle(&mut events).await;
    }
    let took = began.elapsed() / TURNS;
    person.end_all().await;
    took
}

/// A reply in many small pieces, from sending the message to the end of the turn.
async fn reply(history: Arc<dyn History>) -> Duration {
    let profile = ChatProfile::new("poet").on_message(async |chat: Chat, _: Message| {
        let pieces = (0..TOKENS).map(|n| Ok(Delta::Text(format!("word{n} "))));
        chat.reply(stream::iter(pieces)).await.map(drop)
    });
    let person = sign_in(profile, history);
    let (sink, mut events) = view();
    let thread = person.open("poet", sink).await.unwrap();
    let began = Instant::now();
    person.send(thread, "go".into(), None).await.unwrap();
    until_idle(&mut events).await;
    let took = began.elapsed();
    person.end_all().await;
    took
}

/// From asking for a stored thread to its snapshot.
async fn open(history: Arc<dyn History>, thread: ThreadId) -> Duration {
    let person = sign_in(ChatProfile::new("long"), history);
    let (sink, mut events) = view();
    let began = Instant::now();
    person.resume(thread, sink).await.unwrap();
    let opened = events.recv().await.unwrap();
    let took = began.elapsed();
    assert!(matches!(opened, Event::Opened { .. }), "opening comes first");
    person.end_all().await;
    took
}

async fn write_long(store: &Store) -> ThreadId {
    let thread = Thread { name: "long".into(), ..Thread::begin("long") };
    let id = thread.id;
    store.write(vec![Change::PutThread(Box::new(thread))], Durability::Soon).await.unwrap();
    for chunk in (0..LONG).collect::<Vec<_>>().chunks(500) {
        let step = |sequence: &u32| {
            let kind =
                if sequence.is_multiple_of(2) { StepKind::User } else { StepKind::Assistant };
            let step = Step::said(kind, *sequence, format!("Message {sequence}. ").repeat(12));
            Change::PutStep { thread: id, step: Box::new(step) }
        };
        store.write(chunk.iter().map(step).collect(), Durability::Soon).await.unwrap();
    }
    id
}

fn sign_in(profile: ChatProfile, history: Arc<dyn History>) -> SignedIn {
    let user = User::new("bench").unwrap().with_role("admin");
    let user = PersistedUser { id: UserId::new(), created_at: clock::now(), user };
    let directory = Arc::new(MemoryDirectory::new(vec![user.clone()]));
    SignedIn::new(App::new().profile(profile), user, history, directory, Arc::new(NoFacts))
}

fn view() -> (Sink, UnboundedReceiver<Event>) {
    let (into, events) = unbounded_channel();
    (Arc::new(move |event| drop(into.send(event))), events)
}

async fn until_idle(events: &mut UnboundedReceiver<Event>) {
    loop {
        let event = events.recv().await.expect("the conversation is open");
        if matches!(event, Event::Working { working: false, .. }) {
            return;
        }
    }
}

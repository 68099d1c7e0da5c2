//! A signed-in person over a history in memory, and a view that collects events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use confidant_chat::clock;
use confidant_chat::event::{Event, Snapshot};
use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::port::directory::{Directory, DirectoryError};
use confidant_chat::port::history::{
    Change, Durability, Figures, History, HistoryError, Page, ThreadCursor,
};
use confidant_chat::port::installation::{Facts, Installation};
use confidant_chat::prelude::*;
use confidant_chat::runtime::SignedIn;
use confidant_chat::step::{Step, StepState};
use serde_json::Value;
use tokio::sync::mpsc;

/// Threads in memory, with a switch that makes every write fail as on a full disk.
#[derive(Default)]
pub(crate) struct MemoryHistory {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    full: bool,
    threads: BTreeMap<ThreadId, Thread>,
    steps: BTreeMap<(ThreadId, u32), Step>,
    preferences: BTreeMap<String, Value>,
}

impl MemoryHistory {
    pub(crate) fn set_full(&self, full: bool) {
        self.state.lock().unwrap().full = full;
    }

    pub(crate) fn all_steps(&self, thread: ThreadId) -> Vec<Step> {
        let state = self.state.lock().unwrap();
        state.steps.range((thread, 0)..=(thread, u32::MAX)).map(|(_, step)| step.clone()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.threads.is_empty() && state.preferences.is_empty()
    }
}

#[async_trait]
impl History for MemoryHistory {
    async fn write(&self, changes: Vec<Change>, _: Durability) -> Result<(), HistoryError> {
        let mut state = self.state.lock().unwrap();
        if state.full {
            return Err(HistoryError::StorageFull);
        }
        for change in changes {
            match change {
                Change::PutThread(thread) => {
                    state.threads.insert(thread.id, *thread);
                }
                Change::PutStep { thread, step } => {
                    state.steps.insert((thread, step.sequence), *step);
                }
                Change::RemoveStep { thread, step } => {
                    state.steps.retain(|(t, _), s| *t != thread || s.id != step);
                }
                Change::DeleteThread(thread) => {
                    state.threads.remove(&thread);
                    state.steps.retain(|(t, _), _| *t != thread);
                }
                Change::PutPreference { name, value: Some(value) } => {
                    state.preferences.insert(name, value);
                }
                Change::PutPreference { name, value: None } => {
                    state.preferences.remove(&name);
                }
            }
        }
        Ok(())
    }

    async fn threads(
        &self,
        _: Option<ThreadCursor>,
        limit: usize,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        let state = self.state.lock().unwrap();
        let mut items: Vec<_> = state.threads.values().cloned().collect();
        items.sort_by_key(|thread| std::cmp::Reverse(thread.last_activity));
        items.truncate(limit);
        Ok(Page { items, next: None })
    }

    async fn thread(&self, id: ThreadId) -> Result<Thread, HistoryError> {
        self.state.lock().unwrap().threads.get(&id).cloned().ok_or(HistoryError::NotFound)
    }

    async fn steps(
        &self,
        thread: ThreadId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<Step, u32>, HistoryError> {
        let steps: Vec<_> = self
            .all_steps(thread)
            .into_iter()
            .filter(|step| before.is_none_or(|before| step.sequence < before))
            .collect();
        let items = steps[steps.len().saturating_sub(limit)..].to_vec();
        let next = (items.len() < steps.len()).then(|| items[0].sequence);
        Ok(Page { items, next })
    }

    async fn next_sequence(&self, thread: ThreadId) -> Result<u32, HistoryError> {
        Ok(self.all_steps(thread).last().map_or(0, |step| step.sequence + 1))
    }

    async fn preference(&self, name: &str) -> Result<Option<Value>, HistoryError> {
        Ok(self.state.lock().unwrap().preferences.get(name).cloned())
    }

    async fn figures(&self) -> Result<Figures, HistoryError> {
        Ok(Figures::default())
    }
}

struct OnePerson(Mutex<PersistedUser>);

#[async_trait]
impl Directory for OnePerson {
    async fn people(&self) -> Result<Vec<PersistedUser>, DirectoryError> {
        Ok(vec![self.0.lock().unwrap().clone()])
    }

    async fn update(&self, _: UserId, user: User) -> Result<PersistedUser, DirectoryError> {
        let mut stored = self.0.lock().unwrap();
        stored.user = user;
        Ok(stored.clone())
    }
}

struct NoFacts;

#[async_trait]
impl Installation for NoFacts {
    async fn facts(&self) -> Facts {
        Facts {
            version: String::new(),
            started_at: clock::now(),
            keyring: String::new(),
            bytes: Vec::new(),
        }
    }
}

/// A person signed in to `app`.
pub(crate) struct Desk {
    pub(crate) person: SignedIn,
    pub(crate) history: Arc<MemoryHistory>,
}

pub(crate) fn sign_in(app: App) -> Desk {
    sign_in_over(app, Arc::default())
}

/// The same person again, over what they stored before.
pub(crate) fn sign_in_over(app: App, history: Arc<MemoryHistory>) -> Desk {
    let user = PersistedUser {
        id: UserId::new(),
        created_at: clock::now(),
        user: User::new("alice").unwrap().with_role("member"),
    };
    let directory = Arc::new(OnePerson(Mutex::new(user.clone())));
    let person = SignedIn::new(app, user, history.clone(), directory, Arc::new(NoFacts));
    Desk { person, history }
}

/// The events of one conversation, in order.
pub(crate) struct View {
    events: mpsc::UnboundedReceiver<Event>,
}

impl Desk {
    pub(crate) async fn open(&self, profile: &str) -> (ThreadId, View) {
        let (sink, view) = View::new();
        (self.person.open(profile, sink).await.unwrap(), view)
    }

    pub(crate) async fn resume(&self, thread: ThreadId) -> View {
        let (sink, view) = View::new();
        self.person.resume(thread, sink).await.unwrap();
        view
    }

    pub(crate) async fn say(&self, thread: ThreadId, text: &str) {
        self.person.send(thread, text.into(), None).await.unwrap();
    }
}

impl View {
    pub(crate) fn new() -> (confidant_chat::runtime::Sink, Self) {
        let (into, events) = mpsc::unbounded_channel();
        (Arc::new(move |event| drop(into.send(event))), Self { events })
    }

    pub(crate) async fn next(&mut self) -> Event {
        tokio::time::timeout(Duration::from_secs(10), self.events.recv())
            .await
            .expect("an event within ten seconds")
            .expect("the conversation is open")
    }

    /// Waits for the event that `pick` wants.
    pub(crate) async fn until<T>(&mut self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.next().await) {
                return found;
            }
        }
    }

    pub(crate) async fn opened(&mut self) -> Snapshot {
        match self.next().await {
            Event::Opened { snapshot } => *snapshot,
            other => panic!("the first event opens the conversation, not {other:?}"),
        }
    }

    /// Waits until nothing runs and nothing waits.
    pub(crate) async fn idle(&mut self) {
        self.until(|event| match event {
            Event::Working { working: false, queued } if queued.is_empty() => Some(()),
            _ => None,
        })
        .await;
    }

    /// The next step that is whole, as it is then.
    pub(crate) async fn whole(&mut self) -> Step {
        self.until(|event| match event {
            Event::Said { step } | Event::Changed { step } if step.state != StepState::Writing => {
                Some(*step)
            }
            _ => None,
        })
        .await
    }

    /// Whether the conversation is over and said everything.
    pub(crate) async fn closed(mut self) {
        while self.events.recv().await.is_some() {}
    }
}

/// A profile that repeats what it hears.
pub(crate) fn echo() -> ChatProfile {
    ChatProfile::new("echo").on_message(async |chat: Chat, message: Message| {
        chat.say(format!("You said: {}", message.text())).await
    })
}

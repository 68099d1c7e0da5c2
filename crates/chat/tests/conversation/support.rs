//! A signed-in person over a history in memory, and a view that collects events.

use std::sync::Arc;
use std::time::Duration;

use confidant_chat::clock;
use confidant_chat::event::Snapshot;
use confidant_chat::ids::{ThreadId, UserId};
use confidant_chat::prelude::*;
use confidant_chat::runtime::SignedIn;
use confidant_chat::testing::{MemoryDirectory, MemoryHistory, NoFacts};
use tokio::sync::mpsc;

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
    sign_in_as("member", app, history)
}

pub(crate) fn sign_in_as(role: &str, app: App, history: Arc<MemoryHistory>) -> Desk {
    let account = |name: &str, role: &str| PersistedUser {
        id: UserId::new(),
        created_at: clock::now(),
        user: User::new(name).unwrap().with_role(role),
    };
    let user = account("alice", role);
    let directory = Arc::new(MemoryDirectory::new(vec![user.clone(), account("root", "admin")]));
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

//! An app without a window, for its own tests: nothing is stored on the disk, and time stands
//! still until the test moves it.
//!
//! ```
//! use std::time::Duration;
//!
//! use confidant_chat::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result {
//! let app = App::new().profile(ChatProfile::new("shy").on_message(async |chat: Chat, _: Message| {
//!     match chat.ask(AskUser::new("Who are you?")).await? {
//!         Some(name) => chat.say(format!("Hello {name}")).await,
//!         None => chat.say("Never mind").await,
//!     }
//! }));
//! let test = app.test();
//! let mut chat = test.open("shy").await?;
//! chat.send("Hi").await?;
//! chat.answer("Ada").await?;
//! assert_eq!(chat.replies(), ["Who are you?", "Hello Ada"]);
//!
//! chat.send("Hi").await?;
//! test.advance(Duration::from_secs(61));
//! chat.rest().await?;
//! assert_eq!(chat.replies().last().unwrap(), "Never mind");
//! # Ok(())
//! # }
//! ```

mod chat;
mod directory;
mod history;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

pub use chat::{TestChat, TestError};
pub use directory::{MemoryDirectory, NoFacts};
pub use history::MemoryHistory;
pub use view::View;

use crate::app::App;
use crate::clock;
use crate::event::Event;
use crate::ids::{ThreadId, UserId};
use crate::port::model::Model;
use crate::runtime::{OpenError, SignedIn, Time, World};
use crate::user::{PersistedUser, User};

/// An app with somebody signed in, and everything they have in memory.
pub struct TestApp {
    app: App,
    person: Arc<SignedIn>,
    history: Arc<MemoryHistory>,
    directory: Arc<MemoryDirectory>,
    hands: watch::Sender<Duration>,
}

impl TestApp {
    /// `app`, with an admin called `tester` signed in. Their `on_sign_in` has not run.
    #[must_use]
    pub fn new(app: App) -> Self {
        let user = User {
            identifier: "tester".into(),
            display_name: Some("Tester".into()),
            metadata: serde_json::Map::new(),
        };
        Self::with(app, user.with_role(crate::user::ADMIN), Arc::default())
    }

    /// The same app with somebody else signed in, who has nothing stored.
    #[must_use]
    pub fn as_user(self, user: User) -> Self {
        Self::with(self.app, user, Arc::default())
    }

    fn with(app: App, user: User, history: Arc<MemoryHistory>) -> Self {
        let user = PersistedUser { id: UserId::new(), created_at: clock::now(), user };
        let directory = Arc::new(MemoryDirectory::new(vec![user.clone()]));
        Self::over(app, user, history, directory)
    }

    fn over(
        app: App,
        user: PersistedUser,
        history: Arc<MemoryHistory>,
        directory: Arc<MemoryDirectory>,
    ) -> Self {
        let (hands, time) = watch::channel(Duration::ZERO);
        let world = World::new(
            app.clone(),
            user,
            Arc::clone(&history) as _,
            Arc::clone(&directory) as _,
            Arc::new(NoFacts),
            Time::Moved(time),
        );
        let person = Arc::new(SignedIn::within(world));
        Self { app, person, history, directory, hands }
    }

    /// The signed-in person, as the window uses them.
    #[must_use]
    pub fn person(&self) -> &Arc<SignedIn> {
        &self.person
    }

    /// What they have stored.
    #[must_use]
    pub fn history(&self) -> &Arc<MemoryHistory> {
        &self.history
    }

    /// The accounts.
    #[must_use]
    pub fn directory(&self) -> &Arc<MemoryDirectory> {
        &self.directory
    }

    /// Answers with `model` from now on, where a profile has none of its own.
    pub fn use_model(&self, model: Arc<dyn Model>) {
        self.person.set_model(Some(model));
    }

    /// Enters the variables that the app declared.
    pub fn set_env<const N: usize>(&self, env: [(&str, &str); N]) {
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.person.set_env(BTreeMap::from(env));
    }

    /// Lets time pass for questions that wait. A handler's own timers go by the clock.
    pub fn advance(&self, by: Duration) {
        self.hands.send_modify(|now| *now = now.saturating_add(by));
    }

    /// Opens a new conversation, and waits until its `on_chat_start` is done or asks something.
    ///
    /// # Errors
    ///
    /// When there is no such profile for this person, or it does not come to rest.
    pub async fn open(&self, profile: &str) -> Result<TestChat, TestError> {
        let (sink, events) = chat::channel();
        let thread = self.person.open(profile, sink).await?;
        self.begin(thread, events).await
    }

    /// Opens a stored thread again, and waits until its `on_chat_resume` is done or asks something.
    ///
    /// # Errors
    ///
    /// When there is no such thread, its profile is not for this person, or it does not come to
    /// rest.
    pub async fn resume(&self, thread: ThreadId) -> Result<TestChat, TestError> {
        let (sink, events) = chat::channel();
        self.person.resume(thread, sink).await?;
        self.begin(thread, events).await
    }

    async fn begin(
        &self,
        thread: ThreadId,
        events: mpsc::UnboundedReceiver<Event>,
    ) -> Result<TestChat, TestError> {
        TestChat::begin(Arc::clone(&self.person), thread, events, self.hands.subscribe()).await
    }

    /// Signs out, which ends every conversation, and in again as the same person.
    pub async fn sign_in_again(self) -> Self {
        self.person.end_all().await;
        let user = self.person.user();
        let again = Self::over(self.app, user, self.history, self.directory);
        again.person.begin().await;
        again
    }
}

impl From<OpenError> for TestError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

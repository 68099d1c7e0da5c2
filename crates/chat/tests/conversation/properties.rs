//! Whatever a person does in whatever order, and however badly a profile behaves: what the events
//! told is what is there, and what was there comes back.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use confidant_chat::event::Snapshot;
use confidant_chat::prelude::*;
use confidant_chat::runtime::{OpenError, RunError};
use confidant_chat::testing::{TestApp, TestChat, TestError, View};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use crate::moody::{Counts, HANG, TEXTS, app};

/// One thing that a person does.
#[derive(Clone, Debug)]
enum Deed {
    Send(usize),
    /// Sends what never ends, and stops it or signs out.
    Hang {
        stop: bool,
    },
    Stop,
    Edit(Index, usize),
    Regenerate(Index),
    Retry,
    Answer,
    Decline,
    Press(Index),
    Rate(Index, Option<bool>),
    ShowBranch(Index),
    Set(bool),
    SetKey(usize, u8),
    /// Looks elsewhere and at once back again.
    Glance,
    /// Looks elsewhere until the conversation has ended.
    Leave,
    SignInAgain,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        8 => (0..TEXTS.len()).prop_map(Deed::Send),
        1 => any::<bool>().prop_map(|stop| Deed::Hang { stop }),
        1 => Just(Deed::Stop),
        3 => (any::<Index>(), 0..TEXTS.len()).prop_map(|(at, text)| Deed::Edit(at, text)),
        2 => any::<Index>().prop_map(Deed::Regenerate),
        1 => Just(Deed::Retry),
        3 => Just(Deed::Answer),
        1 => Just(Deed::Decline),
        1 => any::<Index>().prop_map(Deed::Press),
        2 => (any::<Index>(), any::<Option<bool>>()).prop_map(|(at, up)| Deed::Rate(at, up)),
        2 => any::<Index>().prop_map(Deed::ShowBranch),
        1 => any::<bool>().prop_map(Deed::Set),
        1 => (0_usize..3, any::<u8>()).prop_map(|(key, value)| Deed::SetKey(key, value)),
        1 => Just(Deed::Glance),
        1 => Just(Deed::Leave),
        2 => Just(Deed::SignInAgain),
    ];
    prop::collection::vec(deed, 1..30)
}

/// What can be refused is refused; anything else that goes wrong is a failure of the test.
fn allowed<T>(outcome: Result<T, TestError>) -> Result<(), TestCaseError> {
    match outcome {
        Ok(_)
        | Err(
            TestError::NothingAsked
            | TestError::Run(RunError::Busy | RunError::NoSuchMessage | RunError::NothingToRetry),
        ) => Ok(()),
        Err(error) => Err(broken(error)),
    }
}

fn broken(error: impl std::fmt::Debug) -> TestCaseError {
    TestCaseError::fail(format!("{error:?}"))
}

/// Somebody at work in a conversation.
struct Desk {
    test: TestApp,
    chat: TestChat,
    counts: Counts,
}

impl Desk {
    async fn new() -> Result<Self, TestCaseError> {
        let counts = Counts::default();
        let test = app(&counts).test();
        let chat = test.open("moody").await.map_err(broken)?;
        Ok(Self { test, chat, counts })
    }

    async fn after(mut self, deed: Deed) -> Result<Self, TestCaseError> {
        let step = |at: Index| {
            let steps = self.chat.steps();
            steps[at.index(steps.len())].id
        };
        match deed {
            Deed::Send(text) => allowed(self.chat.send(TEXTS[text]).await)?,
            Deed::Hang { stop } => return self.hang(stop).await,
            Deed::Stop => allowed(self.chat.stop().await)?,
            Deed::Edit(at, text) => allowed(self.chat.edit(step(at), TEXTS[text]).await)?,
            Deed::Regenerate(at) => allowed(self.chat.regenerate(step(at)).await)?,
            Deed::Retry => allowed(self.chat.retry().await)?,
            Deed::Answer => match self.chat.answer("yes").await {
                Err(TestError::Answer(_)) => allowed(self.chat.fill(json!({ "on": false })).await)?,
                outcome => allowed(outcome)?,
            },
            Deed::Decline => allowed(self.chat.decline().await)?,
            Deed::Press(at) => allowed(self.chat.press(step(at), "poke").await)?,
            Deed::Rate(at, up) => {
                let rating = up.map(|up| if up { Rating::Up } else { Rating::Down });
                let feedback = rating.map(|rating| Feedback { rating, comment: None });
                allowed(self.chat.rate(step(at), feedback).await)?;
            }
            Deed::ShowBranch(at) => {
                let branch = at.index(self.chat.view().snapshot().branches.len() + 1);
                allowed(self.chat.show_branch(u32::try_from(branch).map_err(broken)?).await)?;
            }
            Deed::Set(loud) => {
                let values = SettingValues::from_iter([("loud".to_owned(), json!(loud))]);
                allowed(self.chat.set(values).await)?;
            }
            Deed::SetKey(key, value) => {
                let (person, thread) = (self.test.person(), self.chat.thread());
                let key = format!("key {key}");
                person.set_session_value(thread, key, json!(value)).await.map_err(broken)?;
            }
            Deed::Glance if self.chat.view().snapshot().working => {
                // A turn is under way, so it is the same conversation that comes back into view.
                self.test.person().leave(self.chat.thread()).await;
            }
            Deed::Glance => return self.comes_back(false).await,
            Deed::Leave => {
                while self.chat.decline().await.is_ok() {}
                return self.comes_back(false).await;
            }
            Deed::SignInAgain => return self.comes_back(true).await,
        }
        self.looks_the_same().await
    }

    /// A turn that never ends by itself, after whatever waits.
    async fn hang(mut self, stop: bool) -> Result<Self, TestCaseError> {
        while self.chat.decline().await.is_ok() {}
        let (person, thread) = (self.test.person(), self.chat.thread());
        person.set_session_value(thread, HANG.into(), json!(true)).await.map_err(broken)?;
        self.chat.say("hang").await.map_err(broken)?;
        let hangs = |step: &Step| step.name == "hanging" && step.state == StepState::Writing;
        while !self.chat.steps().last().is_some_and(hangs) {
            self.chat.next().await.map_err(broken)?;
        }
        if !stop {
            return self.comes_back(true).await;
        }
        allowed(self.chat.stop().await)?;
        self.looks_the_same().await
    }

    /// What the events told is what somebody sees who looks now.
    async fn looks_the_same(mut self) -> Result<Self, TestCaseError> {
        let told = self.chat.view().snapshot().clone();
        self.chat = self.test.resume(self.chat.thread()).await.map_err(broken)?;
        let now = self.chat.view().snapshot();
        prop_assert_eq!((now.working, &now.queued), (told.working, &told.queued));
        same(now, &told)?;
        Ok(self)
    }

    /// What the events told to the end is what comes back later.
    async fn comes_back(self, sign_out: bool) -> Result<Self, TestCaseError> {
        let Self { mut test, chat, counts } = self;
        let thread = chat.thread();
        let mut remembered = session(&test, &chat).await?;
        let mut told: View = chat.view().clone();
        if sign_out {
            test = test.sign_in_again().await;
        }
        // Where it is over already, there is nothing to leave, and the last events are given.
        chat.leave().await.into_iter().for_each(|event| told.apply(event));
        let (opened, ended) =
            (counts.opened.load(Ordering::SeqCst), counts.ended.load(Ordering::SeqCst));
        prop_assert_eq!(opened, ended, "each opening ends once");
        let chat = match test.resume(thread).await {
            Ok(chat) => {
                prop_assert!(told.snapshot().stored);
                let ends = remembered.get("ended").and_then(Value::as_u64).unwrap_or(0);
                remembered.insert("ended".into(), json!(ends + 1));
                prop_assert_eq!(session(&test, &chat).await?, remembered);
                same(chat.view().snapshot(), told.snapshot())?;
                chat
            }
            Err(TestError::Open(OpenError::History(_))) => {
                prop_assert!(!told.snapshot().stored);
                prop_assert!(test.history().is_empty(), "what nothing was said in is gone");
                test.open("moody").await.map_err(broken)?
            }
            Err(error) => return Err(broken(error)),
        };
        Ok(Self { test, chat, counts })
    }
}

/// Every key of the session and its value.
async fn session(
    test: &TestApp,
    chat: &TestChat,
) -> Result<BTreeMap<String, Value>, TestCaseError> {
    let (person, thread) = (test.person(), chat.thread());
    let mut all = BTreeMap::new();
    for key in person.session_keys(thread).await.map_err(broken)? {
        let value = person.session_value(thread, &key).await.map_err(broken)?;
        all.insert(key, value.ok_or_else(|| broken("a key without a value"))?);
    }
    Ok(all)
}

/// Whether two snapshots show the same. The newer one may begin later.
fn same(now: &Snapshot, told: &Snapshot) -> Result<(), TestCaseError> {
    let first = now.steps.first().map_or(0, |step| step.sequence);
    let shown: Vec<_> = told.steps.iter().filter(|step| step.sequence >= first).collect();
    prop_assert_eq!(now.steps.iter().collect::<Vec<_>>(), shown);
    prop_assert_eq!((&now.branches, now.branch), (&told.branches, told.branch));
    prop_assert_eq!((&now.values, &now.commands), (&told.values, &told.commands));
    prop_assert_eq!(now.stored, told.stored);
    if now.stored {
        prop_assert_eq!(&now.thread, &told.thread);
    }
    Ok(())
}

/// Handlers panic here on purpose, and a backtrace of each takes its time.
fn keep_quiet_about_handlers() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some("hook") {
            loud(panic);
        }
    }));
}

proptest! {
    #[test]
    fn whatever_is_done_events_tell_all_of_it_and_all_of_it_comes_back(deeds in deeds()) {
        static QUIET: std::sync::Once = std::sync::Once::new();
        QUIET.call_once(keep_quiet_about_handlers);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut desk = Desk::new().await?;
            for deed in deeds {
                desk = desk.after(deed).await?;
            }
            desk.comes_back(true).await.map(drop)
        })?;
    }
}

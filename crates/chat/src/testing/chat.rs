//! One conversation under test.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::ask::{Answer, AnswerError, Ask, AskState, AskedFile};
use crate::event::Event;
use crate::feedback::Feedback;
use crate::ids::{StepId, ThreadId};
use crate::runtime::{OpenError, RunError, SignedIn, Sink};
use crate::session::SessionError;
use crate::settings::SettingValues;
use crate::step::{Step, StepKind};
use crate::testing::View;

/// How long a conversation may take to come to rest.
const LONGEST: Duration = Duration::from_secs(30);

/// A conversation under test. What is done in it waits until the profile has finished or asks
/// something, and gives the events of that time.
pub struct TestChat {
    person: Arc<SignedIn>,
    thread: ThreadId,
    events: mpsc::UnboundedReceiver<Event>,
    hands: watch::Receiver<Duration>,
    view: View,
}

/// Why a test cannot go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TestError {
    /// The conversation could not be opened.
    #[error(transparent)]
    Open(OpenError),
    /// What was done was refused.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The answer was refused.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The settings were refused.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// No question is open.
    #[error("no question is open")]
    NothingAsked,
    /// The profile is still at work after 30 seconds.
    #[error("the profile is still at work after {LONGEST:?}")]
    StillWorking,
    /// The conversation ended.
    #[error("the conversation is over")]
    Over,
}

/// Where the events of a conversation go, and where a test finds them.
pub(super) fn channel() -> (Sink, mpsc::UnboundedReceiver<Event>) {
    let (into, events) = mpsc::unbounded_channel();
    (Arc::new(move |event| drop(into.send(event))), events)
}

impl TestChat {
    pub(super) async fn begin(
        person: Arc<SignedIn>,
        thread: ThreadId,
        mut events: mpsc::UnboundedReceiver<Event>,
        hands: watch::Receiver<Duration>,
    ) -> Result<Self, TestError> {
        let Some(Event::Opened { snapshot }) = events.recv().await else {
            return Err(TestError::Over);
        };
        let mut chat = Self { person, thread, events, hands, view: View::new(*snapshot) };
        chat.rest().await?;
        Ok(chat)
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> ThreadId {
        self.thread
    }

    /// How the conversation stands, as a window would show it.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The steps in view.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.view.snapshot().steps
    }

    /// What the profile said, oldest first.
    #[must_use]
    pub fn replies(&self) -> Vec<String> {
        let replies = self.steps().iter().filter(|step| step.kind == StepKind::Assistant);
        replies.map(|step| step.output.clone()).collect()
    }

    /// The last step of a kind.
    #[must_use]
    pub fn last(&self, kind: StepKind) -> Option<&Step> {
        self.steps().iter().rfind(|step| step.kind == kind)
    }

    /// Says something and waits until the profile has finished or asks something.
    ///
    /// # Errors
    ///
    /// When the message is not taken, or the profile does not come to rest.
    pub async fn send(&mut self, text: &str) -> Result<Vec<Event>, TestError> {
        self.say(text).await?;
        self.rest().await
    }

    /// Says something with a command, and waits.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and when there is no such command.
    pub async fn send_command(
        &mut self,
        command: &str,
        text: &str,
    ) -> Result<Vec<Event>, TestError> {
        self.person.send(self.thread, text.into(), Some(command.into())).await?;
        self.rest().await
    }

    /// Says something and does not wait.
    ///
    /// # Errors
    ///
    /// When the message is not taken.
    pub async fn say(&mut self, text: &str) -> Result<(), TestError> {
        Ok(self.person.send(self.thread, text.into(), None).await?)
    }

    /// Answers the open question in words, and waits.
    ///
    /// # Errors
    ///
    /// When none is open, the answer does not fit, or the profile does not come to rest.
    pub async fn answer(&mut self, text: &str) -> Result<Vec<Event>, TestError> {
        self.give(Answer::Text(text.into())).await
    }

    /// Answers the open question with a button, by its name, and waits.
    ///
    /// # Errors
    ///
    /// As [`answer`](Self::answer).
    pub async fn choose(&mut self, name: &str) -> Result<Vec<Event>, TestError> {
        self.give(Answer::Choice(name.into())).await
    }

    /// Answers the open question with the values of a form, and waits.
    ///
    /// # Errors
    ///
    /// As [`answer`](Self::answer).
    pub async fn fill(&mut self, values: serde_json::Value) -> Result<Vec<Event>, TestError> {
        let serde_json::Value::Object(values) = values else {
            return Err(AnswerError::Unfit.into());
        };
        self.give(Answer::Form(values)).await
    }

    /// Answers the open question with files on this computer, and waits.
    ///
    /// # Errors
    ///
    /// As [`answer`](Self::answer). A file that is not there has no bytes.
    pub async fn give_files<P: Into<PathBuf>>(
        &mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Vec<Event>, TestError> {
        let mut files = Vec::new();
        for path in paths {
            let path = path.into();
            let size = tokio::fs::metadata(&path).await.map_or(0, |it| it.len());
            files.push(AskedFile::new(path, size));
        }
        self.give(Answer::Files(files)).await
    }

    /// Declines to answer the open question, and waits.
    ///
    /// # Errors
    ///
    /// When none is open, or the profile does not come to rest.
    pub async fn decline(&mut self) -> Result<Vec<Event>, TestError> {
        let step = self.question().await?;
        self.person.decline(self.thread, step).await?;
        self.rest().await
    }

    /// Presses Stop, and waits.
    ///
    /// # Errors
    ///
    /// When the profile does not come to rest.
    pub async fn stop(&mut self) -> Result<Vec<Event>, TestError> {
        self.person.stop(self.thread).await?;
        self.rest().await
    }

    /// Has the last message answered once more, and waits.
    ///
    /// # Errors
    ///
    /// When there is none, or the profile is at work or does not come to rest.
    pub async fn retry(&mut self) -> Result<Vec<Event>, TestError> {
        self.person.retry(self.thread).await?;
        self.rest().await
    }

    /// Has the message before a reply answered once more, and waits.
    ///
    /// # Errors
    ///
    /// When this is no reply in view, or the profile is at work or does not come to rest.
    pub async fn regenerate(&mut self, reply: StepId) -> Result<Vec<Event>, TestError> {
        self.person.regenerate(self.thread, reply).await?;
        self.rest().await
    }

    /// Says something else in place of a message, and waits.
    ///
    /// # Errors
    ///
    /// When this is no message in view, or the profile is at work or does not come to rest.
    pub async fn edit(&mut self, message: StepId, text: &str) -> Result<Vec<Event>, TestError> {
        self.person.edit(self.thread, message, text.into()).await?;
        self.rest().await
    }

    /// Brings another branch into view.
    ///
    /// # Errors
    ///
    /// When there is none, or the profile is at work.
    pub async fn show_branch(&mut self, branch: u32) -> Result<Vec<Event>, TestError> {
        self.person.show_branch(self.thread, branch).await?;
        self.rest().await
    }

    /// Presses a button under a message, by its name, and waits.
    ///
    /// # Errors
    ///
    /// When there is none that something was set for, or the profile does not come to rest.
    pub async fn press(&mut self, message: StepId, button: &str) -> Result<Vec<Event>, TestError> {
        self.person.press(self.thread, message, button.into()).await?;
        self.rest().await
    }

    /// Judges a reply, and waits.
    ///
    /// # Errors
    ///
    /// When this is no reply, or the profile does not come to rest.
    pub async fn rate(
        &mut self,
        reply: StepId,
        feedback: Option<Feedback>,
    ) -> Result<Vec<Event>, TestError> {
        self.person.rate(self.thread, reply, feedback).await?;
        self.rest().await
    }

    /// Confirms settings, and waits.
    ///
    /// # Errors
    ///
    /// When a value does not fit, or the profile does not come to rest.
    pub async fn set(&mut self, values: SettingValues) -> Result<Vec<Event>, TestError> {
        self.person.update_settings(self.thread, values).await?;
        self.rest().await
    }

    /// Looks elsewhere, and waits until the conversation has ended.
    pub async fn leave(mut self) -> Vec<Event> {
        self.person.leave(self.thread).await;
        let mut events = Vec::new();
        while let Some(event) = self.events.recv().await {
            events.push(event);
        }
        events
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// When there is none within 30 seconds, or the conversation ended.
    pub async fn next(&mut self) -> Result<Event, TestError> {
        let event = timeout(LONGEST, self.events.recv()).await;
        let event = event.map_err(|_| TestError::StillWorking)?.ok_or(TestError::Over)?;
        self.view.apply(event.clone());
        Ok(event)
    }

    /// Waits until the profile has finished, or asks something.
    ///
    /// # Errors
    ///
    /// When that does not happen within 30 seconds, or the conversation ended.
    pub async fn rest(&mut self) -> Result<Vec<Event>, TestError> {
        // Commands are obeyed in order, so an answer to this one means that what was done before
        // has begun. The answer itself is always the same: no such question.
        let _ = self.person.want(self.thread, StepId::new()).await;
        let mut events = Vec::new();
        loop {
            while let Ok(event) = self.events.try_recv() {
                self.view.apply(event.clone());
                events.push(event);
            }
            let snapshot = self.view.snapshot();
            if self.waits() || (!snapshot.working && snapshot.queued.is_empty()) {
                return Ok(events);
            }
            events.push(self.next().await?);
        }
    }

    /// Whether the profile waits for an answer. A question whose time is over is about to close.
    fn waits(&self) -> bool {
        let moved = SignedDuration::try_from(*self.hands.borrow()).unwrap_or(SignedDuration::MAX);
        let is_over =
            |step: &Step, ask: &Ask| ask.deadline.duration_since(step.created_at) <= moved;
        let asked = self.steps().iter().filter_map(|step| Some((step, step.ask.as_ref()?)));
        let mut open = asked.filter(|(_, ask)| ask.state == AskState::Open).peekable();
        open.peek().is_some() && open.all(|(step, ask)| !is_over(step, ask))
    }

    async fn give(&mut self, answer: Answer) -> Result<Vec<Event>, TestError> {
        let step = self.question().await?;
        self.person.answer(self.thread, step, answer).await?;
        self.rest().await
    }

    async fn question(&mut self) -> Result<StepId, TestError> {
        self.rest().await?;
        self.view.question().map(|step| step.id).ok_or(TestError::NothingAsked)
    }
}

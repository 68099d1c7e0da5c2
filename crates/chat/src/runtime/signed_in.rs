//! A signed-in person: their threads, and the conversations they have open.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::app::{App, ProfileError};
use crate::ask::{Answer, AnswerError, Want};
use crate::branch::Path;
use crate::element::Element;
use crate::feedback::Feedback;
use crate::hook::{self, Hook};
use crate::ids::{ElementId, StepId, ThreadId};
use crate::name::NameError;
use crate::person::Person;
use crate::port::directory::{Directory, DirectoryError};
use crate::port::history::{Change, Durability, History, HistoryError, Page, ThreadCursor};
use crate::port::installation::Installation;
use crate::port::model::Model;
use crate::profile::{ChatProfile, ProfileCard};
use crate::runtime::conversation::{Conversation, RunError, Sink};
use crate::runtime::drafts;
use crate::runtime::live::{Live, Open, Place};
use crate::runtime::op::Command;
use crate::runtime::pages::{self, PAGE};
use crate::runtime::transcript::Transcript;
use crate::runtime::turn::Run;
use crate::runtime::{Time, World};
use crate::session::{BuiltIn, SessionError, UserSession};
use crate::settings::SettingValues;
use crate::step::Step;
use crate::thread::{Thread, check_thread_name};
use crate::user::{PersistedUser, User};

/// How many commands and operations may wait for a conversation. A handler that is faster than
/// its conversation waits, instead of filling the memory.
const MAILBOX: usize = 256;

/// How long `on_sign_in` may take.
const SIGN_IN: Duration = Duration::from_secs(10);

/// How long `on_sign_out` may take.
const SIGN_OUT: Duration = Duration::from_secs(2);

/// A person who is signed in. Everything here is theirs: there is no way to name anybody else.
pub struct SignedIn {
    world: Arc<World>,
    live: Live,
}

/// Why a conversation cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The profile is gone, or not for this person.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The thread cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
}

impl SignedIn {
    /// The person `user` of `app`, with a `history` that was opened with their key.
    #[must_use]
    pub fn new(
        app: App,
        user: PersistedUser,
        history: Arc<dyn History>,
        directory: Arc<dyn Directory>,
        installation: Arc<dyn Installation>,
    ) -> Self {
        Self::timed(app, user, history, directory, installation, Time::Real)
    }

    /// The same, with questions that wait as `time` says.
    pub(crate) fn timed(
        app: App,
        user: PersistedUser,
        history: Arc<dyn History>,
        directory: Arc<dyn Directory>,
        installation: Arc<dyn Installation>,
        time: Time,
    ) -> Self {
        let world = World::new(app, user, history, directory, installation, time);
        Self { world: Arc::new(world), live: Live::default() }
    }

    /// Runs the app's `on_sign_in`, for at most 10 seconds. What goes wrong there is logged, and
    /// keeps nobody out.
    pub async fn begin(&self) {
        let work = self.world.app.at_sign_in(self.person());
        run_within(SIGN_IN, work, "on_sign_in").await;
    }

    fn person(&self) -> Person {
        Person { world: Arc::clone(&self.world) }
    }

    /// Who it is.
    #[must_use]
    pub fn user(&self) -> PersistedUser {
        self.world.user.get()
    }

    /// Changes what is known of them; open conversations see it at once.
    ///
    /// # Errors
    ///
    /// When the account could not be changed; then it stays as it was.
    pub async fn update_user(
        &self,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, DirectoryError> {
        self.world.update_user(change).await
    }

    /// Their history.
    #[must_use]
    pub fn history(&self) -> &Arc<dyn History> {
        &self.world.history
    }

    /// The model that replies come from from now on, where the profile has none of its own.
    pub fn set_model(&self, model: Option<Arc<dyn Model>>) {
        self.world.model.set(model);
    }

    /// The values of the variables that the app declared, from now on and in every conversation.
    pub fn set_env(&self, env: BTreeMap<String, String>) {
        self.world.env.set(env);
    }

    /// The app they are signed in to.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.world.app
    }

    /// The profiles they may talk to.
    #[must_use]
    pub fn profiles(&self) -> Vec<ProfileCard> {
        self.world.app.cards(&self.user())
    }

    /// Opens a new conversation with `profile`. Nothing is stored until something is said.
    ///
    /// # Errors
    ///
    /// When there is no such profile for this person.
    pub async fn open(&self, profile: &str, sink: Sink) -> Result<ThreadId, OpenError> {
        let profile = self.world.app.find(&self.user(), profile)?;
        let thread = Thread::begin(&profile.card().name);
        let id = thread.id;
        let mut place = self.place(id).await?;
        let transcript = Transcript::new(thread, Arc::clone(&self.world.history));
        *place = Some(self.start(Some(profile), transcript, Hook::ChatStart, sink).await?);
        Ok(id)
    }

    /// Opens a stored thread, or brings one into view that is still at work in the background.
    ///
    /// # Errors
    ///
    /// When this person has no such thread, it cannot be read, or its profile is not for them any
    /// more. A thread whose profile is gone altogether opens for reading.
    pub async fn resume(&self, id: ThreadId, sink: Sink) -> Result<(), OpenError> {
        let mut place = self.place(id).await?;
        if let Some(mut open) = place.take() {
            let attach = |done| Command::Attach { sink: Arc::clone(&sink), done };
            // Roles change while conversations are open.
            let found = self.world.app.find(&self.user(), &open.session.profile());
            if found.is_err_and(|error| error == ProfileError::Forbidden) {
                *place = Some(open);
                return Err(ProfileError::Forbidden.into());
            }
            if let Some(attached) = open.ask(attach).await {
                *place = Some(open);
                return Ok(attached?);
            }
            // It is ending. What it still writes belongs into what is opened now, and somebody
            // waits for that: two seconds, not ten.
            open.end().await;
        }
        let thread = self.world.history.thread(id).await?;
        let profile = match self.world.app.find(&self.user(), &thread.profile) {
            Ok(profile) => Some(profile),
            Err(ProfileError::Missing) => None,
            Err(error) => return Err(error.into()),
        };
        let hook = Hook::ChatResume(thread.clone());
        let transcript = Transcript::reopen(thread, Arc::clone(&self.world.history)).await?;
        *place = Some(self.start(profile, transcript, hook, sink).await?);
        Ok(())
    }

    async fn start(
        &self,
        profile: Option<Arc<ChatProfile>>,
        transcript: Transcript,
        first: Hook,
        sink: Sink,
    ) -> Result<Open, HistoryError> {
        let thread = &transcript.thread;
        let built_in = BuiltIn {
            id: thread.id,
            user: self.world.user.clone(),
            chat_profile: thread.profile.clone(),
            env: self.world.env.clone(),
        };
        let definitions = profile.as_ref().map(|it| it.settings().to_vec()).unwrap_or_default();
        let session =
            UserSession::new(built_in, definitions, &thread.settings, thread.session.clone());
        let (commands, mailbox) = mpsc::channel(MAILBOX);
        let (to_actor, ops) = mpsc::channel(MAILBOX);
        let world = Arc::clone(&self.world);
        let mut conversation =
            Conversation::new(world, profile, session.clone(), transcript, to_actor);
        conversation.attach(sink).await?;
        let task = tokio::spawn(conversation.run(first, mailbox, ops));
        Ok(Open { commands, session, task })
    }

    /// Says something. Returns when it is safe on the disk.
    ///
    /// # Errors
    ///
    /// When it was not taken; then nothing of it was kept.
    pub async fn send(
        &self,
        thread: ThreadId,
        text: String,
        command: Option<String>,
    ) -> Result<(), RunError> {
        self.live.ask(thread, |done| Command::Send { text, command, done }, RunError::Closed).await
    }

    /// Stops the reply that is being written. What was said stays.
    ///
    /// # Errors
    ///
    /// When the conversation is not open.
    pub async fn stop(&self, thread: ThreadId) -> Result<(), RunError> {
        self.live.tell(thread, Command::Stop).await.ok_or(RunError::Closed)
    }

    /// Has the person's last message answered once more.
    ///
    /// # Errors
    ///
    /// When there is none, or a reply is under way.
    pub async fn retry(&self, thread: ThreadId) -> Result<(), RunError> {
        self.live.ask(thread, |done| Command::Retry { done }, RunError::Closed).await
    }

    /// Has the message before a reply answered once more. The other answer stays, in a branch of
    /// its own.
    ///
    /// # Errors
    ///
    /// When a reply is under way, or this is no reply in view.
    pub async fn regenerate(&self, thread: ThreadId, reply: StepId) -> Result<(), RunError> {
        let regenerate = |done| Command::Regenerate { reply, done };
        self.live.ask(thread, regenerate, RunError::Closed).await
    }

    /// Says something else in place of an earlier message, which stays in a branch of its own.
    /// Returns when it is safe on the disk.
    ///
    /// # Errors
    ///
    /// When a reply is under way, this is no message of theirs in view, or the text was not taken.
    pub async fn edit(
        &self,
        thread: ThreadId,
        message: StepId,
        text: String,
    ) -> Result<(), RunError> {
        let edit = |done| Command::Edit { message, text, done };
        self.live.ask(thread, edit, RunError::Closed).await
    }

    /// Brings another branch of a thread into view.
    ///
    /// # Errors
    ///
    /// When a reply is under way, or there is no such branch.
    pub async fn show_branch(&self, thread: ThreadId, branch: u32) -> Result<(), RunError> {
        let show = |done| Command::ShowBranch { branch, done };
        self.live.ask(thread, show, RunError::Closed).await
    }

    /// Presses a button under a message: what was set for it runs after whatever runs.
    ///
    /// # Errors
    ///
    /// When there is no such button, or nothing was set for it.
    pub async fn press(
        &self,
        thread: ThreadId,
        message: StepId,
        button: String,
    ) -> Result<(), RunError> {
        let press = |done| Command::Press { message, button, done };
        self.live.ask(thread, press, RunError::Closed).await
    }

    /// Judges a reply, or takes that back with `None`. Returns when it is safe on the disk.
    ///
    /// # Errors
    ///
    /// When this is no reply of this thread, the comment is too long, or it could not be kept.
    pub async fn rate(
        &self,
        thread: ThreadId,
        reply: StepId,
        feedback: Option<Feedback>,
    ) -> Result<(), RunError> {
        let rate = |done| Command::Rate { reply, feedback, done };
        self.live.ask(thread, rate, RunError::Closed).await
    }

    /// At most `limit` bytes from `offset` on of the file that an element of a step holds; none at
    /// its end.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotFound`] when this person has no such element with a file, and when it
    /// cannot be read.
    pub async fn read_element(
        &self,
        thread: ThreadId,
        element: ElementId,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<u8>, HistoryError> {
        self.world.history.read_file(thread, element, offset, limit).await
    }

    /// An element of a step.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotFound`] when this person has no such element, and when it cannot be
    /// read.
    pub async fn element(
        &self,
        thread: ThreadId,
        step: StepId,
        element: ElementId,
    ) -> Result<Element, HistoryError> {
        let find = |done| Command::Element { step, element, done };
        self.live.ask(thread, find, HistoryError::NotFound).await
    }

    /// What an open question wants.
    ///
    /// # Errors
    ///
    /// When it is not open.
    pub async fn want(&self, thread: ThreadId, step: StepId) -> Result<Want, AnswerError> {
        self.live.ask(thread, |done| Command::Want { step, done }, AnswerError::Closed).await
    }

    /// Answers an open question.
    ///
    /// # Errors
    ///
    /// When it is not open, or the answer breaks a limit; then it stays open.
    pub async fn answer(
        &self,
        thread: ThreadId,
        step: StepId,
        answer: Answer,
    ) -> Result<(), AnswerError> {
        let answer = |done| Command::Answer { step, answer, done };
        self.live.ask(thread, answer, AnswerError::Closed).await
    }

    /// Declines to answer a question.
    ///
    /// # Errors
    ///
    /// When it is not open.
    pub async fn decline(&self, thread: ThreadId, step: StepId) -> Result<(), AnswerError> {
        self.live.ask(thread, |done| Command::Decline { step, done }, AnswerError::Closed).await
    }

    /// Changes chat settings. Returns when they are safe on the disk.
    ///
    /// # Errors
    ///
    /// When a value does not fit; then none is changed.
    pub async fn update_settings(
        &self,
        thread: ThreadId,
        values: SettingValues,
    ) -> Result<(), SessionError> {
        let update = |done| Command::UpdateSettings { values, done };
        self.live.ask(thread, update, SessionError::Closed).await
    }

    /// The value of a session key, built-in ones but `env` included.
    ///
    /// # Errors
    ///
    /// When the conversation is not open.
    pub async fn session_value(
        &self,
        thread: ThreadId,
        key: &str,
    ) -> Result<Option<Value>, RunError> {
        // `env` holds secrets: handlers read it, the window never does.
        let value = |open: &Open| if key == "env" { None } else { open.session.value(key) };
        self.live.with(thread, value).await.ok_or(RunError::Closed)
    }

    /// The session keys that were set.
    ///
    /// # Errors
    ///
    /// When the conversation is not open.
    pub async fn session_keys(&self, thread: ThreadId) -> Result<Vec<String>, RunError> {
        self.live.with(thread, |open| open.session.keys()).await.ok_or(RunError::Closed)
    }

    /// Sets a session key. Returns when it is safe on the disk, where the thread is stored yet.
    ///
    /// # Errors
    ///
    /// When the key is reserved, or the session full; then it stays as it was.
    pub async fn set_session_value(
        &self,
        thread: ThreadId,
        key: String,
        value: Value,
    ) -> Result<(), SessionError> {
        let set = |done| Command::SetValue { key, value: Some(value), done };
        self.live.ask(thread, set, SessionError::Closed).await
    }

    /// Removes a session key. Returns when that is safe on the disk, where the thread is stored
    /// yet.
    ///
    /// # Errors
    ///
    /// When it could not be kept.
    pub async fn remove_session_value(
        &self,
        thread: ThreadId,
        key: String,
    ) -> Result<(), SessionError> {
        let remove = |done| Command::SetValue { key, value: None, done };
        self.live.ask(thread, remove, SessionError::Closed).await
    }

    /// The person looks elsewhere: a reply under way goes on to its end, then the conversation
    /// ends with `on_chat_end`.
    pub async fn leave(&self, thread: ThreadId) {
        // A conversation that is over already cannot be left, which is what was wanted.
        let _ = self.live.tell(thread, Command::Leave).await;
    }

    /// Steps of a thread before the place `before`, along the branch in view, oldest first, and
    /// where older ones begin.
    ///
    /// # Errors
    ///
    /// When this person has no such thread, or it cannot be read.
    pub async fn earlier(
        &self,
        thread: ThreadId,
        before: u32,
    ) -> Result<Page<Step, u32>, HistoryError> {
        let history = &*self.world.history;
        let header = history.thread(thread).await?;
        let path = Path::of(&header.branches, header.branch);
        pages::page(history, thread, &path, Some(before), PAGE).await
    }

    /// Threads by last activity, newest first.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub async fn threads(
        &self,
        cursor: Option<ThreadCursor>,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        self.world.history.threads(cursor, PAGE).await
    }

    /// Gives a thread a name, trimmed.
    ///
    /// # Errors
    ///
    /// When the name cannot be one, or could not be kept.
    pub async fn rename(&self, id: ThreadId, name: &str) -> Result<(), RenameError> {
        let name = check_thread_name(name)?;
        let mut place = self.place(id).await?;
        if let Some(mut open) = place.take() {
            let rename = |done| Command::Rename { name: name.clone(), done };
            if let Some(renamed) = open.ask(rename).await {
                *place = Some(open);
                return Ok(renamed?);
            }
            open.end().await;
        }
        let mut thread = self.world.history.thread(id).await?;
        thread.name = name;
        let change = Change::PutThread(Box::new(thread));
        Ok(self.world.history.write(vec![change], Durability::OnDisk).await?)
    }

    /// Deletes a thread and everything in it.
    ///
    /// # Errors
    ///
    /// When there is no such thread, or it could not be deleted; then it is still there.
    pub async fn delete(&self, id: ThreadId) -> Result<(), HistoryError> {
        let mut place = self.place(id).await?;
        if let Some(mut open) = place.take() {
            open.end().await;
        }
        self.world.history.thread(id).await?;
        let changes = vec![Change::DeleteThread(id), drafts::forgotten(id)];
        self.world.history.write(changes, Durability::OnDisk).await
    }

    /// Ends every conversation, with `on_chat_end`, within about two seconds and at most five, and
    /// runs the app's `on_sign_out`, for at most two. The history can be closed after it; nothing
    /// can be opened any more. A second time does nothing.
    pub async fn end_all(&self) {
        if !self.live.end_all().await {
            return;
        }
        let work = self.world.app.at_sign_out(self.person());
        run_within(SIGN_OUT, work, "on_sign_out").await;
    }

    async fn place(&self, id: ThreadId) -> Result<Place, HistoryError> {
        self.live.place(id).await.ok_or(HistoryError::Closed)
    }
}

/// Runs a hook of the app, if there is one, and logs what goes wrong.
async fn run_within(
    limit: Duration,
    work: Option<futures::future::BoxFuture<'static, hook::Result>>,
    name: &str,
) {
    let Some(work) = work else { return };
    let mut run = Run::start(work);
    match tokio::time::timeout(limit, run.ended()).await {
        Ok(None) => {}
        Ok(Some(failure)) => {
            // The words may hold somebody's name, and logs are read by others.
            tracing::error!(code = ?failure.code, "{name} failed");
            tracing::debug!(detail = failure.detail, "{name}");
        }
        Err(_) => {
            tracing::error!("{name} took longer than {limit:?}");
            run.cut().await;
        }
    }
}

/// Why a thread cannot be renamed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// The name cannot be one.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It could not be kept.
    #[error(transparent)]
    History(#[from] HistoryError),
}

//! A signed-in person: their threads, and the conversations they have open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use crate::app::{App, ProfileError};
use crate::clock;
use crate::hook::{self, Hook};
use crate::ids::ThreadId;
use crate::name::NameError;
use crate::person::Person;
use crate::port::directory::{Directory, DirectoryError};
use crate::port::history::{Change, Durability, History, HistoryError, Page, ThreadCursor};
use crate::port::installation::Installation;
use crate::port::model::Model;
use crate::profile::{ChatProfile, ProfileCard};
use crate::runtime::conversation::{Conversation, Sink};
use crate::runtime::drafts;
use crate::runtime::live::{Live, Open, Place};
use crate::runtime::op::Command;
use crate::runtime::pages::PAGE;
use crate::runtime::transcript::Transcript;
use crate::runtime::turn::Run;
use crate::runtime::{Time, World};
use crate::session::{BuiltIn, UserSession};
use crate::thread::{BIN_DAYS, Thread, check_thread_name};
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
    pub(super) live: Live,
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
        Self::within(World::new(app, user, history, directory, installation, Time::Real))
    }

    /// The person of a world that was made already.
    pub(crate) fn within(world: World) -> Self {
        Self { world: Arc::new(world), live: Live::default() }
    }

    /// Deletes what has been in the bin for long enough, and runs the app's `on_sign_in`, for at most
    /// 10 seconds. What goes wrong there is logged, and keeps nobody out.
    pub async fn begin(&self) {
        if let Err(error) = self.clear_bin().await {
            tracing::warn!(%error, "what is old stays in the bin until the next sign-in");
        }
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
        if thread.binned_at.is_some() {
            return Err(HistoryError::NotFound.into());
        }
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

    /// Threads that are not in the bin: those that are pinned, then the others, each by last
    /// activity, newest first.
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
        Ok(self.change(id, |thread| thread.name = name).await?)
    }

    /// Threads in the bin, the newest there first.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub async fn binned(
        &self,
        cursor: Option<ThreadCursor>,
    ) -> Result<Page<Thread, ThreadCursor>, HistoryError> {
        self.world.history.binned(cursor, PAGE).await
    }

    /// Pins a thread to the top of the list, or no longer.
    ///
    /// # Errors
    ///
    /// When there is no such thread, or it could not be kept.
    pub async fn pin(&self, id: ThreadId, pinned: bool) -> Result<(), HistoryError> {
        let mut place = self.place(id).await?;
        if let Some(mut open) = place.take() {
            if let Some(done) = open.ask(|done| Command::Pin { pinned, done }).await {
                *place = Some(open);
                return done;
            }
            open.end().await;
        }
        self.change(id, |thread| thread.pinned = pinned).await
    }

    /// Puts threads into the bin, all of them or none. Conversations that are open with them end.
    ///
    /// # Errors
    ///
    /// When one of them does not exist, or they could not be kept.
    pub async fn bin(&self, ids: &[ThreadId]) -> Result<(), HistoryError> {
        self.set_binned(ids, Some(clock::now())).await
    }

    /// Takes threads out of the bin again, all of them or none.
    ///
    /// # Errors
    ///
    /// When one of them does not exist, or they could not be kept.
    pub async fn restore(&self, ids: &[ThreadId]) -> Result<(), HistoryError> {
        self.set_binned(ids, None).await
    }

    async fn set_binned(
        &self,
        ids: &[ThreadId],
        at: Option<Timestamp>,
    ) -> Result<(), HistoryError> {
        // Each once, and in one order: two of these at once must not wait for each other.
        let ids: BTreeSet<_> = ids.iter().copied().collect();
        let mut places = Vec::new();
        for id in &ids {
            let mut place = self.place(*id).await?;
            if let Some(mut open) = place.take() {
                open.end().await;
            }
            places.push(place);
        }
        let mut changes = Vec::new();
        for id in ids {
            let thread = Thread { binned_at: at, ..self.world.history.thread(id).await? };
            changes.push(Change::PutThread(Box::new(thread)));
        }
        self.world.history.write(changes, Durability::OnDisk).await
    }

    /// Changes a thread that is not open.
    async fn change(
        &self,
        id: ThreadId,
        change: impl FnOnce(&mut Thread),
    ) -> Result<(), HistoryError> {
        let mut thread = self.world.history.thread(id).await?;
        change(&mut thread);
        let change = Change::PutThread(Box::new(thread));
        self.world.history.write(vec![change], Durability::OnDisk).await
    }

    /// Deletes for good what has been in the bin for [`BIN_DAYS`].
    async fn clear_bin(&self) -> Result<(), HistoryError> {
        let oldest = clock::now() - SignedDuration::from_hours(24 * BIN_DAYS);
        let (mut cursor, mut old) = (None, Vec::new());
        loop {
            let page = self.binned(cursor).await?;
            let is_old = |thread: &&Thread| thread.binned_at.is_some_and(|at| at < oldest);
            old.extend(page.items.iter().filter(is_old).map(|thread| thread.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        for thread in old {
            self.delete(thread).await?;
        }
        Ok(())
    }

    /// Deletes a thread and everything in it, for good.
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

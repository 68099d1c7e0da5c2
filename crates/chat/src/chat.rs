//! What a handler holds while it runs: the conversation, and everything that can be done in it.

use std::sync::Arc;

use futures::{Stream, StreamExt, pin_mut};
use tokio::sync::{mpsc, oneshot};

use crate::ask::{AskFile, AskedFile};
use crate::failure::Failure;
use crate::ids::{StepId, ThreadId};
use crate::message::Message;
use crate::name::NameError;
use crate::port::directory::DirectoryError;
use crate::port::history::HistoryError;
use crate::port::installation::Facts;
use crate::port::model::{Delta, Model, ModelError, ModelMessage};
use crate::runtime::World;
use crate::runtime::op::{Op, Scoped};
use crate::session::UserSession;
use crate::step::StepState;
use crate::thread::check_thread_name;
use crate::user::{PersistedUser, User};

/// One conversation, as a handler sees it. Cloning gives another handle to the same conversation.
///
/// A `Chat` is good for the hook it was given to: once that hook has returned or was stopped, what
/// is still said, asked or changed through a clone gives [`ChatError::Ended`] or
/// [`SessionError::Ended`](crate::session::SessionError::Ended) and changes nothing.
#[derive(Clone)]
pub struct Chat {
    pub(crate) scope: u64,
    pub(crate) ops: mpsc::Sender<Scoped>,
    pub(crate) session: UserSession,
    pub(crate) thread: ThreadId,
    pub(crate) profile: Arc<str>,
    pub(crate) model: Option<Arc<dyn Model>>,
    pub(crate) world: Arc<World>,
}

/// Why something could not be done in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// The hook that this belongs to is over.
    #[error("this turn of the conversation is over")]
    Ended,
    /// The conversation has no such message.
    #[error("there is no such message in this conversation")]
    NoSuchMessage,
    /// A message is said once; to say it again, make a new one.
    #[error("this message was sent already")]
    AlreadySaid,
    /// What was said could not be kept.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The thread cannot have this name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The account could not be changed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl Chat {
    /// What this conversation remembers.
    #[must_use]
    pub fn session(&self) -> &UserSession {
        &self.session
    }

    /// Who talks.
    #[must_use]
    pub fn user(&self) -> PersistedUser {
        self.session.user()
    }

    /// The profile's name.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> ThreadId {
        self.thread
    }

    /// The profile's own model, else the one that the person chose, if any.
    #[must_use]
    pub fn model(&self) -> Option<Arc<dyn Model>> {
        self.model.clone()
    }

    /// Says something, in Markdown.
    ///
    /// # Errors
    ///
    /// When it could not be kept, or the turn is over.
    pub async fn say(&self, text: impl Into<String>) -> crate::hook::Result {
        self.send(Message::new(text)).await?;
        Ok(())
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// When it could not be kept, was sent before, or the turn is over.
    pub async fn send(&self, message: Message) -> Result<(), ChatError> {
        let message = message.into_said();
        self.ask_actor(|done| Op::Say { message, state: StepState::Done, done }).await
    }

    /// Streams a reply as it comes, and gives the whole text. If the stream fails midway, what had
    /// come is kept with the error shown under it.
    ///
    /// # Errors
    ///
    /// The stream's error, or why the reply could not be kept.
    pub async fn reply<S>(&self, stream: S) -> crate::hook::Result<String>
    where
        S: Stream<Item = Result<Delta, ModelError>> + Send,
    {
        self.reply_as(Message::new(""), stream).await
    }

    /// Streams a reply that begins as `message`: with its author, buttons and text.
    ///
    /// # Errors
    ///
    /// As [`reply`](Self::reply).
    pub async fn reply_as<S>(&self, message: Message, stream: S) -> crate::hook::Result<String>
    where
        S: Stream<Item = Result<Delta, ModelError>> + Send,
    {
        let message = message.into_said();
        let step = message.id();
        let mut whole = message.text().to_owned();
        self.ask_actor(|done| Op::Say { message, state: StepState::Writing, done }).await?;
        pin_mut!(stream);
        while let Some(delta) = stream.next().await {
            match delta {
                Ok(Delta::Text(text)) => {
                    whole.push_str(&text);
                    self.tell_actor(Op::Append { step, text }).await?;
                }
                Err(error) => {
                    self.finish(step, Some((&error).into())).await?;
                    return Err(error.into());
                }
            }
        }
        self.finish(step, None).await?;
        Ok(whole)
    }

    /// The conversation so far as a model reads it, oldest first, ending with the message that is
    /// being answered. Messages that wait for their turn are not in it.
    ///
    /// # Errors
    ///
    /// When the thread cannot be read, or the turn is over.
    pub async fn context(&self) -> Result<Vec<ModelMessage>, ChatError> {
        self.ask_actor(|done| Op::Context { done }).await
    }

    /// Asks for files and waits. `None` when nobody answered in time, or the person declined.
    ///
    /// # Errors
    ///
    /// When the question could not be put, or the turn is over.
    pub async fn ask_file(&self, ask: AskFile) -> Result<Option<Vec<AskedFile>>, ChatError> {
        let within = ask.within;
        let (answer, mut answered) = oneshot::channel();
        let step = self.ask_actor(|done| Op::AskFile { ask, answer, done }).await?;
        match tokio::time::timeout(within, &mut answered).await {
            Ok(answer) => answer.map_err(|_| ChatError::Ended),
            Err(_) => {
                self.ask_actor(|done| Op::AskTimedOut { step, done }).await?;
                // An answer of the last moment wins over the time-out.
                Ok(answered.try_recv().ok().flatten())
            }
        }
    }

    /// Gives the thread a name, trimmed.
    ///
    /// # Errors
    ///
    /// When the name cannot be one or could not be kept, or the turn is over.
    pub async fn rename(&self, name: &str) -> Result<(), ChatError> {
        let name = check_thread_name(name)?;
        self.ask_actor(|done| Op::Rename { name, done }).await
    }

    /// Changes what is known of the person, for this and every later conversation.
    ///
    /// # Errors
    ///
    /// When the account could not be changed, or the turn is over; then it stays as it was.
    pub async fn update_user(
        &self,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, ChatError> {
        if self.session.is_over() {
            return Err(ChatError::Ended);
        }
        let user = self.world.update_user(change).await?;
        self.session.set_user(user.clone());
        Ok(user)
    }

    /// Everybody with an account on this computer.
    ///
    /// # Errors
    ///
    /// When the keyring cannot be read.
    pub async fn people(&self) -> Result<Vec<PersistedUser>, ChatError> {
        Ok(self.world.directory.people().await?)
    }

    /// How much this person has stored.
    ///
    /// # Errors
    ///
    /// When it cannot be counted.
    pub async fn figures(&self) -> Result<crate::port::history::Figures, ChatError> {
        Ok(self.world.history.figures().await?)
    }

    /// Facts about this installation.
    pub async fn installation(&self) -> Facts {
        self.world.installation.facts().await
    }

    async fn finish(&self, step: StepId, failure: Option<Failure>) -> Result<(), ChatError> {
        self.ask_actor(|done| Op::Finish { step, failure, done }).await
    }

    async fn tell_actor(&self, op: Op) -> Result<(), ChatError> {
        let scoped = Scoped { scope: self.scope, op };
        self.ops.send(scoped).await.map_err(|_| ChatError::Ended)
    }

    async fn ask_actor<T>(
        &self,
        op: impl FnOnce(oneshot::Sender<Result<T, ChatError>>) -> Op,
    ) -> Result<T, ChatError> {
        let (done, answer) = oneshot::channel();
        self.tell_actor(op(done)).await?;
        // The actor drops the sender when the operation's turn is over.
        answer.await.unwrap_or(Err(ChatError::Ended))
    }
}

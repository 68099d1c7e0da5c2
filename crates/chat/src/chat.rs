//! What a handler holds while it runs: the conversation, and everything that can be done in it.

use std::sync::Arc;

use futures::{Stream, StreamExt, pin_mut};
use tokio::sync::{mpsc, oneshot};

use crate::app::ProfileError;
use crate::ask::{Parts, Question};
use crate::command::Command;
use crate::element::{Element, MAX_ELEMENT_BYTES};
use crate::failure::Failure;
use crate::ids::{StepId, ThreadId, UserId};
use crate::message::Message;
use crate::name::NameError;
use crate::port::directory::DirectoryError;
use crate::port::history::HistoryError;
use crate::port::installation::Facts;
use crate::port::model::{Delta, Model, ModelError, ModelMessage};
use crate::runtime::World;
use crate::runtime::op::{Op, Scoped};
use crate::session::UserSession;
use crate::step::{Step, StepKind, StepState};
use crate::thread::check_thread_name;
use crate::toast::Toast;
use crate::user::{PersistedUser, User};
use crate::work::OpenStep;

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
    /// More than an element may hold within its message; larger things are files.
    #[error("the element {name} holds more than {max} bytes")]
    ElementTooLarge {
        /// The element.
        name: String,
        /// The most bytes.
        max: usize,
    },
    /// There is no such profile for this person.
    #[error(transparent)]
    Profile(#[from] ProfileError),
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

    /// Sends a message, with its elements.
    ///
    /// # Errors
    ///
    /// When it could not be kept, was sent before, or the turn is over.
    pub async fn send(&self, message: Message) -> Result<(), ChatError> {
        let message = self.with_stored(message.into_said()).await?;
        self.ask_actor(|done| Op::Say { message, state: StepState::Done, done }).await
    }

    /// Has a message that was said say what `message` says now: text, author, buttons, elements.
    ///
    /// # Errors
    ///
    /// When this thread has no such message, it could not be kept, or the turn is over.
    pub async fn update(&self, message: Message) -> Result<(), ChatError> {
        let message = self.with_stored(message).await?;
        self.ask_actor(|done| Op::Update { message, done }).await
    }

    /// Takes a message out of the thread.
    ///
    /// # Errors
    ///
    /// When this thread has no such message, the change could not be kept, or the turn is over.
    pub async fn remove(&self, message: &Message) -> Result<(), ChatError> {
        let step = message.id();
        self.ask_actor(|done| Op::Remove { step, done }).await
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
        let message = self.with_stored(message.into_said()).await?;
        let step = message.id();
        let mut whole = message.text().to_owned();
        self.ask_actor(|done| Op::Say { message, state: StepState::Writing, done }).await?;
        whole.push_str(&self.stream_into(step, stream).await?);
        Ok(whole)
    }

    /// Streams more of a reply that was broken off, after what it says already, and gives what came.
    /// This is for [`on_continue`](crate::hook::SetHooks::on_continue).
    ///
    /// # Errors
    ///
    /// [`ChatError::NoSuchMessage`] when it is no reply of this thread that was broken off, and as
    /// [`reply`](Self::reply).
    pub async fn go_on<S>(&self, reply: &Message, stream: S) -> crate::hook::Result<String>
    where
        S: Stream<Item = Result<Delta, ModelError>> + Send,
    {
        let step = reply.id();
        self.ask_actor(|done| Op::Reopen { step, done }).await?;
        self.stream_into(step, stream).await
    }

    async fn stream_into<S>(&self, step: StepId, stream: S) -> crate::hook::Result<String>
    where
        S: Stream<Item = Result<Delta, ModelError>> + Send,
    {
        let mut whole = String::new();
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

    /// The steps of the thread along the branch in view, oldest first.
    ///
    /// # Errors
    ///
    /// When the thread cannot be read, or the turn is over.
    pub async fn steps(&self) -> Result<Vec<Step>, ChatError> {
        self.ask_actor(|done| Op::Steps { done }).await
    }

    /// Does some work as a step that the person can look into. It is timed, and an error that
    /// `work` returns is shown with it and given on.
    ///
    /// ```no_run
    /// # use confidant_chat::prelude::*;
    /// # async fn handler(chat: Chat, message: Message) -> Result {
    /// let found = chat
    ///     .step(StepKind::Tool, "Count words", async |step: OpenStep| {
    ///         step.input(message.text()).await?;
    ///         let count = message.text().split_whitespace().count();
    ///         step.output(count.to_string()).await?;
    ///         Ok(count)
    ///     })
    ///     .await?;
    /// chat.say(format!("{found} words")).await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What `work` returns, or why the step could not be shown.
    pub async fn step<T>(
        &self,
        kind: StepKind,
        name: &str,
        work: impl AsyncFnOnce(OpenStep) -> crate::hook::Result<T>,
    ) -> crate::hook::Result<T> {
        self.step_under(None, kind, name, work).await
    }

    /// Asks and waits. `None` when nobody answered in time, or the person declined. The question
    /// stays in the thread, with how it went.
    ///
    /// # Errors
    ///
    /// When the question could not be put, or the turn is over.
    pub async fn ask<Q: Question>(&self, question: Q) -> Result<Option<Q::Answer>, ChatError> {
        let Parts { prompt, want, within } = question.into_parts();
        let too_late = self.world.time.over(within);
        let (answer, mut answered) = oneshot::channel();
        let put = |done| Op::Ask { prompt, want, within, answer, done };
        let step = self.ask_actor(put).await?;
        let given = tokio::select! {
            given = &mut answered => given.map_err(|_| ChatError::Ended)?,
            () = too_late => {
                self.ask_actor(|done| Op::AskTimedOut { step, done }).await?;
                // An answer of the last moment wins over the time-out.
                answered.try_recv().ok().flatten()
            }
        };
        Ok(given.and_then(Q::read))
    }

    /// Shows a short notice in the window. It is not part of the thread.
    ///
    /// # Errors
    ///
    /// When the turn is over.
    pub async fn toast(&self, toast: Toast) -> Result<(), ChatError> {
        self.ask_actor(|done| Op::Toast { toast, done }).await
    }

    /// Replaces the commands that a message can be sent with, in this conversation.
    ///
    /// # Errors
    ///
    /// When the turn is over.
    pub async fn set_commands(&self, commands: Vec<Command>) -> Result<(), ChatError> {
        self.ask_actor(|done| Op::SetCommands { commands, done }).await
    }

    /// Proposes to go on with another profile. If the person agrees, a new conversation with it
    /// opens, and `message` is what they say there first.
    ///
    /// # Errors
    ///
    /// When there is no such profile for this person, or the turn is over.
    pub async fn hand_over(&self, profile: &str, message: Option<&str>) -> Result<(), ChatError> {
        self.world.app.find(&self.user(), profile)?;
        let (profile, message) = (profile.into(), message.map(Into::into));
        self.ask_actor(|done| Op::HandOver { profile, message, done }).await
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
    /// Somebody who is no admin cannot be given another role.
    pub async fn update_user(
        &self,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, ChatError> {
        if self.session.is_over() {
            return Err(ChatError::Ended);
        }
        Ok(self.world.update_user(change).await?)
    }

    /// Changes what is known of anybody with an account here. Only for admins.
    ///
    /// # Errors
    ///
    /// When the person of this conversation is no admin, the account could not be changed, or the
    /// turn is over; then it stays as it was.
    pub async fn update_person(
        &self,
        id: UserId,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, ChatError> {
        if self.session.is_over() {
            return Err(ChatError::Ended);
        }
        Ok(self.world.update_person(id, change).await?)
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

    pub(crate) async fn step_under<T>(
        &self,
        parent: Option<StepId>,
        kind: StepKind,
        name: &str,
        work: impl AsyncFnOnce(OpenStep) -> crate::hook::Result<T>,
    ) -> crate::hook::Result<T> {
        let name = name.to_owned();
        let id = self.ask_actor(|done| Op::Begin { parent, kind, name, done }).await?;
        match work(OpenStep { chat: self.clone(), id }).await {
            Ok(value) => {
                self.finish(id, None).await?;
                Ok(value)
            }
            Err(error) => {
                // If that cannot be shown any more, the turn is over, and the error tells why.
                let _ = self.finish(id, Some(Failure::from_handler(&error))).await;
                Err(error)
            }
        }
    }

    /// The message with its elements kept.
    async fn with_stored(&self, mut message: Message) -> Result<Message, ChatError> {
        for element in std::mem::take(&mut message.elements) {
            message.elements.push(self.stored(element).await?);
        }
        Ok(message)
    }

    /// The element with its file kept, if it has one.
    pub(crate) async fn stored(&self, mut element: Element) -> Result<Element, ChatError> {
        if let Some(source) = element.source.take() {
            if self.session.is_over() {
                return Err(ChatError::Ended);
            }
            let size = self.world.history.put_file(self.thread, element.id, source).await?;
            if let Some(file) = element.content.file_mut() {
                file.size = size;
            }
        } else if element.content.bytes() > MAX_ELEMENT_BYTES {
            let (name, max) = (element.name, MAX_ELEMENT_BYTES);
            return Err(ChatError::ElementTooLarge { name, max });
        }
        Ok(element)
    }

    async fn finish(&self, step: StepId, failure: Option<Failure>) -> Result<(), ChatError> {
        self.ask_actor(|done| Op::Finish { step, failure, done }).await
    }

    pub(crate) async fn tell_actor(&self, op: Op) -> Result<(), ChatError> {
        if self.session.is_over() {
            return Err(ChatError::Ended);
        }
        let scoped = Scoped { scope: self.scope, op };
        self.ops.send(scoped).await.map_err(|_| ChatError::Ended)
    }

    pub(crate) async fn ask_actor<T>(
        &self,
        op: impl FnOnce(oneshot::Sender<Result<T, ChatError>>) -> Op,
    ) -> Result<T, ChatError> {
        let (done, answer) = oneshot::channel();
        self.tell_actor(op(done)).await?;
        // The actor drops the sender when the operation's turn is over.
        answer.await.unwrap_or(Err(ChatError::Ended))
    }
}

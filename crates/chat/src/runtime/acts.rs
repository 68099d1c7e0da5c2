//! What a signed-in person does in a conversation that is open.

use serde_json::Value;

use crate::ask::{Answer, AnswerError, Want};
use crate::element::Element;
use crate::feedback::Feedback;
use crate::ids::{ElementId, StepId, ThreadId};
use crate::port::history::HistoryError;
use crate::runtime::conversation::RunError;
use crate::runtime::live::Open;
use crate::runtime::op::Command;
use crate::runtime::signed_in::SignedIn;
use crate::session::SessionError;
use crate::settings::SettingValues;

impl SignedIn {
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

    /// Has a reply go on that was broken off, where nothing was said after it and the profile knows
    /// how to.
    ///
    /// # Errors
    ///
    /// When a reply is under way, or there is nothing to go on with.
    pub async fn continue_reply(&self, thread: ThreadId, reply: StepId) -> Result<(), RunError> {
        let go_on = |done| Command::Continue { reply, done };
        self.live.ask(thread, go_on, RunError::Closed).await
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
        self.history().read_file(thread, element, offset, limit).await
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
}

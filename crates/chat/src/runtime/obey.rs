//! What a conversation does when the person does something.

use crate::ask::{AnswerError, AskState, AskedFile, Want};
use crate::event::Event;
use crate::hook::Hook;
use crate::ids::StepId;
use crate::port::history::{Durability, HistoryError};
use crate::runtime::conversation::{Conversation, MAX_MESSAGE_BYTES, RunError, Work};
use crate::runtime::op::Command;
use crate::runtime::transcript;
use crate::session::{CHAT_SETTINGS, SessionError};
use crate::settings::SettingValues;
use crate::step::{Step, StepKind, StepState};

impl Conversation {
    pub(super) async fn obey(&mut self, command: Command) {
        // An answer that nobody waits for any more is no failure, hence `let _`.
        match command {
            Command::Send { text, command, done } => {
                let _ = done.send(self.receive(text, command).await);
                self.start_next();
            }
            Command::Stop => self.stop().await,
            Command::Retry { done } => {
                let _ = done.send(self.retry().await);
                self.start_next();
            }
            Command::Want { step, done } => {
                let _ = done.send(self.want(step));
            }
            Command::Answer { step, files, done } => {
                let _ = done.send(self.answer(step, files).await);
            }
            Command::Decline { step, done } => {
                let _ = done.send(self.close_ask(step, AskState::Cancelled, None).await);
            }
            Command::UpdateSettings { values, done } => {
                let _ = done.send(self.update_settings(values).await);
                self.start_next();
            }
            Command::SetValue { key, value, done } => {
                let set = self.session.set_value(&key, value);
                let kept = match set {
                    Ok(()) => self.keep_session(key == CHAT_SETTINGS).await,
                    Err(error) => Err(error),
                };
                let _ = done.send(kept);
            }
            Command::Rename { name, done } => {
                let _ = done.send(self.rename(name).await);
            }
            // These three end or begin a view, and the loop sees to them.
            Command::Attach { .. } | Command::Leave | Command::End => {}
        }
    }

    /// Takes a message of the person: checks it, keeps it, and lines it up to be answered.
    async fn receive(&mut self, text: String, command: Option<String>) -> Result<(), RunError> {
        if text.trim().is_empty() {
            return Err(RunError::Empty);
        }
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(RunError::TooLong { max: MAX_MESSAGE_BYTES });
        }
        self.check_profile()?;
        let sequence = self.transcript.take_sequence();
        let step = Step { command, ..Step::said(StepKind::User, sequence, text) };
        self.transcript.take_session(&self.session);
        self.transcript.keep_message(step.clone()).await?;
        self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        self.outbox.push(Event::Said { step: Box::new(step.clone()) });
        self.work.push_back(Work::Message { step: Box::new(step), until: None });
        Ok(())
    }

    /// Whether the profile still talks to this person: asked on every message, because roles
    /// change while conversations are open.
    fn check_profile(&self) -> Result<(), RunError> {
        self.world.app.find(&self.world.user(), &self.transcript.thread.profile)?;
        Ok(())
    }

    async fn stop(&mut self) {
        if self.turn.is_none() {
            return;
        }
        self.cut_off(StepState::Stopped).await;
        self.work.push_front(Work::Hook(Box::new(Hook::Stop)));
        self.start_next();
    }

    async fn retry(&mut self) -> Result<(), RunError> {
        self.check_profile()?;
        if self.turn.is_some() || !self.transcript.stored() {
            return Err(RunError::NothingToRetry);
        }
        let step = self.transcript.last_user_message().await?.ok_or(RunError::NothingToRetry)?;
        let until = Some(step.sequence);
        self.work.push_back(Work::Message { step: Box::new(step), until });
        Ok(())
    }

    fn want(&self, step: StepId) -> Result<Want, AnswerError> {
        let open = self.asks.contains_key(&step);
        let ask = self.transcript.held(step).and_then(|step| step.ask.as_ref());
        ask.filter(|_| open).map(|ask| ask.want.clone()).ok_or(AnswerError::Closed)
    }

    async fn answer(&mut self, step: StepId, files: Vec<AskedFile>) -> Result<(), AnswerError> {
        self.want(step)?.check(&files)?;
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        let state = AskState::Answered { summary: names.join(", ") };
        self.close_ask(step, state, Some(files)).await
    }

    /// Closes an open question and wakes the handler that asked it.
    pub(super) async fn close_ask(
        &mut self,
        id: StepId,
        state: AskState,
        files: Option<Vec<AskedFile>>,
    ) -> Result<(), AnswerError> {
        let waiting = self.asks.remove(&id).ok_or(AnswerError::Closed)?;
        if let Some(step) = self.transcript.change(id) {
            transcript::close(step, state);
            let step = Box::new(step.clone());
            self.outbox.push(Event::Changed { step });
        }
        self.keep(Durability::Soon).await;
        // A handler that gave up waiting meanwhile is told by its own time-out.
        let _ = waiting.send(files);
        Ok(())
    }

    async fn update_settings(&mut self, changed: SettingValues) -> Result<(), SessionError> {
        let values = self.session.apply_settings(changed)?;
        self.keep_session(true).await?;
        self.work.push_back(Work::Hook(Box::new(Hook::SettingsUpdate(values))));
        Ok(())
    }

    /// Keeps a change of the session that was made outside a turn.
    async fn keep_session(&mut self, settings_changed: bool) -> Result<(), SessionError> {
        if settings_changed {
            self.outbox.push(Event::Settings { values: self.session.settings() });
        }
        self.transcript.take_session(&self.session);
        self.transcript.save(Durability::OnDisk).await?;
        Ok(())
    }

    pub(super) async fn rename(&mut self, name: String) -> Result<(), HistoryError> {
        self.transcript.rename(name);
        self.transcript.save(Durability::OnDisk).await?;
        if self.transcript.stored() {
            self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        }
        Ok(())
    }
}

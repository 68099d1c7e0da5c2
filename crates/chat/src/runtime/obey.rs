//! What a conversation does when the person does something.

use serde_json::Value;

use crate::action::{Action, Pressed};
use crate::element::Element;
use crate::event::Event;
use crate::feedback::{Feedback, MAX_COMMENT};
use crate::hook::{Hook, Rated};
use crate::ids::{ElementId, StepId};
use crate::message::Message;
use crate::port::history::{Durability, HistoryError};
use crate::runtime::conversation::{Conversation, MAX_MESSAGE_BYTES, RunError, Work};
use crate::runtime::op::Command;
use crate::session::SessionError;
use crate::settings::SettingValues;
use crate::step::{Step, StepKind, StepState};

impl Conversation {
    pub(super) async fn obey(&mut self, command: Command) {
        // An answer that nobody waits for any more is no failure, hence `let _`.
        match command {
            Command::Send { text, command, done } => {
                let _ = done.send(self.receive(text, command).await);
            }
            Command::Stop => self.stop().await,
            Command::Retry { done } => {
                let _ = done.send(self.retry().await);
            }
            Command::Regenerate { reply, done } => {
                let _ = done.send(self.regenerate(reply).await);
            }
            Command::Continue { reply, done } => {
                let _ = done.send(self.continue_reply(reply).await);
            }
            Command::Edit { message, text, done } => {
                let _ = done.send(self.edit(message, text).await);
            }
            Command::ShowBranch { branch, done } => {
                let _ = done.send(self.show_branch(branch).await);
            }
            Command::Press { message, button, done } => {
                let _ = done.send(self.press(message, &button).await);
            }
            Command::Rate { reply, feedback, done } => {
                let _ = done.send(self.rate(reply, feedback).await);
            }
            Command::Element { step, element, done } => {
                let _ = done.send(self.element(step, element).await);
            }
            Command::Want { step, done } => {
                let _ = done.send(self.want(step));
            }
            Command::Answer { step, answer, done } => {
                let _ = done.send(self.answer(step, answer).await);
            }
            Command::Decline { step, done } => {
                let _ = done.send(self.decline(step).await);
            }
            Command::UpdateSettings { values, done } => {
                let _ = done.send(self.update_settings(values).await);
            }
            Command::SetValue { key, value, done } => {
                let _ = done.send(self.set_value(&key, value).await);
            }
            Command::Rename { name, done } => {
                let _ = done.send(self.rename(name).await);
            }
            Command::Pin { pinned, done } => {
                let _ = done.send(self.pin(pinned).await);
            }
            // These three end or begin a view, and the loop sees to them.
            Command::Attach { .. } | Command::Leave | Command::End => {}
        }
        self.start_next();
    }

    /// Takes a message of the person: checks it, keeps it, and lines it up to be answered.
    async fn receive(&mut self, text: String, command: Option<String>) -> Result<(), RunError> {
        self.check_command(command.as_deref())?;
        if command.is_none() || !text.trim().is_empty() {
            check_text(&text)?;
        }
        self.check_profile()?;
        let sequence = self.transcript.take_sequence();
        let mut step = Step { command, ..Step::said(StepKind::User, sequence, text) };
        self.transcript.take_session(&self.session);
        self.transcript.keep_message(&mut step, None).await?;
        self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        self.outbox.push(Event::Said { step: Box::new(step.clone()) });
        self.work.push_back(Work::Message { step: Box::new(step), again: None });
        Ok(())
    }

    fn check_command(&self, name: Option<&str>) -> Result<(), RunError> {
        let Some(name) = name else { return Ok(()) };
        let listed = self.commands.iter().any(|command| command.name == name);
        let known = listed || self.profile.as_ref().is_some_and(|it| it.starts_with(name));
        if known { Ok(()) } else { Err(RunError::UnknownCommand { name: name.into() }) }
    }

    /// Whether the profile still talks to this person: asked on every message, because roles
    /// change while conversations are open.
    pub(super) fn check_profile(&self) -> Result<(), RunError> {
        self.world.app.find(&self.world.user.get(), &self.transcript.thread.profile)?;
        Ok(())
    }

    async fn stop(&mut self) {
        if self.turn.is_none() {
            return;
        }
        self.cut_off(StepState::Stopped).await;
        self.work.push_front(Work::Hook(Box::new(Hook::Stop)));
    }

    /// Runs what was set for a button, after whatever runs. What it carries is read from the
    /// thread, not from the window.
    async fn press(&mut self, message: StepId, name: &str) -> Result<(), RunError> {
        self.check_profile()?;
        let step = self.transcript.step(message).await?.ok_or(RunError::NoSuchMessage)?;
        let mut buttons = step.actions.iter().filter_map(Action::button);
        let button = buttons.find(|button| button.name == name).cloned();
        let button = button.filter(|_| self.hooks.has_action(name));
        let button = button.ok_or(RunError::NoSuchMessage)?;
        self.said.insert(step.id);
        let pressed = Pressed { button, message: Message::from_step(&step) };
        self.work.push_back(Work::Hook(Box::new(Hook::Action(pressed))));
        Ok(())
    }

    /// Keeps what the person thinks of a reply.
    async fn rate(&mut self, reply: StepId, feedback: Option<Feedback>) -> Result<(), RunError> {
        let too_long = |it: &Feedback| {
            it.comment.as_ref().is_some_and(|text| text.chars().count() > MAX_COMMENT)
        };
        if feedback.as_ref().is_some_and(too_long) {
            return Err(RunError::TooLong { max: MAX_COMMENT });
        }
        let step = self.transcript.step(reply).await?;
        let reply = step.filter(|step| step.kind == StepKind::Assistant);
        let before = reply.ok_or(RunError::NoSuchMessage)?;
        let step = Step { feedback: feedback.clone(), ..before.clone() };
        self.transcript.hold(step.clone());
        if let Err(error) = self.transcript.save(Durability::OnDisk).await {
            // What was refused must not be kept with the next thing that is.
            self.transcript.hold(before);
            return Err(error.into());
        }
        self.said.insert(step.id);
        let message = Message::from_step(&step);
        self.outbox.push(Event::Changed { step: Box::new(step) });
        self.work.push_back(Work::Hook(Box::new(Hook::Feedback(Rated { message, feedback }))));
        Ok(())
    }

    async fn element(&self, step: StepId, id: ElementId) -> Result<Element, HistoryError> {
        let step = self.transcript.step(step).await?.ok_or(HistoryError::NotFound)?;
        let mut elements = step.elements.into_iter();
        elements.find(|element| element.id == id).ok_or(HistoryError::NotFound)
    }

    async fn update_settings(&mut self, changed: SettingValues) -> Result<(), SessionError> {
        let before = self.session.settings();
        let values = self.session.apply_settings(changed)?;
        if let Err(error) = self.keep_session().await {
            self.session.apply_settings(before)?;
            return Err(error);
        }
        self.work.push_back(Work::Hook(Box::new(Hook::SettingsUpdate(values))));
        Ok(())
    }

    /// Sets a session key, or removes it.
    async fn set_value(&mut self, key: &str, value: Option<Value>) -> Result<(), SessionError> {
        let before = self.session.value(key);
        self.put_value(key, value)?;
        if let Err(error) = self.keep_session().await {
            self.put_value(key, before)?;
            return Err(error);
        }
        Ok(())
    }

    fn put_value(&self, key: &str, value: Option<Value>) -> Result<(), SessionError> {
        match value {
            Some(value) => self.session.set_value(key, value),
            None => self.session.remove(key).map(drop),
        }
    }

    /// Keeps a change of the session that was made outside a turn.
    async fn keep_session(&mut self) -> Result<(), SessionError> {
        self.session_changed();
        self.transcript.take_session(&self.session);
        self.transcript.save(Durability::OnDisk).await?;
        Ok(())
    }

    async fn pin(&mut self, pinned: bool) -> Result<(), HistoryError> {
        if !self.transcript.stored() {
            return Err(HistoryError::NotFound);
        }
        let before = self.transcript.pin(pinned);
        if let Err(error) = self.transcript.save(Durability::OnDisk).await {
            self.transcript.pin(before);
            return Err(error);
        }
        self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        Ok(())
    }

    pub(super) async fn rename(&mut self, name: String) -> Result<(), HistoryError> {
        let before = self.transcript.thread.name.clone();
        self.transcript.rename(name);
        if let Err(error) = self.transcript.save(Durability::OnDisk).await {
            self.transcript.rename(before);
            return Err(error);
        }
        if self.transcript.stored() {
            self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        }
        Ok(())
    }
}

/// Whether a text can be a message.
pub(super) fn check_text(text: &str) -> Result<(), RunError> {
    if text.trim().is_empty() {
        return Err(RunError::Empty);
    }
    if text.len() > MAX_MESSAGE_BYTES {
        return Err(RunError::TooLong { max: MAX_MESSAGE_BYTES });
    }
    Ok(())
}

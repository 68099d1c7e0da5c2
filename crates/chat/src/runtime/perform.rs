//! What a conversation does when its handler does something.

use crate::chat::ChatError;
use crate::event::Event;
use crate::failure::Failure;
use crate::ids::StepId;
use crate::message::Message;
use crate::port::history::Durability;
use crate::port::model::ModelMessage;
use crate::runtime::conversation::Conversation;
use crate::runtime::op::{Op, Scoped, StepChange};
use crate::runtime::talk::talk;
use crate::runtime::turn::Shown;
use crate::step::{Step, StepKind, StepState};

impl Conversation {
    pub(super) async fn perform(&mut self, Scoped { scope, op }: Scoped) {
        if self.turn.as_ref().is_none_or(|turn| turn.scope != scope) {
            // Dropping the operation drops its `done`, which its sender reads as `Ended`.
            return;
        }
        let before = self.outbox.sent();
        self.perform_now(op).await;
        self.outbox.charge(before);
    }

    async fn perform_now(&mut self, op: Op) {
        // An answer that nobody waits for any more is no failure, hence `let _`.
        match op {
            Op::Say { message, state, done } => {
                let _ = done.send(self.say(message, state).await);
            }
            Op::Reopen { step, done } => {
                let _ = done.send(self.reopen(step).await);
            }
            Op::Begin { parent, kind, name, done } => {
                let _ = done.send(self.begin(parent, kind, name).await);
            }
            Op::Append { step, text } => self.append(step, text),
            Op::Change { step, change, done } => {
                let _ = done.send(self.change(step, change).await);
            }
            Op::Finish { step, failure, done } => {
                let _ = done.send(self.finish(step, failure).await);
            }
            Op::Update { message, done } => {
                let _ = done.send(self.update(message).await);
            }
            Op::Remove { step, done } => {
                let _ = done.send(self.remove(step).await);
            }
            Op::Context { done } => {
                let _ = done.send(self.context().await);
            }
            Op::Steps { done } => {
                let _ = done.send(self.transcript.all().await.map_err(ChatError::from));
            }
            Op::Ask { prompt, want, within, answer, done } => {
                let _ = done.send(self.ask(prompt, want, within, answer).await);
            }
            Op::AskTimedOut { step, done } => {
                // Answered in the last moment: the answer wins and the time-out means nothing.
                let _ = self.time_out(step).await;
                let _ = done.send(Ok(()));
            }
            Op::Rename { name, done } => {
                let _ = done.send(self.rename(name).await.map_err(ChatError::from));
            }
            Op::Toast { toast, done } => {
                self.outbox.push(Event::Toast { toast });
                let _ = done.send(Ok(()));
            }
            Op::SetCommands { commands, done } => {
                self.commands.clone_from(&commands);
                self.outbox.push(Event::Commands { commands });
                let _ = done.send(Ok(()));
            }
            Op::HandOver { profile, message, done } => {
                self.outbox.push(Event::Handover { profile, message });
                let _ = done.send(Ok(()));
            }
        }
    }

    async fn say(&mut self, message: Message, state: StepState) -> Result<(), ChatError> {
        if !self.said.insert(message.id()) {
            return Err(ChatError::AlreadySaid);
        }
        let mut step = message.into_step(self.take_place());
        if state == StepState::Writing {
            step.state = state;
            step.ended_at = None;
        }
        self.show(step).await
    }

    async fn reopen(&mut self, id: StepId) -> Result<(), ChatError> {
        let step = self.transcript.step(id).await?;
        let mut step = step.filter(Step::is_broken_off).ok_or(ChatError::NoSuchMessage)?;
        (step.state, step.ended_at, step.failure) = (StepState::Writing, None, None);
        if let Some(turn) = &mut self.turn {
            turn.spoke = true;
        }
        self.transcript.hold(step.clone());
        self.outbox.push(Event::Changed { step: Box::new(step) });
        self.save().await
    }

    async fn begin(
        &mut self,
        parent: Option<StepId>,
        kind: StepKind,
        name: String,
    ) -> Result<StepId, ChatError> {
        let mut step = Step::said(kind, self.take_place(), String::new());
        (step.parent, step.name) = (parent, name);
        (step.state, step.ended_at) = (StepState::Writing, None);
        let id = step.id;
        self.show(step).await?;
        Ok(id)
    }

    /// The place for what the handler says next: the one kept for its reply, then the next ones.
    pub(super) fn take_place(&mut self) -> u32 {
        let kept = self.turn.as_mut().and_then(|turn| turn.place.take());
        kept.unwrap_or_else(|| self.transcript.take_sequence())
    }

    /// Takes in a new step and shows it.
    pub(super) async fn show(&mut self, mut step: Step) -> Result<(), ChatError> {
        if let Some(turn) = &mut self.turn {
            turn.spoke = true;
            step.answers = turn.answering;
        }
        self.transcript.begin(&mut step);
        self.outbox.push(Event::Said { step: Box::new(step) });
        self.save().await
    }

    fn append(&mut self, id: StepId, text: String) {
        let Some(step) = self.transcript.change(id) else { return };
        if step.state != StepState::Writing {
            return;
        }
        step.output.push_str(&text);
        self.outbox.push(Event::Delta { step: id, text });
        self.save_soon();
    }

    async fn change(&mut self, id: StepId, change: StepChange) -> Result<(), ChatError> {
        let step = self.transcript.change(id).ok_or(ChatError::NoSuchMessage)?;
        match change {
            StepChange::Input(text) => step.input = text,
            StepChange::Output(text) => step.output = text,
            StepChange::Language(name) => step.language = Some(name),
            StepChange::Element(element) => step.elements.push(*element),
        }
        let step = Box::new(step.clone());
        self.outbox.push(Event::Changed { step });
        self.save_soon();
        Ok(())
    }

    async fn finish(&mut self, id: StepId, failure: Option<Failure>) -> Result<(), ChatError> {
        let step = self.transcript.change(id).ok_or(ChatError::NoSuchMessage)?;
        step.end(if failure.is_some() { StepState::Failed } else { StepState::Done });
        let mut told = false;
        if let Some(turn) = &mut self.turn
            && let Some(failure) = &failure
        {
            // What a part of this work failed with is told there.
            told = turn
                .shown
                .as_ref()
                .is_some_and(|it| it.under == Some(id) && it.failure == *failure);
            turn.shown = Some(Shown { failure: failure.clone(), under: step.parent });
        }
        step.failure = failure.filter(|_| !told);
        let step = Box::new(step.clone());
        self.outbox.push(Event::Changed { step });
        self.save().await
    }

    async fn update(&mut self, message: Message) -> Result<(), ChatError> {
        let step = self.transcript.step(message.id()).await?;
        let mut step = step.ok_or(ChatError::NoSuchMessage)?;
        message.change(&mut step);
        self.transcript.hold(step.clone());
        self.outbox.push(Event::Changed { step: Box::new(step) });
        self.save().await
    }

    async fn remove(&mut self, id: StepId) -> Result<(), ChatError> {
        let step = self.transcript.step(id).await?.ok_or(ChatError::NoSuchMessage)?;
        self.transcript.remove(step.id).await?;
        self.outbox.push(Event::Removed { step: id });
        Ok(())
    }

    /// Keeps what changed, and what the session holds now.
    async fn save(&mut self) -> Result<(), ChatError> {
        self.transcript.take_session(&self.session);
        Ok(self.transcript.save(Durability::Soon).await?)
    }

    async fn context(&self) -> Result<Vec<ModelMessage>, ChatError> {
        let answering = self.turn.as_ref().and_then(|turn| turn.answering);
        Ok(talk(self.transcript.all().await?, answering, &self.queued_set()))
    }
}

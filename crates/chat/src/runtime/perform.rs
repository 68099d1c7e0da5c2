//! What a conversation does when its handler does something.

use jiff::SignedDuration;
use tokio::sync::oneshot;

use crate::ask::{Ask, AskFile, AskState, AskedFile, Want};
use crate::chat::ChatError;
use crate::clock;
use crate::event::Event;
use crate::failure::Failure;
use crate::ids::StepId;
use crate::message::Message;
use crate::port::history::Durability;
use crate::port::model::ModelMessage;
use crate::runtime::conversation::Conversation;
use crate::runtime::op::{Op, Scoped};
use crate::step::{Step, StepKind, StepState};

impl Conversation {
    pub(super) async fn perform(&mut self, Scoped { scope, op }: Scoped) {
        if self.turn.as_ref().is_none_or(|turn| turn.scope != scope) {
            // Dropping the operation drops its `done`, which its sender reads as `Ended`.
            return;
        }
        // An answer that nobody waits for any more is no failure, hence `let _`.
        match op {
            Op::Say { message, state, done } => {
                let _ = done.send(self.say(message, state).await);
            }
            Op::Append { step, text } => self.append(step, text),
            Op::Finish { step, failure, done } => {
                let _ = done.send(self.finish(step, failure).await);
            }
            Op::Context { done } => {
                let _ = done.send(self.context().await);
            }
            Op::AskFile { ask, answer, done } => {
                let _ = done.send(self.ask_file(ask, answer).await);
            }
            Op::AskTimedOut { step, done } => {
                // Answered in the last moment: the answer wins and the time-out means nothing.
                let _ = self.close_ask(step, AskState::TimedOut, None).await;
                let _ = done.send(Ok(()));
            }
            Op::Rename { name, done } => {
                let _ = done.send(self.rename(name).await.map_err(ChatError::from));
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

    /// The place for what the handler says next: the one kept for its reply, then the next ones.
    fn take_place(&mut self) -> u32 {
        let kept = self.turn.as_mut().and_then(|turn| turn.place.take());
        kept.unwrap_or_else(|| self.transcript.take_sequence())
    }

    /// Takes in a new step and shows it.
    async fn show(&mut self, step: Step) -> Result<(), ChatError> {
        if let Some(turn) = &mut self.turn {
            turn.spoke = true;
        }
        self.outbox.push(Event::Said { step: Box::new(step.clone()) });
        self.transcript.hold(step);
        self.transcript.save(Durability::Soon).await?;
        Ok(())
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

    async fn finish(&mut self, id: StepId, failure: Option<Failure>) -> Result<(), ChatError> {
        let step = self.transcript.change(id).ok_or(ChatError::NoSuchMessage)?;
        step.end(if failure.is_some() { StepState::Failed } else { StepState::Done });
        step.failure.clone_from(&failure);
        let step = Box::new(step.clone());
        self.outbox.push(Event::Changed { step });
        if let Some(turn) = &mut self.turn {
            turn.shown = failure;
        }
        self.transcript.save(Durability::Soon).await?;
        Ok(())
    }

    async fn context(&self) -> Result<Vec<ModelMessage>, ChatError> {
        let (answering, until) =
            self.turn.as_ref().map_or((None, None), |turn| (turn.answering, turn.until));
        Ok(self.transcript.context(answering, &self.queued_set(), until).await?)
    }

    async fn ask_file(
        &mut self,
        ask: AskFile,
        answer: oneshot::Sender<Option<Vec<AskedFile>>>,
    ) -> Result<StepId, ChatError> {
        let AskFile { prompt, accept, max_size, max_files, within } = ask;
        let within = SignedDuration::try_from(within).unwrap_or(SignedDuration::MAX);
        let now = clock::now();
        let sequence = self.take_place();
        let mut step = Step::said(StepKind::Assistant, sequence, prompt);
        step.ended_at = None;
        step.ask = Some(Ask {
            want: Want::Files { accept, max_size, max_files },
            deadline: now.checked_add(within).unwrap_or(jiff::Timestamp::MAX),
            state: AskState::Open,
        });
        let id = step.id;
        self.show(step).await?;
        self.asks.insert(id, answer);
        Ok(id)
    }
}

//! Questions of a handler: put, answered once, and closed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::ask::{Answer, AnswerError, Ask, AskState, Want};
use crate::chat::ChatError;
use crate::event::Event;
use crate::ids::StepId;
use crate::port::history::Durability;
use crate::runtime::conversation::Conversation;
use crate::runtime::op::{Answered, Closing};
use crate::runtime::transcript;
use crate::step::{Step, StepKind};

impl Conversation {
    pub(super) async fn ask(
        &mut self,
        prompt: String,
        want: Want,
        within: Duration,
        answer: Answered,
    ) -> Result<StepId, ChatError> {
        let within = within.saturating_add(self.world.time.moved());
        let within = SignedDuration::try_from(within).unwrap_or(SignedDuration::MAX);
        let sequence = self.take_place();
        let mut step = Step::said(StepKind::Assistant, sequence, prompt);
        step.ended_at = None;
        step.ask = Some(Ask {
            want,
            deadline: step.created_at.checked_add(within).unwrap_or(Timestamp::MAX),
            state: AskState::Open,
        });
        let id = step.id;
        self.show(step).await?;
        self.asks.insert(id, answer);
        Ok(id)
    }

    /// What an open question wants.
    pub(super) fn want(&self, step: StepId) -> Result<Want, AnswerError> {
        let open = self.asks.contains_key(&step);
        let ask = self.transcript.held(step).and_then(|step| step.ask.as_ref());
        ask.filter(|_| open).map(|ask| ask.want.clone()).ok_or(AnswerError::Closed)
    }

    pub(super) async fn answer(&mut self, step: StepId, answer: Answer) -> Result<(), AnswerError> {
        let want = self.want(step)?;
        let answer = want.check(answer)?;
        let state = AskState::Answered { summary: want.summary(&answer) };
        self.close_ask(step, Closing { state, answer: Some(answer) }).await
    }

    pub(super) async fn decline(&mut self, step: StepId) -> Result<(), AnswerError> {
        self.close_ask(step, Closing { state: AskState::Cancelled, answer: None }).await
    }

    pub(super) async fn time_out(&mut self, step: StepId) -> Result<(), AnswerError> {
        self.close_ask(step, Closing { state: AskState::TimedOut, answer: None }).await
    }

    /// Closes an open question and wakes the handler that asked it.
    async fn close_ask(&mut self, id: StepId, closing: Closing) -> Result<(), AnswerError> {
        let waiting = self.asks.remove(&id).ok_or(AnswerError::Closed)?;
        if let Some(step) = self.transcript.change(id) {
            transcript::close(step, closing.state);
            let step = Box::new(step.clone());
            self.outbox.push(Event::Changed { step });
        }
        self.keep(Durability::Soon).await;
        // A handler that gave up waiting meanwhile is told by its own time-out.
        let _ = waiting.send(closing.answer);
        Ok(())
    }
}

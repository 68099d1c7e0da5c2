//! Other answers and other wordings: each begins a branch beside what was there.

use crate::branch::{Branch, Fork, TRUNK};
use crate::event::Event;
use crate::hook::Hook;
use crate::ids::StepId;
use crate::message::Message;
use crate::port::history::HistoryError;
use crate::runtime::conversation::{Conversation, RunError, Work};
use crate::runtime::obey::check_text;
use crate::runtime::transcript::is_from_person;
use crate::step::{Step, StepKind};

impl Conversation {
    /// Has the person's last message answered: once more, in a branch of its own, where there is
    /// an answer already.
    pub(super) async fn retry(&mut self) -> Result<(), RunError> {
        self.check_idle()?;
        if !self.transcript.stored() {
            return Err(RunError::NothingToRetry);
        }
        let message = self.transcript.last(None, is_from_person).await?;
        self.answer_again(message.ok_or(RunError::NothingToRetry)?).await
    }

    /// Has the message that a reply answers answered once more, in a branch of its own.
    pub(super) async fn regenerate(&mut self, reply: StepId) -> Result<(), RunError> {
        self.check_idle()?;
        let reply = self.in_view(reply, StepKind::Assistant).await?;
        let message = match reply.answers {
            Some(message) => self.transcript.step(message).await?,
            None => self.transcript.last(Some(reply.sequence), is_from_person).await?,
        };
        self.answer_again(message.ok_or(RunError::NoSuchMessage)?).await
    }

    /// Has a reply go on that was broken off, if nothing was said after it.
    pub(super) async fn continue_reply(&mut self, reply: StepId) -> Result<(), RunError> {
        self.check_idle()?;
        let reply = self.in_view(reply, StepKind::Assistant).await?;
        self.check_profile()?;
        let last = self.transcript.last(None, is_spoken).await?;
        let is_last = last.is_some_and(|last| last.id == reply.id);
        if !self.hooks.has_continue() || !is_last || !reply.is_broken_off() {
            return Err(RunError::NothingToRetry);
        }
        self.said.insert(reply.id);
        let reply = Hook::Continue(Message::from_step(&reply));
        self.work.push_back(Work::Hook(Box::new(reply)));
        Ok(())
    }

    async fn answer_again(&mut self, message: Step) -> Result<(), RunError> {
        self.check_profile()?;
        if !self.hooks.has_message() {
            return Err(RunError::NothingToRetry);
        }
        let answered = self.transcript.first_answer(&message).await?;
        let mut place = None;
        if let Some(first) = answered {
            let begins = self.transcript.take_sequence();
            let branch = self.branch_at(first.sequence, begins);
            self.transcript.keep_branch(branch).await?;
            self.show_view().await?;
            place = Some(begins);
        }
        self.work.push_back(Work::Message { step: Box::new(message), again: place });
        Ok(())
    }

    /// Says `text` in place of a message of the person, in a branch of its own, and has it
    /// answered.
    pub(super) async fn edit(&mut self, message: StepId, text: String) -> Result<(), RunError> {
        self.check_idle()?;
        check_text(&text)?;
        self.check_profile()?;
        let old = self.in_view(message, StepKind::User).await?;
        let sequence = self.transcript.take_sequence();
        let branch = self.branch_at(old.sequence, sequence);
        let command = old.command;
        let mut step = Step { command, ..Step::said(StepKind::User, sequence, text) };
        self.transcript.take_session(&self.session);
        self.transcript.keep_message(&mut step, Some(branch)).await?;
        self.show_view().await?;
        self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        self.work.push_back(Work::Message { step: Box::new(step), again: None });
        Ok(())
    }

    /// Brings another branch into view.
    pub(super) async fn show_branch(&mut self, branch: u32) -> Result<(), RunError> {
        self.check_idle()?;
        let mut branches = self.transcript.thread.branches.iter();
        if branch != TRUNK && !branches.any(|known| known.id == branch) {
            return Err(RunError::NoSuchMessage);
        }
        self.transcript.view(branch).await?;
        Ok(self.show_view().await?)
    }

    /// Tells the view what is in view now.
    async fn show_view(&mut self) -> Result<(), HistoryError> {
        let (steps, earlier) = self.transcript.newest().await?;
        let (branches, branch) =
            (self.transcript.thread.branches.clone(), self.transcript.thread.branch);
        self.outbox.push(Event::Branched { branches, branch, steps, earlier });
        Ok(())
    }

    /// A new branch beside what stands at `sequence`, whose own steps come from `begins` on.
    fn branch_at(&self, sequence: u32, begins: u32) -> Branch {
        let branches = &self.transcript.thread.branches;
        let Fork { parent, from } = self.transcript.path().fork(branches, sequence);
        let last = branches.iter().map(|branch| branch.id).max().unwrap_or(TRUNK);
        Branch { id: last + 1, parent, from, begins }
    }

    async fn in_view(&self, id: StepId, kind: StepKind) -> Result<Step, RunError> {
        let step = self.transcript.step(id).await?;
        let path = self.transcript.path();
        step.filter(|step| step.kind == kind && path.shows(step.branch, step.sequence))
            .ok_or(RunError::NoSuchMessage)
    }

    fn check_idle(&self) -> Result<(), RunError> {
        let idle = self.turn.is_none() && self.work.is_empty();
        if idle { Ok(()) } else { Err(RunError::Busy) }
    }
}

/// Whether a step is something that was said, and not the work for it.
fn is_spoken(step: &Step) -> bool {
    matches!(step.kind, StepKind::User | StepKind::Assistant)
}

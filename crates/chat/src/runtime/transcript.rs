//! The thread of an open conversation: what is on disk, and what is not there yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ask::AskState;
use crate::clock;
use crate::ids::StepId;
use crate::port::history::{Change, Durability, History, HistoryError};
use crate::port::model::{Author, ModelMessage};
use crate::session::UserSession;
use crate::step::{Step, StepKind, StepState};
use crate::thread::{Thread, name_from};

/// How many steps a snapshot and a page hold.
pub(super) const PAGE: usize = 50;

/// How many steps are read at once where all are needed.
const SWEEP: usize = 500;

/// A thread and its steps. Before anything is kept, all of them are held in memory; after that only
/// those that may still change, or whose last change could not be written yet.
pub(super) struct Transcript {
    pub(super) thread: Thread,
    history: Arc<dyn History>,
    stored: bool,
    next_sequence: u32,
    held: BTreeMap<StepId, Step>,
    dirty: BTreeSet<StepId>,
    /// The header carries the whole session, so it is written only when it changed.
    header_changed: bool,
    /// The session's revision that the header carries.
    session_revision: u64,
}

impl Transcript {
    /// A thread that nothing was said in.
    pub(super) fn new(thread: Thread, history: Arc<dyn History>) -> Self {
        Self {
            thread,
            history,
            stored: false,
            next_sequence: 0,
            held: BTreeMap::new(),
            dirty: BTreeSet::new(),
            header_changed: false,
            session_revision: 0,
        }
    }

    /// A stored thread. Steps that were being written when the app ended are marked interrupted,
    /// and questions that were open are cancelled.
    pub(super) async fn reopen(
        thread: Thread,
        history: Arc<dyn History>,
    ) -> Result<Self, HistoryError> {
        let newest = history.steps(thread.id, None, PAGE).await?;
        let next_sequence = history.next_sequence(thread.id).await?;
        let mut transcript = Self::new(thread, history);
        transcript.stored = true;
        transcript.next_sequence = next_sequence;
        for mut step in newest.items {
            if step.state == StepState::Writing {
                step.end(StepState::Interrupted);
                transcript.hold(step);
            } else if is_open(&step) {
                close(&mut step, AskState::Cancelled);
                transcript.hold(step);
            }
        }
        if transcript.has_unsaved_steps() {
            transcript.save(Durability::Soon).await?;
        }
        Ok(transcript)
    }

    pub(super) fn stored(&self) -> bool {
        self.stored
    }

    /// The place for the next step.
    pub(super) fn take_sequence(&mut self) -> u32 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        sequence
    }

    /// Takes a new or changed step in; it is written with the next [`save`](Self::save).
    pub(super) fn hold(&mut self, step: Step) {
        self.dirty.insert(step.id);
        self.held.insert(step.id, step);
    }

    /// A step that is still held, to be changed.
    pub(super) fn change(&mut self, id: StepId) -> Option<&mut Step> {
        let step = self.held.get_mut(&id)?;
        self.dirty.insert(id);
        Some(step)
    }

    /// A step that is still held.
    pub(super) fn held(&self, id: StepId) -> Option<&Step> {
        self.held.get(&id)
    }

    /// The steps that are still being written or asked.
    pub(super) fn unfinished(&self) -> Vec<StepId> {
        self.held
            .values()
            .filter(|step| step.state == StepState::Writing || is_open(step))
            .map(|step| step.id)
            .collect()
    }

    /// Whether [`save`](Self::save) has steps to write.
    pub(super) fn has_unsaved_steps(&self) -> bool {
        self.stored && !self.dirty.is_empty()
    }

    /// Keeps the person's message, on the disk before this returns. The first one brings the
    /// thread into being, with everything that was said before it.
    pub(super) async fn keep_message(&mut self, step: Step) -> Result<(), HistoryError> {
        let before = (self.stored, self.thread.name.clone(), self.thread.last_activity);
        self.stored = true;
        if self.thread.name.is_empty() {
            self.thread.name = name_from(&step.output);
        }
        self.thread.last_activity = step.created_at;
        self.header_changed = true;
        let id = step.id;
        self.hold(step);
        let kept = self.save(Durability::OnDisk).await;
        if kept.is_err() {
            self.held.remove(&id);
            self.dirty.remove(&id);
            (self.stored, self.thread.name, self.thread.last_activity) = before;
        }
        kept
    }

    /// Notes that something was said now.
    pub(super) fn touch(&mut self) {
        self.thread.last_activity = clock::now();
        self.header_changed = true;
    }

    /// Gives the thread a name.
    pub(super) fn rename(&mut self, name: String) {
        self.thread.name = name;
        self.header_changed = true;
    }

    /// Takes what the session holds now into the thread.
    pub(super) fn take_session(&mut self, session: &UserSession) {
        let revision = session.revision();
        if revision != self.session_revision {
            (self.thread.session, self.thread.settings) = session.stored();
            self.session_revision = revision;
            self.header_changed = true;
        }
    }

    /// Writes the header and every held step that changed. Does nothing while the thread
    /// has not come into being.
    pub(super) async fn save(&mut self, durability: Durability) -> Result<(), HistoryError> {
        if !self.stored {
            return Ok(());
        }
        let mut changes = Vec::with_capacity(1 + self.dirty.len());
        if self.header_changed {
            changes.push(Change::PutThread(Box::new(self.thread.clone())));
        }
        changes.extend(self.dirty.iter().filter_map(|id| {
            let step = Box::new(self.held.get(id)?.clone());
            Some(Change::PutStep { thread: self.thread.id, step })
        }));
        if changes.is_empty() && durability == Durability::Soon {
            return Ok(());
        }
        self.history.write(changes, durability).await?;
        self.header_changed = false;
        self.dirty.clear();
        self.held.retain(|_, step| step.state == StepState::Writing || is_open(step));
        Ok(())
    }

    /// The newest steps, oldest first, and where older ones begin.
    pub(super) async fn newest(&self) -> Result<(Vec<Step>, Option<u32>), HistoryError> {
        let mut steps = BTreeMap::new();
        let mut earlier = None;
        if self.stored {
            let page = self.history.steps(self.thread.id, None, PAGE).await?;
            earlier = page.next;
            steps.extend(by_sequence(page.items));
        }
        steps.extend(by_sequence(self.held.values().cloned()));
        Ok((steps.into_values().collect(), earlier))
    }

    /// The person's last message.
    pub(super) async fn last_user_message(&self) -> Result<Option<Step>, HistoryError> {
        let mut before = None;
        loop {
            let page = self.history.steps(self.thread.id, before, PAGE).await?;
            if let Some(step) = page.items.into_iter().rfind(|step| step.kind == StepKind::User) {
                return Ok(Some(step));
            }
            before = page.next;
            if before.is_none() {
                return Ok(None);
            }
        }
    }

    /// Every step on disk, by place.
    async fn stored_steps(&self) -> Result<BTreeMap<u32, Step>, HistoryError> {
        let mut steps = BTreeMap::new();
        let mut before = None;
        loop {
            let page = self.history.steps(self.thread.id, before, SWEEP).await?;
            steps.extend(by_sequence(page.items));
            before = page.next;
            if before.is_none() {
                return Ok(steps);
            }
        }
    }

    /// The conversation as a model reads it, ending with the message `answering`. What waits in
    /// `queued` is left out, and so is what was said after the place `until`.
    pub(super) async fn context(
        &self,
        answering: Option<StepId>,
        queued: &BTreeSet<StepId>,
        until: Option<u32>,
    ) -> Result<Vec<ModelMessage>, HistoryError> {
        let mut steps = self.stored_steps().await?;
        steps.extend(by_sequence(self.held.values().cloned()));
        let mut messages = Vec::new();
        let mut asked = None;
        for step in steps.into_values() {
            let author = match step.kind {
                StepKind::User => Author::User,
                StepKind::Assistant => Author::Assistant,
                StepKind::System | StepKind::Tool => continue,
            };
            let later = until.is_some_and(|until| step.sequence > until);
            if step.output.is_empty() || queued.contains(&step.id) || later {
                continue;
            }
            let message = ModelMessage { author, text: step.output };
            if Some(step.id) == answering {
                asked = Some(message);
            } else {
                messages.push(message);
            }
        }
        // A message that waited for its turn stands before the reply it waited for.
        messages.extend(asked);
        Ok(messages)
    }
}

fn by_sequence(steps: impl IntoIterator<Item = Step>) -> impl Iterator<Item = (u32, Step)> {
    steps.into_iter().map(|step| (step.sequence, step))
}

fn is_open(step: &Step) -> bool {
    step.ask.as_ref().is_some_and(|ask| ask.state == AskState::Open)
}

/// Closes the question that a step asks.
pub(super) fn close(step: &mut Step, state: AskState) {
    if let Some(ask) = &mut step.ask {
        ask.state = state;
    }
    step.ended_at = Some(clock::now());
}

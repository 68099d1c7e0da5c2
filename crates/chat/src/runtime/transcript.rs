//! The thread of an open conversation: what is on disk, and what is not there yet.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ask::AskState;
use crate::branch::{Branch, Path};
use crate::clock;
use crate::ids::StepId;
use crate::port::history::{Change, Durability, History, HistoryError};
use crate::runtime::pages::{self, PAGE};
use crate::session::UserSession;
use crate::step::{Step, StepKind, StepState};
use crate::thread::{Thread, name_from};

/// How many steps are read at once where all are needed.
const SWEEP: usize = 500;

/// A thread and its steps. Before anything is kept, all of them are held in memory; after that only
/// those that may still change, or whose last change could not be written yet.
pub(super) struct Transcript {
    pub(super) thread: Thread,
    history: Arc<dyn History>,
    stored: bool,
    path: Path,
    next_sequence: u32,
    held: BTreeMap<StepId, Step>,
    dirty: BTreeSet<StepId>,
    /// The header carries the whole session, so it is written only when it changed.
    header_changed: bool,
    /// Whether everything that was written is on the disk.
    on_disk: bool,
    /// The session's revision that the header carries.
    session_revision: u64,
}

impl Transcript {
    /// A thread that nothing was said in.
    pub(super) fn new(thread: Thread, history: Arc<dyn History>) -> Self {
        Self {
            path: Path::of(&thread.branches, thread.branch),
            thread,
            history,
            stored: false,
            next_sequence: 0,
            held: BTreeMap::new(),
            dirty: BTreeSet::new(),
            header_changed: false,
            on_disk: true,
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
        transcript.prune();
        // What was at work when the app ended is among the newest, or was part of what is not.
        let mut known: BTreeSet<_> = newest.items.iter().map(|step| step.id).collect();
        let mut steps = newest.items;
        let mut place = 0;
        while let Some(step) = steps.get(place) {
            place += 1;
            let Some(parent) = step.parent.filter(|parent| known.insert(*parent)) else { continue };
            steps.extend(transcript.step(parent).await?);
        }
        for mut step in steps {
            if step.state == StepState::Writing {
                step.end(StepState::Interrupted);
                transcript.hold(step);
            } else if is_open(&step) {
                close(&mut step, AskState::Cancelled);
                transcript.hold(step);
            }
        }
        if transcript.has_unsaved_steps() || transcript.header_changed {
            transcript.save(Durability::Soon).await?;
        }
        Ok(transcript)
    }

    /// Drops the newest branch if the app ended before anything was said in it: nothing would show
    /// the way back from there.
    fn prune(&mut self) {
        let empty = |branch: &mut Branch| branch.begins >= self.next_sequence;
        if let Some(branch) = self.thread.branches.pop_if(empty)
            && self.thread.branch == branch.id
        {
            self.thread.branch = branch.parent;
            self.look_along();
            self.header_changed = true;
        }
    }

    pub(super) fn stored(&self) -> bool {
        self.stored
    }

    /// Whether everything that was written is on the disk.
    pub(super) fn on_disk(&self) -> bool {
        self.on_disk
    }

    /// Which steps are in view.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The place for the next step.
    pub(super) fn take_sequence(&mut self) -> u32 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        sequence
    }

    /// Takes in a step that is new, in the branch in view.
    pub(super) fn begin(&mut self, step: &mut Step) {
        step.branch = self.thread.branch;
        self.hold(step.clone());
    }

    /// Takes a changed step in; it is written with the next [`save`](Self::save).
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

    /// A step of this thread, held or stored.
    pub(super) async fn step(&self, id: StepId) -> Result<Option<Step>, HistoryError> {
        match self.held.get(&id) {
            Some(step) => Ok(Some(step.clone())),
            None if self.stored => self.history.step(self.thread.id, id).await,
            None => Ok(None),
        }
    }

    /// The steps that are still being written or asked, the last begun first.
    pub(super) fn unfinished(&self) -> Vec<StepId> {
        let mut steps: Vec<_> = self.held.values().filter(|step| is_unfinished(step)).collect();
        // Not by id: a message gets its own before it is sent.
        steps.sort_unstable_by_key(|step| Reverse(step.sequence));
        steps.into_iter().map(|step| step.id).collect()
    }

    /// Whether [`save`](Self::save) has steps to write.
    pub(super) fn has_unsaved_steps(&self) -> bool {
        self.stored && !self.dirty.is_empty()
    }

    /// Keeps the person's message, on the disk before this returns. The first one brings the
    /// thread into being, with everything that was said before it. With `fork`, it begins that
    /// branch.
    pub(super) async fn keep_message(
        &mut self,
        step: &mut Step,
        fork: Option<Branch>,
    ) -> Result<(), HistoryError> {
        let before = (self.stored, self.thread.clone());
        self.stored = true;
        if self.thread.name.is_empty() {
            let command = step.command.as_deref().map(|name| format!("/{name}"));
            self.thread.name = match name_from(&step.output) {
                name if name.is_empty() => command.unwrap_or_default(),
                name => name,
            };
        }
        self.thread.last_activity = step.created_at;
        self.header_changed = true;
        if let Some(branch) = fork {
            self.grow(branch);
        }
        self.begin(step);
        let kept = self.save(Durability::OnDisk).await;
        if kept.is_err() {
            self.held.remove(&step.id);
            self.dirty.remove(&step.id);
            (self.stored, self.thread) = before;
            self.look_along();
        }
        kept
    }

    /// Begins a branch that nothing was said in yet, on the disk before this returns.
    pub(super) async fn keep_branch(&mut self, branch: Branch) -> Result<(), HistoryError> {
        let before = self.thread.clone();
        self.grow(branch);
        self.keep_view(before).await
    }

    /// Brings a branch into view that is there, on the disk before this returns.
    pub(super) async fn view(&mut self, branch: u32) -> Result<(), HistoryError> {
        let before = self.thread.clone();
        self.thread.branch = branch;
        self.keep_view(before).await
    }

    async fn keep_view(&mut self, before: Thread) -> Result<(), HistoryError> {
        self.look_along();
        self.header_changed = true;
        let kept = self.save(Durability::OnDisk).await;
        if kept.is_err() {
            self.thread = before;
            self.look_along();
        }
        kept
    }

    fn grow(&mut self, branch: Branch) {
        self.thread.branches.push(branch);
        self.thread.branch = branch.id;
        self.look_along();
    }

    fn look_along(&mut self) {
        self.path = Path::of(&self.thread.branches, self.thread.branch);
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

    /// Pins the thread, or no longer; gives whether it was.
    pub(super) fn pin(&mut self, pinned: bool) -> bool {
        self.header_changed = true;
        std::mem::replace(&mut self.thread.pinned, pinned)
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
        self.on_disk = durability == Durability::OnDisk;
        self.header_changed = false;
        self.dirty.clear();
        self.held.retain(|_, step| is_unfinished(step));
        Ok(())
    }

    /// Takes a step out of the thread, on the disk before this returns.
    pub(super) async fn remove(&mut self, step: StepId) -> Result<(), HistoryError> {
        if self.stored {
            let change = Change::RemoveStep { thread: self.thread.id, step };
            self.history.write(vec![change], Durability::OnDisk).await?;
        }
        self.held.remove(&step);
        self.dirty.remove(&step);
        Ok(())
    }

    /// Removes the files of a thread that never came into being.
    pub(super) async fn clear_away(&self) -> Result<(), HistoryError> {
        if self.stored { Ok(()) } else { self.history.remove_files(self.thread.id).await }
    }

    /// The newest steps in view, oldest first, and where older ones begin.
    pub(super) async fn newest(&self) -> Result<(Vec<Step>, Option<u32>), HistoryError> {
        let mut steps = BTreeMap::new();
        let mut earlier = None;
        if self.stored {
            let page = self.page(None, PAGE).await?;
            earlier = page.next;
            steps.extend(by_sequence(page.items));
        }
        steps.extend(by_sequence(self.held_in_view()));
        Ok((steps.into_values().collect(), earlier))
    }

    /// The newest step in view below the place `before` that `wanted` picks.
    pub(super) async fn last(
        &self,
        mut before: Option<u32>,
        wanted: impl Fn(&Step) -> bool,
    ) -> Result<Option<Step>, HistoryError> {
        loop {
            let page = self.page(before, PAGE).await?;
            if let Some(step) = page.items.into_iter().rfind(&wanted) {
                return Ok(Some(step));
            }
            before = page.next;
            if before.is_none() {
                return Ok(None);
            }
        }
    }

    /// The first step in view that was said or done to answer `message`, and is part of no other.
    pub(super) async fn first_answer(&self, message: &Step) -> Result<Option<Step>, HistoryError> {
        // What was kept before steps knew that stands right after its message.
        let is_answer = |step: &Step| match step.answers {
            Some(answered) => answered == message.id,
            None => step.kind != StepKind::User,
        };
        let mut first = None;
        let mut before = None;
        loop {
            let page = self.page(before, PAGE).await?;
            let reached = page.items.first().is_none_or(|it| it.sequence <= message.sequence);
            let later = |step: &Step| step.sequence > message.sequence && step.parent.is_none();
            let found = page.items.into_iter().find(|step| later(step) && is_answer(step));
            first = found.or(first);
            before = page.next;
            if reached || before.is_none() {
                return Ok(first);
            }
        }
    }

    /// Every step in view, oldest first.
    pub(super) async fn all(&self) -> Result<Vec<Step>, HistoryError> {
        let mut steps = BTreeMap::new();
        // Before it is stored there is nothing to read.
        let mut next = Some(None).filter(|_: &Option<u32>| self.stored);
        while let Some(before) = next {
            let page = self.page(before, SWEEP).await?;
            steps.extend(by_sequence(page.items));
            next = page.next.map(Some);
        }
        steps.extend(by_sequence(self.held_in_view()));
        Ok(steps.into_values().collect())
    }

    async fn page(
        &self,
        before: Option<u32>,
        limit: usize,
    ) -> Result<crate::port::history::Page<Step, u32>, HistoryError> {
        pages::page(&*self.history, self.thread.id, &self.path, before, limit).await
    }

    fn held_in_view(&self) -> impl Iterator<Item = Step> {
        let shown = |step: &&Step| self.path.shows(step.branch, step.sequence);
        self.held.values().filter(shown).cloned()
    }
}

fn by_sequence(steps: impl IntoIterator<Item = Step>) -> impl Iterator<Item = (u32, Step)> {
    steps.into_iter().map(|step| (step.sequence, step))
}

fn is_unfinished(step: &Step) -> bool {
    step.state == StepState::Writing || is_open(step)
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

/// Whether a step is a message of the person.
pub(super) fn is_from_person(step: &Step) -> bool {
    step.kind == StepKind::User
}

//! What a window would show, from the events that it gets.

use crate::ask::AskState;
use crate::branch::Path;
use crate::event::{Event, Snapshot};
use crate::failure::Failure;
use crate::step::Step;
use crate::toast::Toast;

/// A conversation as its events tell it.
#[derive(Clone, Debug)]
pub struct View {
    snapshot: Snapshot,
    toasts: Vec<Toast>,
    handover: Option<(String, Option<String>)>,
    failures: Vec<Failure>,
}

impl View {
    /// A conversation that stands like this.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, toasts: Vec::new(), handover: None, failures: Vec::new() }
    }

    /// How it stands.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The notices that were shown.
    #[must_use]
    pub fn toasts(&self) -> &[Toast] {
        &self.toasts
    }

    /// The last proposal to go on with another profile: its name, and what to say there.
    #[must_use]
    pub fn handover(&self) -> Option<(&str, Option<&str>)> {
        self.handover.as_ref().map(|(profile, message)| (profile.as_str(), message.as_deref()))
    }

    /// What went wrong outside any step.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The newest question that is open.
    #[must_use]
    pub fn question(&self) -> Option<&Step> {
        let open = |step: &&Step| step.ask.as_ref().is_some_and(|it| it.state == AskState::Open);
        self.snapshot.steps.iter().rfind(open)
    }

    /// Takes in what happened.
    pub fn apply(&mut self, event: Event) {
        let now = &mut self.snapshot;
        match event {
            Event::Opened { snapshot } => self.snapshot = *snapshot,
            Event::Said { step } | Event::Changed { step } => put(&mut now.steps, *step),
            Event::Delta { step, text } => {
                if let Some(known) = now.steps.iter_mut().find(|known| known.id == step) {
                    known.output.push_str(&text);
                }
            }
            Event::Removed { step } => now.steps.retain(|known| known.id != step),
            Event::Branched { branches, branch, steps, earlier } => {
                let path = Path::of(&branches, branch);
                let first = steps.first().map_or(u32::MAX, |step| step.sequence);
                // What is older stays if the given steps join on to it.
                let joins = earlier.is_none() || now.steps.iter().any(|it| it.sequence == first);
                now.steps.retain(|known| {
                    joins && known.sequence < first && path.shows(known.branch, known.sequence)
                });
                if !joins || now.steps.is_empty() {
                    now.earlier = earlier;
                }
                now.steps.extend(steps);
                (now.branches, now.branch) = (branches, branch);
            }
            Event::Settings { values } => now.values = values,
            Event::Commands { commands } => now.commands = commands,
            Event::Working { working, queued } => {
                (now.working, now.queued) = (working, queued);
            }
            Event::Named { thread } => (now.thread, now.stored) = (thread, true),
            Event::Toast { toast } => self.toasts.push(toast),
            Event::Handover { profile, message } => self.handover = Some((profile, message)),
            Event::Failed { failure } => self.failures.push(failure),
        }
    }
}

fn put(steps: &mut Vec<Step>, step: Step) {
    match steps.iter_mut().find(|known| known.id == step.id) {
        Some(known) => *known = step,
        None => {
            let place = steps.partition_point(|known| known.sequence < step.sequence);
            steps.insert(place, step);
        }
    }
}

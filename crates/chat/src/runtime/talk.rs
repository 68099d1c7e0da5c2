//! The conversation as a model reads it.

use std::collections::BTreeSet;

use crate::ask::{Ask, AskState, Want};
use crate::ids::StepId;
use crate::port::model::{Author, ModelMessage};
use crate::step::{Step, StepKind};

/// What `steps`, oldest first, say to a model, ending with the message `answering`. Messages that
/// wait in `queued` are left out.
pub(super) fn talk(
    steps: Vec<Step>,
    answering: Option<StepId>,
    queued: &BTreeSet<StepId>,
) -> Vec<ModelMessage> {
    let mut messages = Vec::new();
    let mut asked = None;
    let place = steps.iter().find(|step| Some(step.id) == answering).map(|step| step.sequence);
    for step in steps {
        let author = match step.kind {
            StepKind::User => Author::User,
            StepKind::Assistant => Author::Assistant,
            _ => continue,
        };
        let answer = step.ask.as_ref().and_then(answered);
        let text = match &step.command {
            Some(command) if step.output.trim().is_empty() => format!("/{command}"),
            _ => step.output,
        };
        // What the person said later is not known yet, when an earlier message is answered again.
        let later = author == Author::User && place.is_some_and(|place| step.sequence > place);
        if text.is_empty() || later || queued.contains(&step.id) {
            continue;
        }
        let message = ModelMessage { author, text };
        if Some(step.id) == answering {
            asked = Some(message);
            continue;
        }
        messages.push(message);
        messages.extend(answer.map(|text| ModelMessage { author: Author::User, text }));
    }
    // A message that waited for its turn stands before the reply it waited for.
    messages.extend(asked);
    messages
}

/// What the person answered, in words. Files are told by name only, which says nothing.
fn answered(ask: &Ask) -> Option<String> {
    match (&ask.want, &ask.state) {
        (Want::Files { .. }, _) => None,
        (_, AskState::Answered { summary }) => Some(summary.clone()),
        _ => None,
    }
}

//! What a thread and its steps must be like to be brought in, whoever wrote the file.

use std::collections::HashSet;

use confidant_chat::branch::TRUNK;
use confidant_chat::element::MAX_ELEMENT_BYTES;
use confidant_chat::session::MAX_SESSION_BYTES;
use confidant_chat::step::Step;
use confidant_chat::thread::{MAX_THREAD_NAME, Thread};
use confidant_chat::user::MAX_NAME;
use serde_json::{Map, Value};

use super::{Imported, Left};

/// Checks the steps of one thread as they come.
pub(super) struct Checked {
    branches: HashSet<u32>,
    places: HashSet<u32>,
}

impl Checked {
    /// Checks a thread; `None` when it cannot be.
    pub(super) fn thread(thread: &Thread) -> Option<Self> {
        let fits = |map: &Map<String, Value>| {
            serde_json::to_vec(map).is_ok_and(|json| json.len() <= MAX_SESSION_BYTES)
        };
        let named =
            |name: &str, most| name.chars().count() <= most && !name.chars().any(char::is_control);
        let numbered = (1..).zip(&thread.branches).all(|(number, branch)| {
            branch.id == number && branch.parent < number && branch.from <= branch.begins
        });
        let can_be = named(&thread.name, MAX_THREAD_NAME)
            && named(&thread.profile, MAX_NAME)
            && fits(&thread.session)
            && fits(&thread.settings)
            && numbered
            && thread.branch as usize <= thread.branches.len();
        let branches = thread.branches.iter().map(|branch| branch.id).chain([TRUNK]).collect();
        can_be.then(|| Self { branches, places: HashSet::new() })
    }

    /// Whether a step can be where it says. Elements that are too large for it are left behind.
    pub(super) fn step(&mut self, step: &mut Step, imported: &mut Imported) -> bool {
        step.elements.retain(|element| {
            let fits = element.content.bytes() <= MAX_ELEMENT_BYTES;
            if !fits {
                imported.leave(Left::Elements);
            }
            fits
        });
        self.branches.contains(&step.branch)
            // The place after it must be one, too.
            && step.sequence < u32::MAX
            && self.places.insert(step.sequence)
    }
}

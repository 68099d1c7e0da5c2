//! Events on their way out, joined so that a fast reply costs the window one event a frame.

use std::time::Duration;

use tokio::time::Instant;

use crate::event::Event;
use crate::runtime::conversation::Sink;

/// The length of one frame at 60 a second.
const FRAME: Duration = Duration::from_millis(16);

/// Holds text that was appended until the frame is over; anything else goes out at once, after it.
#[derive(Default)]
pub(super) struct Outbox {
    sink: Option<Sink>,
    delta: Option<Event>,
    due: Option<Instant>,
}

impl Outbox {
    /// Sends to `sink` from now on. What was not sent yet is part of the snapshot it gets first.
    pub(super) fn attach(&mut self, sink: Sink) {
        self.delta = None;
        self.due = None;
        self.sink = Some(sink);
    }

    pub(super) fn push(&mut self, event: Event) {
        if self.sink.is_none() {
            return;
        }
        let Event::Delta { step, text } = event else {
            self.flush();
            self.deliver(event);
            return;
        };
        match &mut self.delta {
            Some(Event::Delta { step: held, text: joined }) if *held == step => {
                joined.push_str(&text);
            }
            _ => {
                self.flush();
                self.delta = Some(Event::Delta { step, text });
                self.due = Some(Instant::now() + FRAME);
            }
        }
    }

    /// When [`flush`](Self::flush) is to be called.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(super) fn flush(&mut self) {
        self.due = None;
        if let Some(delta) = self.delta.take() {
            self.deliver(delta);
        }
    }

    fn deliver(&self, event: Event) {
        if let Some(sink) = &self.sink {
            sink(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::ids::StepId;

    fn delta(step: StepId, text: &str) -> Event {
        Event::Delta { step, text: text.into() }
    }

    #[tokio::test]
    async fn deltas_of_one_step_are_joined_and_order_is_kept() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        let mut outbox = Outbox::default();
        outbox.attach(Arc::new(move |event| into.lock().unwrap().push(event)));
        let (one, two) = (StepId::new(), StepId::new());
        outbox.push(delta(one, "a"));
        outbox.push(delta(one, "b"));
        assert!(seen.lock().unwrap().is_empty(), "the frame is not over");
        outbox.push(delta(two, "c"));
        outbox.push(Event::Removed { step: one });
        assert_eq!(
            *seen.lock().unwrap(),
            [delta(one, "ab"), delta(two, "c"), Event::Removed { step: one }],
            "everything before goes out before it"
        );
        assert_eq!(outbox.due(), None, "nothing is waiting");
    }
}

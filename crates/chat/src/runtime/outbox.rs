//! Events on their way out, joined so that a fast reply costs the window one event a frame, and
//! counted so that a handler which says very much does not fill it.

use std::time::Duration;

use tokio::time::Instant;

use crate::event::Event;
use crate::runtime::conversation::Sink;

/// The length of one frame at 60 a second.
const FRAME: Duration = Duration::from_millis(16);

/// How many events a handler may cause in one frame. It waits for the next one then.
const MOST: u64 = 64;

/// Holds text that was appended until the frame is over; anything else goes out at once, after it.
#[derive(Default)]
pub(super) struct Outbox {
    sink: Option<Sink>,
    delta: Option<Event>,
    /// When the frame is over in which something was held or sent.
    frame: Option<Instant>,
    /// Events of this conversation so far.
    sent: u64,
    /// How many of them its handler caused in this frame.
    caused: u64,
}

impl Outbox {
    /// Sends to `sink` from now on. What was not sent yet is part of the snapshot it gets first.
    pub(super) fn attach(&mut self, sink: Sink) {
        *self = Self { sink: Some(sink), ..Self::default() };
    }

    pub(super) fn push(&mut self, event: Event) {
        let Event::Delta { step, text } = event else {
            self.send_delta();
            self.deliver(event);
            return;
        };
        match &mut self.delta {
            Some(Event::Delta { step: held, text: joined }) if *held == step => {
                joined.push_str(&text);
            }
            _ => {
                self.send_delta();
                self.delta = Some(Event::Delta { step, text });
                self.begin_frame();
            }
        }
    }

    /// Whether a handler may cause more events in this frame.
    pub(super) fn has_room(&self) -> bool {
        self.caused < MOST
    }

    /// Events so far, for [`charge`](Self::charge).
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Counts what was sent since `before` as caused by the handler.
    pub(super) fn charge(&mut self, before: u64) {
        self.caused += self.sent - before;
    }

    /// Another turn begins, and with it another count: only the person begins turns.
    pub(super) fn forgive(&mut self) {
        self.caused = 0;
    }

    /// When [`flush`](Self::flush) is to be called.
    pub(super) fn due(&self) -> Option<Instant> {
        self.frame
    }

    /// Ends the frame.
    pub(super) fn flush(&mut self) {
        self.send_delta();
        self.frame = None;
        self.caused = 0;
    }

    fn send_delta(&mut self) {
        if let Some(delta) = self.delta.take() {
            self.deliver(delta);
        }
    }

    fn deliver(&mut self, event: Event) {
        self.begin_frame();
        self.sent += 1;
        if let Some(sink) = &self.sink {
            sink(event);
        }
    }

    fn begin_frame(&mut self) {
        self.frame.get_or_insert_with(|| Instant::now() + FRAME);
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

    fn collecting() -> (Outbox, Arc<Mutex<Vec<Event>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        let mut outbox = Outbox::default();
        outbox.attach(Arc::new(move |event| into.lock().unwrap().push(event)));
        (outbox, seen)
    }

    #[tokio::test]
    async fn deltas_of_one_step_are_joined_and_order_is_kept() {
        let (mut outbox, seen) = collecting();
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
    }

    #[tokio::test]
    async fn a_frame_has_room_for_so_many_events_and_the_next_one_again() {
        let (mut outbox, seen) = collecting();
        let step = StepId::new();
        outbox.push(Event::Removed { step });
        assert!(outbox.has_room(), "what the person causes does not count");
        let before = outbox.sent();
        for _ in 0..MOST {
            outbox.push(Event::Removed { step });
        }
        outbox.charge(before);
        assert!(!outbox.has_room(), "{} events are enough for a frame", seen.lock().unwrap().len());
        assert!(outbox.due().is_some(), "somebody waits for the end of the frame");
        outbox.flush();
        assert!(outbox.has_room() && outbox.due().is_none());
    }
}

//! The JSON of an archive, written step by step, one to a line.

use std::io::Write;

use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use serde::Serialize;

use crate::error::TransferError;
use crate::record::{StepRecord, ThreadRecord, VERSION};

pub(super) struct Document<'a, W> {
    out: &'a mut W,
    threads: u64,
    steps: u64,
}

impl<'a, W: Write> Document<'a, W> {
    pub(super) fn begin(out: &'a mut W) -> Result<Self, TransferError> {
        let mut document = Self { out, threads: 0, steps: 0 };
        document.put(&format!("{{\"confidant\":{VERSION},\"threads\":["))?;
        Ok(document)
    }

    /// Begins a thread.
    pub(super) fn thread(&mut self, thread: Thread) -> Result<(), TransferError> {
        self.put(if self.threads == 0 { "\n" } else { ",\n" })?;
        self.threads += 1;
        self.steps = 0;
        let header = json(&ThreadRecord::from(thread))?;
        // The steps come in among the header's own fields.
        let open = header.strip_suffix('}').unwrap_or(&header);
        self.put(open)?;
        self.put(",\"steps\":[")
    }

    /// Writes a step of the thread that was begun.
    pub(super) fn step(&mut self, step: Step) -> Result<(), TransferError> {
        self.put(if self.steps == 0 { "\n" } else { ",\n" })?;
        self.steps += 1;
        let step = json(&StepRecord::from(step))?;
        self.put(&step)
    }

    pub(super) fn end_thread(&mut self) -> Result<(), TransferError> {
        self.put("\n]}")
    }

    pub(super) fn end(mut self) -> Result<(), TransferError> {
        self.put("\n]}\n")
    }

    fn put(&mut self, text: &str) -> Result<(), TransferError> {
        self.out.write_all(text.as_bytes()).map_err(|error| TransferError::unwritable(&error))
    }
}

fn json(record: &impl Serialize) -> Result<String, TransferError> {
    // Every record has a form as JSON: it came from there.
    serde_json::to_string(record).map_err(|error| TransferError::Damaged(error.to_string()))
}

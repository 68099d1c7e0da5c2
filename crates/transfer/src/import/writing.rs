//! Brings threads into a history, each whole or not at all.
//!
//! A short thread is written at once. A long one goes in piece by piece, in the bin so that nobody
//! sees half of it, and under a name that says so: what the end of the app leaves half done is
//! removed at the next sign-in.

use confidant_chat::clock;
use confidant_chat::ids::ThreadId;
use confidant_chat::port::history::{Change, Durability, FileSource, HistoryError};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use serde_json::Value;

use super::check::Checked;
use super::sink::{Content, Sink};
use super::{Imported, Left};
use crate::error::TransferError;
use crate::kept::Kept;
use crate::watch::Watch;

/// The preference that names a thread of which only a part is there yet.
pub(super) const HALF: &str = "import.half";

/// How many changes, or bytes of text, are written at once.
const CHANGES: usize = 500;
const BYTES: usize = 1024 * 1024;

pub(super) struct Writing<'a> {
    kept: Kept,
    watch: &'a Watch,
    imported: Imported,
    current: Option<Current>,
}

/// The thread that is on its way in.
struct Current {
    thread: Thread,
    checked: Checked,
    counts: Imported,
    waiting: Vec<Change>,
    bytes: usize,
    /// Whether a part of it is in the history.
    begun: bool,
    /// Whether it has files there.
    files: bool,
}

impl<'a> Writing<'a> {
    pub(super) fn new(kept: Kept, watch: &'a Watch) -> Self {
        Self { kept, watch, imported: Imported::default(), current: None }
    }

    /// Nothing more comes: gives up what is not whole, and has the rest on the disk.
    pub(super) fn finish(mut self) -> (Imported, Result<(), TransferError>) {
        let given_up = self.take_back();
        // Whatever is on the disk after it, everything before it is.
        let marker = vec![no_longer_half()];
        let kept = self.kept.write(marker, Durability::OnDisk).map_err(TransferError::from);
        (self.imported, given_up.and(kept))
    }

    fn flush(&mut self) -> Result<(), TransferError> {
        let Some(current) = &mut self.current else { return Ok(()) };
        let mut changes = Vec::new();
        if !current.begun {
            let half = Thread { binned_at: Some(clock::now()), ..current.thread.clone() };
            changes.push(half_of(half.id));
            changes.push(Change::PutThread(Box::new(half)));
        }
        changes.append(&mut current.waiting);
        current.bytes = 0;
        self.kept.write(changes, Durability::Soon)?;
        current.begun = true;
        Ok(())
    }

    /// Removes whatever there is of the thread that was begun.
    fn take_back(&mut self) -> Result<(), TransferError> {
        let Some(current) = self.current.take() else { return Ok(()) };
        if current.begun {
            self.kept.write(without(current.thread.id), Durability::Soon)?;
        }
        if current.files {
            self.kept.remove_files(current.thread.id)?;
        }
        Ok(())
    }

    /// What a refusal means for the thread that was begun: one that is about it alone gives it up,
    /// one that is about the history ends everything.
    fn refused(&mut self, error: TransferError) -> Result<(), TransferError> {
        match error {
            TransferError::History(HistoryError::Failed(why)) => {
                tracing::warn!(why, "a thread is not imported");
                self.give_up()
            }
            error => Err(error),
        }
    }

    /// Keeps the files of a step, and takes those from it that cannot be read.
    fn keep_files(&mut self, step: &mut Step, files: Vec<Content>) -> Result<(), TransferError> {
        let Some(current) = &mut self.current else { return Ok(()) };
        for Content { element, part } in files {
            self.watch.check()?;
            let Some(place) = step.elements.iter().position(|it| it.id == element) else {
                continue;
            };
            let source = part.map(|(part, _)| FileSource::Part(part));
            let put = source.map(|it| self.kept.put_file(current.thread.id, element, it));
            match put {
                Some(Ok(size)) => {
                    current.files = true;
                    current.counts.files += 1;
                    current.counts.bytes += size;
                    self.watch.advance(size);
                    if let Some(file) = step.elements[place].content.file_mut() {
                        file.size = size;
                    }
                }
                // What lies in the archive is damaged, or not in it.
                None | Some(Err(HistoryError::Failed(_))) => {
                    self.watch.check()?;
                    current.counts.leave(Left::Files);
                    step.elements.remove(place);
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Sink for Writing<'_> {
    fn keeps(&self) -> bool {
        true
    }

    fn begin(&mut self, thread: Thread) -> Result<bool, TransferError> {
        if self.kept.thread(thread.id)?.is_some() {
            self.imported.known += 1;
            return Ok(false);
        }
        let Some(checked) = Checked::thread(&thread) else {
            self.imported.leave(Left::Threads);
            return Ok(false);
        };
        self.current = Some(Current {
            thread,
            checked,
            counts: Imported::default(),
            waiting: Vec::new(),
            bytes: 0,
            begun: false,
            files: false,
        });
        Ok(true)
    }

    fn step(&mut self, mut step: Step, files: Vec<Content>) -> Result<bool, TransferError> {
        let Some(current) = &mut self.current else { return Ok(false) };
        if !current.checked.step(&mut step, &mut current.counts) {
            self.give_up()?;
            return Ok(false);
        }
        self.keep_files(&mut step, files)?;
        let Some(current) = &mut self.current else { return Ok(false) };
        current.counts.messages += u64::from(step.kind.is_message());
        let elements: usize = step.elements.iter().map(|it| it.content.bytes()).sum();
        current.bytes += step.input.len() + step.output.len() + elements;
        let thread = current.thread.id;
        current.waiting.push(Change::PutStep { thread, step: Box::new(step) });
        if current.waiting.len() >= CHANGES || current.bytes >= BYTES {
            self.watch.check()?;
            if let Err(error) = self.flush() {
                self.refused(error)?;
            }
        }
        Ok(self.current.is_some())
    }

    fn end(&mut self) -> Result<(), TransferError> {
        let Some(current) = &mut self.current else { return Ok(()) };
        let whole = Change::PutThread(Box::new(current.thread.clone()));
        let steps = std::mem::take(&mut current.waiting);
        let changes = if current.begun {
            steps.into_iter().chain([whole, no_longer_half()]).collect()
        } else {
            [whole].into_iter().chain(steps).collect()
        };
        if let Err(error) = self.kept.write(changes, Durability::Soon) {
            return self.refused(error.into());
        }
        if let Some(current) = self.current.take() {
            self.imported.add(current.counts);
        }
        Ok(())
    }

    fn give_up(&mut self) -> Result<(), TransferError> {
        self.imported.leave(Left::Threads);
        self.take_back()
    }

    fn leave(&mut self, what: Left) {
        self.imported.leave(what);
    }
}

/// The thread of which there is only a part, given what is kept as [`HALF`].
pub(super) fn half(kept: Option<Value>) -> Option<ThreadId> {
    kept?.as_str()?.parse().ok()
}

/// The changes that remove a thread of which there is only a part.
pub(super) fn without(thread: ThreadId) -> Vec<Change> {
    vec![Change::DeleteThread(thread), no_longer_half()]
}

fn half_of(thread: ThreadId) -> Change {
    Change::PutPreference { name: HALF.into(), value: Some(thread.to_string().into()) }
}

fn no_longer_half() -> Change {
    Change::PutPreference { name: HALF.into(), value: None }
}

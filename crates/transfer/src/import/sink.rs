//! What reads a file tells what is in it, thread by thread, and what becomes of that is told here.

use confidant_chat::ids::ElementId;
use confidant_chat::port::history::Part;
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use super::Left;
use crate::error::TransferError;

/// The content of an element: the file, if the archive has it, and how many bytes it has.
pub(super) struct Content {
    pub(super) element: ElementId,
    pub(super) part: Option<(Part, u64)>,
}

/// Threads on their way in, each with its steps in any order of their places.
pub(super) trait Sink {
    /// Whether files are read, and not only counted.
    fn keeps(&self) -> bool;

    /// A thread begins. `false` when its steps are not wanted; then it is over.
    fn begin(&mut self, thread: Thread) -> Result<bool, TransferError>;

    /// A step of the thread that was begun, and the content of its elements that are files. `false`
    /// when the thread cannot be and was given up; then it is over.
    fn step(&mut self, step: Step, files: Vec<Content>) -> Result<bool, TransferError>;

    /// The thread that was begun is whole.
    fn end(&mut self) -> Result<(), TransferError>;

    /// The thread that was begun cannot be; nothing of it is kept.
    fn give_up(&mut self) -> Result<(), TransferError>;

    /// Something stays behind that is in no step.
    fn leave(&mut self, what: Left);
}

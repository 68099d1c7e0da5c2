//! Threads on their way out.

mod document;
mod markdown;
mod package;

use std::collections::HashSet;
use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use confidant_chat::element::Element;
use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::{History, HistoryError};
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;

use crate::error::TransferError;
use crate::kept::Kept;
use crate::record::{DOCUMENT, file_name, file_path};
use crate::watch::Watch;
use package::Package;

/// What an export is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// All of it, to be imported again.
    Json,
    /// What was said in the branch in view, for people to read.
    Markdown,
}

/// Which threads are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All that are not in the bin.
    All,
    /// These.
    These(Vec<ThreadId>),
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Threads.
    pub threads: u64,
    /// Messages in them, without work steps.
    pub messages: u64,
    /// Files of elements.
    pub files: u64,
    /// Files that could not be read and were left out.
    pub missing: u64,
}

/// An export that is about to be written.
pub struct Export {
    kept: Kept,
    threads: Vec<ThreadId>,
    format: Format,
    name: String,
    packed: bool,
}

impl Export {
    /// Looks up what is to be exported. Must be called where blocking is allowed, within a runtime.
    ///
    /// # Errors
    ///
    /// When the history cannot be read, or has none of these threads.
    pub fn prepare(
        history: Arc<dyn History>,
        which: Which,
        format: Format,
        watch: &Watch,
    ) -> Result<Self, TransferError> {
        let kept = Kept::new(history);
        let (threads, all) = match which {
            Which::All => (kept.threads()?, true),
            Which::These(threads) => (threads, false),
        };
        let (mut name, mut packed) = ("Confidant".to_owned(), true);
        if let ([id], false) = (threads.as_slice(), all) {
            let thread = kept.thread(*id)?.ok_or(HistoryError::NotFound)?;
            if !thread.name.is_empty() {
                name = file_name(&thread.name);
            }
            packed = has_files(&kept, *id, watch)?;
        }
        Ok(Self { kept, threads, format, name, packed })
    }

    /// What to call the file.
    #[must_use]
    pub fn file_name(&self) -> String {
        let ending = match (self.packed, self.format) {
            (true, _) => "zip",
            (false, Format::Json) => "json",
            (false, Format::Markdown) => "md",
        };
        format!("{}.{ending}", self.name)
    }

    /// Writes it all to `out`, which is empty.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written, the history cannot be read, or nobody wants it any more. What
    /// `out` holds then is of no use. A thread that has gone meanwhile is left out.
    pub fn write(&self, out: impl Write + Seek, watch: &Watch) -> Result<Exported, TransferError> {
        let threads = self.threads.len() as u64;
        // The files are as much again, as far as can be told before.
        watch.begin(threads * (1 + u64::from(self.packed)));
        let mut outcome = Outcome { exported: Exported::default(), files: Vec::new() };
        if !self.packed {
            let mut out = std::io::BufWriter::new(out);
            match self.format {
                Format::Json => self.document(&mut out, &mut outcome, watch)?,
                Format::Markdown => {
                    for thread in self.existing() {
                        self.page(&mut out, &thread?, &mut outcome, watch)?;
                    }
                }
            }
            out.flush().map_err(|error| TransferError::unwritable(&error))?;
            return Ok(outcome.exported);
        }
        let mut package = Package::new(out);
        match self.format {
            Format::Json => {
                package.begin(DOCUMENT)?;
                self.document(&mut package, &mut outcome, watch)?;
            }
            Format::Markdown => {
                let mut names = Names::default();
                for thread in self.existing() {
                    let thread = thread?;
                    package.begin(&names.unused(&thread.name))?;
                    self.page(&mut package, &thread, &mut outcome, watch)?;
                }
            }
        }
        self.put_files(&mut package, &mut outcome, watch)?;
        package.finish()?;
        Ok(outcome.exported)
    }

    fn existing(&self) -> impl Iterator<Item = Result<Thread, TransferError>> {
        self.threads.iter().filter_map(|id| self.kept.thread(*id).map_err(Into::into).transpose())
    }

    fn document(
        &self,
        out: &mut impl Write,
        outcome: &mut Outcome,
        watch: &Watch,
    ) -> Result<(), TransferError> {
        let mut document = document::Document::begin(out)?;
        for thread in self.existing() {
            let thread = thread?;
            let id = thread.id;
            document.thread(thread)?;
            self.kept.steps(id, |step| {
                watch.check()?;
                outcome.see(id, &step, self.packed);
                document.step(step)?;
                Ok::<_, TransferError>(ControlFlow::Continue(()))
            })?;
            document.end_thread()?;
            outcome.exported.threads += 1;
            watch.advance(1);
        }
        document.end()
    }

    fn page(
        &self,
        out: &mut impl Write,
        thread: &Thread,
        outcome: &mut Outcome,
        watch: &Watch,
    ) -> Result<(), TransferError> {
        let mut page = markdown::Page::begin(out, thread)?;
        self.kept.steps(thread.id, |step| {
            watch.check()?;
            if page.shows(&step) {
                outcome.see(thread.id, &step, self.packed);
                page.step(&step)?;
            }
            Ok::<_, TransferError>(ControlFlow::Continue(()))
        })?;
        outcome.exported.threads += 1;
        watch.advance(1);
        Ok(())
    }

    fn put_files(
        &self,
        package: &mut Package<impl Write + Seek>,
        outcome: &mut Outcome,
        watch: &Watch,
    ) -> Result<(), TransferError> {
        let (files, mut done) = (std::mem::take(&mut outcome.files), 0);
        let count = files.len() as u64;
        for (at, file) in (1..).zip(files) {
            let read = self.put_file(package, &file, watch)?;
            *(if read { &mut outcome.exported.files } else { &mut outcome.exported.missing }) += 1;
            let through = self.threads.len() as u64 * at / count;
            watch.advance(through - done);
            done = through;
        }
        watch.advance(self.threads.len() as u64 - done);
        Ok(())
    }

    /// `false` when the file cannot be read; the archive is without it then.
    fn put_file(
        &self,
        package: &mut Package<impl Write + Seek>,
        file: &FileOf,
        watch: &Watch,
    ) -> Result<bool, TransferError> {
        package.begin(&file.path)?;
        let mut offset = 0;
        loop {
            watch.check()?;
            match self.kept.piece(file.thread, file.element, offset) {
                Ok(piece) if piece.is_empty() => return Ok(true),
                Ok(piece) => {
                    package.write_all(&piece).map_err(|it| TransferError::unwritable(&it))?;
                    offset += piece.len() as u64;
                }
                Err(HistoryError::NotFound | HistoryError::Damaged(_)) => {
                    package.give_up()?;
                    return Ok(false);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// What comes out of writing, and what is still to be written.
struct Outcome {
    exported: Exported,
    files: Vec<FileOf>,
}

struct FileOf {
    thread: ThreadId,
    element: ElementId,
    path: String,
}

impl Outcome {
    fn see(&mut self, thread: ThreadId, step: &Step, packed: bool) {
        self.exported.messages += u64::from(step.kind.is_message());
        if packed {
            let files = step.elements.iter().filter(|element| has_file(element));
            let file_of = |it: &Element| FileOf { thread, element: it.id, path: file_path(it) };
            self.files.extend(files.map(file_of));
        }
    }
}

/// Names of pages in an archive, each once.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn unused(&mut self, thread: &str) -> String {
        let name = file_name(if thread.is_empty() { "Untitled" } else { thread });
        let numbered = (2..).map(|number: u32| format!("{name} ({number})"));
        // Systems differ in whether names in capitals are other names.
        let unused = std::iter::once(name.clone())
            .chain(numbered)
            .find(|name| self.0.insert(name.to_lowercase()));
        format!("{}.md", unused.unwrap_or(name))
    }
}

fn has_file(element: &Element) -> bool {
    element.content.file().is_some()
}

fn has_files(kept: &Kept, thread: ThreadId, watch: &Watch) -> Result<bool, TransferError> {
    let mut found = false;
    kept.steps(thread, |step| {
        watch.check()?;
        found = step.elements.iter().any(has_file);
        let flow = if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        Ok::<_, TransferError>(flow)
    })?;
    Ok(found)
}

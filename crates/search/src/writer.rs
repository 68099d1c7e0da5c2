//! Feeding the index.

use confidant_chat::ids::ThreadId;
use confidant_chat::search::{Place, Text};
use serde::{Deserialize, Serialize};
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexReader, TantivyDocument, Term};

use crate::error::IndexError;
use crate::index::calmly;
use crate::query;
use crate::schema::{Fields, NAME, number, speaker};

/// The version of what the index holds of a text. An index of another one is begun anew.
const VERSION: u32 = 1;

/// How much is gathered in memory before it is written, in bytes: the least that tantivy takes.
const A_LITTLE: usize = 16_000_000;

/// The same where a whole history is coming.
const A_LOT: usize = 96_000_000;

/// What a commit says of itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    version: u32,
    /// The number of the last change that is in it; `None` while it lacks earlier ones.
    pub(crate) position: Option<u64>,
}

impl Payload {
    /// What a commit has said of itself.
    ///
    /// # Errors
    ///
    /// When it was not one of this version.
    pub(crate) fn parse(said: &str) -> Result<Self, IndexError> {
        let payload = serde_json::from_str(said).ok();
        payload
            .filter(|payload: &Self| payload.version == VERSION)
            .ok_or_else(|| IndexError::Damaged("it is of another version".into()))
    }
}

/// Feeds an index. There is one at a time.
pub struct IndexWriter {
    writer: tantivy::IndexWriter,
    reader: IndexReader,
    fields: Fields,
    /// Whether what is put may be there already.
    replacing: bool,
}

impl IndexWriter {
    pub(crate) fn new(
        index: &tantivy::Index,
        reader: IndexReader,
        fields: Fields,
        replacing: bool,
    ) -> Result<Self, IndexError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(if replacing { A_LITTLE } else { A_LOT })
            .build();
        let writer = index.writer_with_options(options)?;
        Ok(Self { writer, reader, fields, replacing })
    }

    /// With nothing in it from its first commit on.
    pub(crate) fn emptied(self) -> Result<Self, IndexError> {
        calmly(|| self.writer.delete_all_documents())?;
        Ok(self)
    }

    /// Has `text` found at `place` of `thread`, instead of what was found there.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn put(&mut self, thread: ThreadId, place: Place, text: &Text) -> Result<(), IndexError> {
        if self.replacing {
            self.remove(thread, place)?;
        }
        let fields = self.fields;
        let mut document = TantivyDocument::default();
        document.add_text(fields.body, &text.text);
        document.add_bytes(fields.thread, thread.as_bytes());
        document.add_u64(fields.place, number(place));
        document.add_u64(fields.branch, u64::from(text.branch));
        document.add_u64(fields.speaker, text.speaker.map_or(NAME, speaker));
        document.add_text(fields.profile, &text.profile);
        document.add_i64(fields.at, text.at.as_millisecond());
        calmly(|| self.writer.add_document(document))?;
        Ok(())
    }

    /// Has nothing found at `place` of `thread`.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn remove(&mut self, thread: ThreadId, place: Place) -> Result<(), IndexError> {
        let query = query::at_place(self.fields, thread, number(place));
        calmly(|| self.writer.delete_query(query))?;
        Ok(())
    }

    /// Has nothing found in `thread`.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn remove_thread(&mut self, thread: ThreadId) -> Result<(), IndexError> {
        let term = Term::from_field_bytes(self.fields.thread, thread.as_bytes());
        calmly(|| Ok(self.writer.delete_term(term)))?;
        Ok(())
    }

    /// Has what was put and removed be found and not found from now on, with `position` as the number
    /// of the last change that is in it; `None` while it lacks earlier ones.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn commit(&mut self, position: Option<u64>) -> Result<(), IndexError> {
        let payload = serde_json::to_string(&Payload { version: VERSION, position });
        let payload = payload.map_err(|error| IndexError::Damaged(error.to_string()))?;
        calmly(|| {
            let mut commit = self.writer.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit()?;
            self.reader.reload()
        })
    }

    /// Waits until what is being tidied up is.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn finish(self) -> Result<(), IndexError> {
        calmly(|| self.writer.wait_merging_threads())
    }
}

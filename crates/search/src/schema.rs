//! What the index keeps of each text, under which names, and how it is written.

use confidant_chat::search::{Place, Speaker};
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

use crate::tokens;

/// The fields of a text in the index.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// The words.
    pub(crate) body: Field,
    /// The thread they stand in.
    pub(crate) thread: Field,
    /// Where in it, see [`number`].
    pub(crate) place: Field,
    /// The branch.
    pub(crate) branch: Field,
    /// Who says it, see [`speaker`], or [`NAME`].
    pub(crate) speaker: Field,
    /// The profile of the thread.
    pub(crate) profile: Field,
    /// When it was said, in milliseconds since 1970.
    pub(crate) at: Field,
}

/// The names of fields that are read by name.
pub(crate) const THREAD: &str = "thread";
pub(crate) const PLACE: &str = "place";
pub(crate) const BRANCH: &str = "branch";
pub(crate) const AT: &str = "at";

/// The schema, and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = TextFieldIndexing::default()
        .set_tokenizer(tokens::NAME)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let exact = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let text = |indexing| TextOptions::default().set_indexing_options(indexing);
    let fast = || NumericOptions::default().set_fast();
    let fields = Fields {
        body: builder.add_text_field("body", text(words)),
        thread: builder.add_bytes_field(THREAD, BytesOptions::default().set_indexed().set_fast()),
        place: builder.add_u64_field(PLACE, fast().set_indexed()),
        branch: builder.add_u64_field(BRANCH, fast()),
        speaker: builder.add_u64_field("speaker", NumericOptions::default().set_indexed()),
        profile: builder.add_text_field("profile", text(exact)),
        at: builder.add_i64_field(AT, fast()),
    };
    (builder.build(), fields)
}

/// How a place is written.
pub(crate) fn number(place: Place) -> u64 {
    match place {
        Place::Name => 0,
        Place::Step(sequence) => u64::from(sequence) + 1,
    }
}

/// The place that is written as `number`.
pub(crate) fn place(number: u64) -> Option<Place> {
    match number.checked_sub(1) {
        None => Some(Place::Name),
        Some(sequence) => Some(Place::Step(u32::try_from(sequence).ok()?)),
    }
}

/// How the speaker of names is written.
pub(crate) const NAME: u64 = 0;

/// How a speaker is written.
pub(crate) fn speaker(speaker: Speaker) -> u64 {
    match speaker {
        Speaker::Person => 1,
        Speaker::Profile => 2,
        Speaker::App => 3,
    }
}

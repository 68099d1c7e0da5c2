//! From what somebody looks for to what tantivy asks its files.

use std::ops::Bound;

use confidant_chat::ids::ThreadId;
use confidant_chat::search::{Among, Part, Search};
use jiff::Timestamp;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query, RangeQuery,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::schema::{Fields, NAME, speaker};

/// How many words that begin alike are looked for where one must stand next to others. More would
/// take longer than anybody types.
const EXPANSIONS: u32 = 2_000;

/// What asks for all that `search` does, outside of the threads `unwanted`; `None` when it looks for
/// nothing.
pub(crate) fn of(
    fields: Fields,
    search: &Search,
    among: Among,
    unwanted: &[ThreadId],
) -> Option<BooleanQuery> {
    let needle = search.needle();
    if needle.is_empty() {
        return None;
    }
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    clauses.extend(needle.parts.iter().map(|part| (Occur::Must, of_part(fields.body, part))));
    let mut only = |query: Box<dyn Query>| {
        // Decides what is found, and not how well it fits.
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(query, 0.0))));
    };
    if let Some(profile) = &search.profile {
        only(exactly(Term::from_field_text(fields.profile, profile)));
    }
    if let Some(thread) = &search.thread {
        only(in_thread(fields, *thread));
    }
    if search.since.is_some() || search.before.is_some() {
        let term = |at: Timestamp| Term::from_field_i64(fields.at, at.as_millisecond());
        let since = search.since.map_or(Bound::Unbounded, |at| Bound::Included(term(at)));
        let before = search.before.map_or(Bound::Unbounded, |at| Bound::Excluded(term(at)));
        only(Box::new(RangeQuery::new(since, before)));
    }
    let said_by = |by| exactly(Term::from_field_u64(fields.speaker, by));
    match search.speaker {
        _ if among == Among::Names => only(said_by(NAME)),
        Some(by) => only(said_by(speaker(by))),
        None => clauses.push((Occur::MustNot, said_by(NAME))),
    }
    if !unwanted.is_empty() {
        let threads = unwanted.iter();
        let terms = threads.map(|thread| Term::from_field_bytes(fields.thread, thread.as_bytes()));
        clauses.push((Occur::MustNot, Box::new(TermSetQuery::new(terms))));
    }
    Some(BooleanQuery::new(clauses))
}

/// What asks for everything of a thread.
pub(crate) fn in_thread(fields: Fields, thread: ThreadId) -> Box<dyn Query> {
    exactly(Term::from_field_bytes(fields.thread, thread.as_bytes()))
}

/// What asks for what stands at one place of a thread.
pub(crate) fn at_place(fields: Fields, thread: ThreadId, place: u64) -> Box<dyn Query> {
    let place = exactly(Term::from_field_u64(fields.place, place));
    Box::new(BooleanQuery::intersection(vec![in_thread(fields, thread), place]))
}

fn exactly(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn of_part(body: Field, part: &Part) -> Box<dyn Query> {
    let terms = part.words.iter().map(|(at, word)| (*at, Term::from_field_text(body, word)));
    let mut terms: Vec<_> = terms.collect();
    match (part.begins, terms.len()) {
        (false, 1) => {
            let (_, term) = terms.remove(0);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        }
        (false, _) => Box::new(PhraseQuery::new_with_offset(terms)),
        (true, 1) => {
            // Words that only begin like it score alike, and the word itself as well as it fits.
            let whole = TermQuery::new(terms[0].1.clone(), IndexRecordOption::WithFreqs);
            let beginning = PhrasePrefixQuery::new_with_offset(terms);
            let either: Vec<Box<dyn Query>> = vec![Box::new(beginning), Box::new(whole)];
            Box::new(BooleanQuery::union(either))
        }
        (true, _) => {
            let mut phrase = PhrasePrefixQuery::new_with_offset(terms);
            phrase.set_max_expansions(EXPANSIONS);
            Box::new(phrase)
        }
    }
}

//! Search in an app's own documentation: from a question to the one to three sections that answer
//! it, or to nothing where none does.
//!
//! Sections are ranked by BM25 (Robertson and Zaragoza, *The Probabilistic Relevance Framework:
//! BM25 and Beyond*, 2009), with the words of titles counted several times. A rank says which
//! section fits best, not whether any does; for that, the words of a question that a section holds
//! are weighed against those that it does not.

mod sections;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

pub use sections::Section;

/// How often a word of a section's own title counts.
const TITLE: f64 = 4.0;

/// How often a word of the titles above it counts.
const BREADCRUMB: f64 = 1.5;

/// BM25's saturation: how soon more of the same word says nothing new.
const SATURATION: f64 = 1.2;

/// BM25's length normalisation, between none (0) and full (1).
const NORMALISATION: f64 = 0.6;

/// How much of a question a section must cover to be an answer.
const COVERAGE: f64 = 0.4;

/// How near a further section must come to the best one to be shown with it.
const NEARNESS: f64 = 0.7;

/// How much of a question is read, in characters: who pastes a whole text asks a model.
const ASKED: usize = 2_000;

/// The most sections of an answer.
const SECTIONS: usize = 3;

/// Documentation, ready to be asked.
#[derive(Clone, Debug)]
pub struct Guide {
    sections: Vec<Indexed>,
    /// In how many sections a word stands.
    spread: HashMap<String, usize>,
    mean_length: f64,
}

/// What the documentation says about a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// One to three sections, the most fitting first.
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug)]
struct Indexed {
    section: Section,
    /// How often each word stands in it, those of titles counted more.
    counts: HashMap<String, f64>,
    /// The words of its title and of those above it.
    title_words: HashSet<String>,
    /// Every word of its own title, also those that are left out elsewhere.
    title: HashSet<String>,
    length: f64,
}

/// A word that stands for one of a question.
struct Meaning {
    word: String,
    /// How surely, from 0 to 1.
    sureness: f64,
}

impl Guide {
    /// Reads pages: the name of a file each, and its Markdown.
    #[must_use]
    pub fn new(pages: &[(&str, &str)]) -> Self {
        let sections: Vec<_> = pages
            .iter()
            .flat_map(|(file, markdown)| sections::of_page(file, markdown))
            .map(Indexed::new)
            .collect();
        let mut spread = HashMap::new();
        for word in sections.iter().flat_map(|section| section.counts.keys()) {
            *spread.entry(word.clone()).or_default() += 1;
        }
        let length: f64 = sections.iter().map(|section| section.length).sum();
        let mean_length = length / sections.len().max(1) as f64;
        Self { sections, spread, mean_length }
    }

    /// The sections that answer a question; nothing where the documentation is not about it.
    #[must_use]
    pub fn answer(&self, question: &str) -> Option<Answer> {
        let end = question.char_indices().nth(ASKED).map_or(question.len(), |(end, _)| end);
        let question = &question[..end];
        let mut asked = words::stems(question);
        asked.sort_unstable();
        asked.dedup();
        let meanings: Vec<_> = asked.iter().map(|word| self.meanings(word)).collect();
        let rarities: Vec<_> = asked.iter().map(|word| self.rarity_of(word)).collect();
        let total: f64 = rarities.iter().sum();
        let all_words: HashSet<_> = words::all(question).collect();

        let mut found: Vec<(f64, &Indexed)> = Vec::new();
        for section in &self.sections {
            let (mut score, mut covered) = (0.0, 0.0);
            for (meanings, rarity) in meanings.iter().zip(&rarities) {
                let best = |value: fn(&Self, &Indexed, &Meaning) -> f64| {
                    meanings.iter().map(|meaning| value(self, section, meaning)).fold(0.0, f64::max)
                };
                score += rarity * best(Self::weight);
                covered += rarity * best(Self::evidence);
            }
            if total > 0.0 && covered / total >= COVERAGE {
                // Of sections that fit alike, the one that puts the question in the same words.
                found.push((score * (1.0 + section.likeness(&all_words)), section));
            }
        }
        found.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
        let best = found.first()?.0;
        let near = found.iter().take_while(|(score, _)| *score >= best * NEARNESS);
        let sections = near.take(SECTIONS).map(|(_, found)| found.section.clone()).collect();
        Some(Answer { sections })
    }

    /// What a word of a question may mean here: itself, a word that means the same, or, where
    /// nobody wrote it, one that begins alike.
    fn meanings(&self, word: &str) -> Vec<Meaning> {
        let is_known = |word: &str| self.spread.contains_key(word);
        let mut meanings: Vec<_> = words::synonyms(word)
            .filter(|other| is_known(other))
            .map(|word| Meaning { word, sureness: 0.8 })
            .collect();
        if is_known(word) {
            meanings.push(Meaning { word: word.to_owned(), sureness: 1.0 });
        }
        if meanings.is_empty() {
            let alike = self.spread.keys().filter(|known| words::begin_alike(known, word));
            meanings.extend(alike.map(|word| Meaning { word: word.clone(), sureness: 0.7 }));
        }
        meanings
    }

    /// How much a word says: more, the fewer sections hold it or one of its meanings.
    fn rarity_of(&self, word: &str) -> f64 {
        let spread = |word: &str| self.spread.get(word).copied().unwrap_or(0);
        let meanings = self.meanings(word);
        let sections = meanings.iter().map(|meaning| spread(&meaning.word)).max().unwrap_or(0);
        let (all, sections) = (self.sections.len() as f64, sections as f64);
        (1.0 + (all - sections + 0.5) / (sections + 0.5)).ln()
    }

    /// BM25's weight of a word in a section, without its rarity.
    fn weight(&self, section: &Indexed, meaning: &Meaning) -> f64 {
        let count = section.counts.get(&meaning.word).copied().unwrap_or(0.0);
        let length = section.length / self.mean_length.max(1.0);
        let norm = SATURATION * (1.0 - NORMALISATION + NORMALISATION * length);
        meaning.sureness * count * (SATURATION + 1.0) / (count + norm)
    }

    /// How sure it is that a section is about a word, from 0 to 1: a word in passing says less than
    /// a title.
    fn evidence(&self, section: &Indexed, meaning: &Meaning) -> f64 {
        let count = section.counts.get(&meaning.word).copied().unwrap_or(0.0);
        let sureness = match count {
            _ if section.title_words.contains(&meaning.word) => 1.0,
            count if count > 1.0 => 0.8,
            count if count > 0.0 => 0.6,
            _ => 0.0,
        };
        meaning.sureness * sureness
    }
}

impl Indexed {
    fn new(section: Section) -> Self {
        let above = section.breadcrumb.join(" ");
        let mut counts = HashMap::new();
        let mut length = 0.0;
        let parts =
            [(section.title.as_str(), TITLE), (&above, BREADCRUMB), (&section.markdown, 1.0)];
        for (text, weight) in parts {
            for word in words::stems(text) {
                *counts.entry(word).or_default() += weight;
                length += weight;
            }
        }
        let title_words = words::stems(&format!("{} {above}", section.title));
        let title = words::all(&section.title).collect();
        Self { counts, title_words: title_words.into_iter().collect(), title, length, section }
    }

    /// How much of its title and a question are the same words, from 0 to 1.
    fn likeness(&self, question: &HashSet<String>) -> f64 {
        let same = self.title.intersection(question).count();
        same as f64 / self.title.union(question).count().max(1) as f64
    }
}

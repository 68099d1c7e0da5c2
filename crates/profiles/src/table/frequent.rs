//! The most frequent values, in bounded memory.

use std::collections::HashMap;

use super::summary::Frequent;

/// How many candidates are kept.
const CANDIDATES: usize = 64;

/// How many are told.
const TOLD: usize = 5;

/// How much of a value is kept, in characters.
const SHOWN: usize = 40;

/// The summary of Misra and Gries (1982): a value that makes up more than 1/65 of all is certainly
/// among the candidates, and no count is too high.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// By hash: the value's beginning, and how often it was seen at least.
    counts: HashMap<u64, (Box<str>, u64)>,
    /// Whether anything was ever forgotten.
    is_rough: bool,
}

impl Candidates {
    pub(super) fn add(&mut self, hash: u64, value: &str) {
        if let Some((_, count)) = self.counts.get_mut(&hash) {
            *count += 1;
        } else if self.counts.len() < CANDIDATES {
            let shown: String = value.chars().take(SHOWN).collect();
            self.counts.insert(hash, (shown.into(), 1));
        } else {
            self.is_rough = true;
            self.counts.retain(|_, (_, count)| {
                *count -= 1;
                *count > 0
            });
        }
    }

    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> usize {
        let texts: usize = self.counts.values().map(|(text, _)| text.len()).sum();
        texts + self.counts.capacity() * size_of::<(u64, (Box<str>, u64))>()
    }

    /// Those that are there more than once, the most frequent first.
    pub(super) fn told(&self) -> Vec<Frequent> {
        let mut told: Vec<_> = self.counts.values().filter(|(_, count)| *count > 1).collect();
        told.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
        let exact = !self.is_rough;
        told.into_iter()
            .take(TOLD)
            .map(|(value, count)| Frequent { value: value.to_string(), count: *count, exact })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_values_are_counted_exactly() {
        let mut candidates = Candidates::default();
        for (hash, value) in [(1, "a"), (2, "b"), (1, "a"), (3, "c"), (2, "b"), (1, "a")] {
            candidates.add(hash, value);
        }
        let told = |value: &str, count| Frequent { value: value.to_owned(), count, exact: true };
        assert_eq!(candidates.told(), [told("a", 3), told("b", 2)]);
    }

    #[test]
    fn long_values_are_cut_and_still_told_apart() {
        let mut candidates = Candidates::default();
        let long = "ä".repeat(1_000);
        for hash in [1, 1, 2, 2, 2] {
            candidates.add(hash, &long);
        }
        let told = candidates.told();
        assert_eq!(told.iter().map(|frequent| frequent.count).collect::<Vec<_>>(), [3, 2]);
        assert!(told.iter().all(|frequent| frequent.value.chars().count() == SHOWN));
    }

    proptest! {
        /// What theory promises, against a plain count.
        #[test]
        fn heavy_values_are_found_and_never_overcounted(
            values in prop::collection::vec(prop_oneof![3 => 0_u32..3, 5 => 0_u32..400], 0..2_000),
        ) {
            let hasher = RandomState::new();
            let mut candidates = Candidates::default();
            let mut plain: HashMap<String, u64> = HashMap::new();
            for value in &values {
                let value = value.to_string();
                candidates.add(hasher.hash_one(&value), &value);
                prop_assert!(candidates.counts.len() <= CANDIDATES);
                *plain.entry(value).or_default() += 1;
            }
            let kept: HashMap<_, _> = candidates.counts.values().cloned().collect();
            for (value, count) in &plain {
                let low = kept.get(value.as_str()).copied().unwrap_or(0);
                prop_assert!(low <= *count);
                prop_assert!(count - low <= values.len() as u64 / 65);
                prop_assert!(candidates.is_rough || low == *count, "exact means exact");
            }
        }
    }
}

//! How many different values there are, up to a limit.

use std::collections::HashSet;

use super::summary::Distinct;

/// The most that are counted.
pub(super) const LIMIT: usize = 1_000;

/// Counts different values by their hashes. With 64 bits and keys that nobody knows, two of 1,000
/// values fall together once in 10^13 tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    hashes: HashSet<u64>,
    is_full: bool,
}

impl Seen {
    pub(super) fn add(&mut self, hash: u64) {
        if self.is_full {
            return;
        }
        self.hashes.insert(hash);
        if self.hashes.len() > LIMIT {
            self.is_full = true;
            self.hashes = HashSet::new();
        }
    }

    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<u64>()
    }

    pub(super) fn count(&self) -> Distinct {
        if self.is_full {
            Distinct::MoreThan(LIMIT as u64)
        } else {
            Distinct::Exactly(self.hashes.len() as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_up_to_the_limit_and_no_memory_beyond_it() {
        let mut seen = Seen::default();
        for hash in (0..LIMIT as u64).chain(0..LIMIT as u64) {
            seen.add(hash);
        }
        assert_eq!(seen.count(), Distinct::Exactly(1_000));
        for hash in 0..100_000 {
            seen.add(hash);
            assert!(seen.hashes.len() <= LIMIT);
        }
        assert_eq!(seen.count(), Distinct::MoreThan(1_000));
        assert_eq!(seen.hashes.capacity(), 0, "what is not needed is given back");
    }
}

//! What was opened lately, so that it need not be opened again.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use tantivy::directory::OwnedBytes;

/// How much is kept, in bytes.
const KEPT: usize = 48 * 1024 * 1024;

/// What is longer is not kept: it would push out everything else.
const LONGEST: usize = KEPT / 4;

/// A part of an open file: its number among all that were opened, and which bytes.
type Part = (u64, usize, usize);

/// Opened parts of files.
pub(crate) struct Cache(Mutex<Parts>);

struct Parts {
    parts: LruCache<Part, OwnedBytes>,
    bytes: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(Parts { parts: LruCache::unbounded(), bytes: 0 }))
    }
}

impl Cache {
    /// The bytes `range` of the file `file`, if they were kept.
    pub(crate) fn get(&self, file: u64, range: &Range<usize>) -> Option<OwnedBytes> {
        self.lock().parts.get(&(file, range.start, range.end)).cloned()
    }

    /// Keeps them.
    pub(crate) fn put(&self, file: u64, range: &Range<usize>, bytes: OwnedBytes) {
        let length = bytes.len();
        if length > LONGEST {
            return;
        }
        let mut kept = self.lock();
        let old = kept.parts.push((file, range.start, range.end), bytes);
        kept.bytes += length;
        kept.bytes -= old.map_or(0, |(_, bytes)| bytes.len());
        while kept.bytes > KEPT {
            let Some((_, bytes)) = kept.parts.pop_lru() else { break };
            kept.bytes -= bytes.len();
        }
    }

    /// Keeps nothing any more.
    pub(crate) fn clear(&self) {
        let mut kept = self.lock();
        kept.parts.clear();
        kept.bytes = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_the_longest_goes_first() {
        let cache = Cache::default();
        let put = |file| cache.put(file, &(0..LONGEST), OwnedBytes::new(vec![0; LONGEST]));
        let there = |file| cache.get(file, &(0..LONGEST)).is_some();
        (0..4).for_each(put);
        assert!(there(0), "all of them fit");
        put(4);
        assert!(there(0) && !there(1) && there(4));
        put(4);
        assert!(there(2), "the same once more takes no more room");
        cache.clear();
        (0..5).for_each(|file| assert!(!there(file)));
    }

    #[test]
    fn what_is_very_long_is_not_kept() {
        let cache = Cache::default();
        cache.put(0, &(0..LONGEST + 1), OwnedBytes::new(vec![0; LONGEST + 1]));
        assert!(cache.get(0, &(0..LONGEST + 1)).is_none());
    }
}

//! A search through everything that the app keeps, byte by byte.

use std::fs;
use std::path::Path;

/// Fails when any file under `dir` holds one of `words`, as UTF-8 or UTF-16.
pub(super) fn assert_absent(dir: &Path, words: &[&str]) {
    let mut files = 0;
    let mut left = vec![dir.to_owned()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
                continue;
            }
            files += 1;
            let bytes = fs::read(&path).unwrap();
            for word in words {
                let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
                for form in [word.as_bytes(), &utf16] {
                    let found = bytes.windows(form.len()).any(|window| window == form);
                    assert!(!found, "{} holds {word:?} in plain text", path.display());
                }
            }
        }
    }
    assert!(files > 0, "there are files to search in {}", dir.display());
}

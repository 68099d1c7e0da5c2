//! What a file is, by the ending of its name.

use std::path::Path;

/// The type of what is not known.
pub const UNKNOWN: &str = "application/octet-stream";

/// The type of a database of `SQLite`.
pub const SQLITE: &str = "application/vnd.sqlite3";

/// The MIME type that the ending of a path suggests.
#[must_use]
pub fn of_path(path: &Path) -> &'static str {
    let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase()).unwrap_or_default();
    BY_ENDING.iter().find(|(known, _)| *known == ending).map_or(UNKNOWN, |(_, mime)| mime)
}

/// The endings, without dots, of files whose type is one of `accept`. `image/*` stands for every
/// picture.
#[must_use]
pub fn endings(accept: &[String]) -> Vec<&'static str> {
    BY_ENDING.iter().filter(|(_, mime)| accepts(accept, mime)).map(|(ending, _)| *ending).collect()
}

/// Whether `mime` is one of `accept`; an empty list accepts everything.
#[must_use]
pub fn accepts(accept: &[String], mime: &str) -> bool {
    let fits = |accepted: &String| match accepted.strip_suffix('*') {
        Some(begin) => mime.starts_with(begin),
        None => accepted == mime,
    };
    accept.is_empty() || accept.iter().any(fits)
}

const BY_ENDING: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("tab", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/x-ndjson"),
    ("ndjson", "application/x-ndjson"),
    ("txt", "text/plain"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("db", SQLITE),
    ("sqlite", SQLITE),
    ("sqlite3", SQLITE),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("webm", "video/webm"),
    ("ogv", "video/ogg"),
    ("mov", "video/quicktime"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_read_whatever_their_case_and_a_star_stands_for_many() {
        assert_eq!(of_path(Path::new("/tmp/Sales.CSV")), "text/csv");
        assert_eq!(of_path(Path::new("README")), UNKNOWN);
        assert!(accepts(&["image/*".into()], "image/webp"));
        assert!(!accepts(&["image/*".into()], "text/csv"));
        assert_eq!(endings(&["image/jpeg".into()]), ["jpg", "jpeg"]);
        assert!(endings(&["audio/*".into()]).contains(&"wav"));
    }
}

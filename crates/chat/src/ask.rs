//! Questions that a handler asks and waits for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A question as the thread keeps it: what is wanted, until when, and how it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// What is wanted.
    pub want: Want,
    /// When the question closes by itself.
    #[specta(type = String)]
    pub deadline: Timestamp,
    /// How it went.
    pub state: AskState,
}

/// What a question wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Want {
    /// Files from this computer.
    #[serde(rename_all = "camelCase")]
    Files {
        /// Accepted MIME types; empty accepts all.
        accept: Vec<String>,
        /// The largest file, in bytes.
        #[specta(type = u32)]
        max_size: u64,
        /// The most files at once.
        max_files: u32,
    },
}

/// How a question went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum AskState {
    /// Waiting for an answer.
    Open,
    /// Answered, with these words: the names and sizes of the files, say.
    Answered {
        /// What the person gave, in short.
        summary: String,
    },
    /// Nobody answered in time.
    TimedOut,
    /// Stopped, or left, before an answer came.
    Cancelled,
}

/// Asks the person for files. Every limit is checked here, not in the window.
#[derive(Clone, Debug)]
pub struct AskFile {
    pub(crate) prompt: String,
    pub(crate) accept: Vec<String>,
    pub(crate) max_size: u64,
    pub(crate) max_files: u32,
    pub(crate) within: Duration,
}

impl AskFile {
    /// Asks with `prompt` (Markdown) for one file of at most 2 MiB, within 90 seconds.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self {
            prompt: prompt.into(),
            accept: Vec::new(),
            max_size: 2 * 1024 * 1024,
            max_files: 1,
            within: Duration::from_secs(90),
        }
    }

    /// Accepts only these MIME types, such as `text/csv`.
    #[must_use]
    pub fn accept<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.accept = types.into_iter().map(Into::into).collect();
        self
    }

    /// The largest file, in bytes.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// The most files at once.
    #[must_use]
    pub fn max_files(mut self, files: u32) -> Self {
        self.max_files = files.max(1);
        self
    }

    /// How long the question stays open.
    #[must_use]
    pub fn within(mut self, wait: Duration) -> Self {
        self.within = wait;
        self
    }
}

/// A file that the person chose, where it lies on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFile {
    /// The file's own name, without folders.
    pub name: String,
    /// The MIME type that the name suggests; `application/octet-stream` when it suggests none.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    path: PathBuf,
}

impl AskedFile {
    /// A file at `path` with `size` bytes; its type is taken from its name.
    #[must_use]
    pub fn new(path: PathBuf, size: u64) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mime = mime_of(&path).to_owned();
        Self { name, mime, size, path }
    }

    /// Where to read it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Why files do not answer a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No such question, or it is no longer open.
    #[error("this question is no longer open")]
    Closed,
    /// No file at all.
    #[error("no file was chosen")]
    Nothing,
    /// More files than asked for.
    #[error("at most {max} files can be given")]
    TooMany {
        /// The most files at once.
        max: u32,
    },
    /// A file over the limit.
    #[error("{name} is larger than {max} bytes")]
    TooLarge {
        /// The file.
        name: String,
        /// The limit, in bytes.
        max: u64,
    },
    /// A file of another type.
    #[error("{name} is not of an accepted type")]
    WrongType {
        /// The file.
        name: String,
    },
}

impl Want {
    /// Whether `files` answer this.
    ///
    /// # Errors
    ///
    /// Names the first limit that they break.
    pub fn check(&self, files: &[AskedFile]) -> Result<(), AnswerError> {
        let Self::Files { accept, max_size, max_files } = self;
        if files.is_empty() {
            return Err(AnswerError::Nothing);
        }
        if files.len() > *max_files as usize {
            return Err(AnswerError::TooMany { max: *max_files });
        }
        for file in files {
            if file.size > *max_size {
                return Err(AnswerError::TooLarge { name: file.name.clone(), max: *max_size });
            }
            if !accept.is_empty() && !accept.contains(&file.mime) {
                return Err(AnswerError::WrongType { name: file.name.clone() });
            }
        }
        Ok(())
    }

    /// File name endings for the open dialog, without dots; empty means all files.
    #[must_use]
    pub fn endings(&self) -> Vec<&'static str> {
        let Self::Files { accept, .. } = self;
        MIME_BY_ENDING
            .iter()
            .filter(|(_, mime)| accept.iter().any(|accepted| accepted == mime))
            .map(|(ending, _)| *ending)
            .collect()
    }
}

const MIME_BY_ENDING: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("tab", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/x-ndjson"),
    ("ndjson", "application/x-ndjson"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
];

fn mime_of(path: &Path) -> &'static str {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    MIME_BY_ENDING
        .iter()
        .find(|(known, _)| *known == ending)
        .map_or("application/octet-stream", |(_, mime)| mime)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn csv_up_to(max_size: u64) -> Want {
        Want::Files { accept: vec!["text/csv".into()], max_size, max_files: 1 }
    }

    #[rstest]
    #[case(vec![], AnswerError::Nothing)]
    #[case(vec![("a.csv", 1), ("b.csv", 1)], AnswerError::TooMany { max: 1 })]
    #[case(vec![("a.csv", 11)], AnswerError::TooLarge { name: "a.csv".into(), max: 10 })]
    #[case(vec![("a.exe", 1)], AnswerError::WrongType { name: "a.exe".into() })]
    fn every_limit_is_checked(#[case] files: Vec<(&str, u64)>, #[case] error: AnswerError) {
        let files: Vec<_> =
            files.into_iter().map(|(name, size)| AskedFile::new(name.into(), size)).collect();
        assert_eq!(csv_up_to(10).check(&files), Err(error));
    }

    #[test]
    fn a_fitting_file_is_accepted_whatever_the_case_of_its_ending() {
        let file = AskedFile::new("/tmp/Sales.CSV".into(), 10);
        assert_eq!(csv_up_to(10).check(&[file]), Ok(()));
    }
}

//! What an element is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an element is. Small things are kept within their message, files beside the thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Content {
    /// Text.
    Text {
        /// The text: Markdown, or code.
        text: String,
        /// The language of code; `None` for Markdown.
        language: Option<String>,
    },
    /// A table.
    Dataframe {
        /// The heads of its columns.
        columns: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<Value>>,
    },
    /// A chart.
    Chart {
        /// The chart.
        chart: super::Chart,
    },
    /// A list of things to do.
    Tasks {
        /// How it goes altogether.
        status: Option<String>,
        /// The things to do, in order.
        tasks: Vec<Task>,
    },
    /// A picture.
    Image {
        /// Its file.
        file: StoredFile,
    },
    /// A PDF document.
    Pdf {
        /// Its file.
        file: StoredFile,
    },
    /// Sound.
    Audio {
        /// Its file.
        file: StoredFile,
    },
    /// A film.
    Video {
        /// Its file.
        file: StoredFile,
    },
    /// Any other file.
    File {
        /// The file.
        file: StoredFile,
    },
}

/// A file that is sealed beside the thread, under its element's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StoredFile {
    /// Its MIME type.
    pub mime: String,
    /// Its size in bytes.
    #[specta(type = u32)]
    pub size: u64,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// What is to be done.
    pub title: String,
    /// How far it is.
    pub state: TaskState,
}

/// How far a thing to do is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum TaskState {
    /// Not begun.
    Ready,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// It went wrong.
    Failed,
}

impl Task {
    /// A thing to do, in some state.
    #[must_use]
    pub fn new(title: &str, state: TaskState) -> Self {
        Self { title: title.into(), state }
    }
}

/// Every content that is a file.
macro_rules! stored {
    ($file:ident) => {
        Self::Image { $file }
            | Self::Pdf { $file }
            | Self::Audio { $file }
            | Self::Video { $file }
            | Self::File { $file }
    };
}

impl Content {
    /// The file, where there is one.
    #[must_use]
    pub fn file(&self) -> Option<&StoredFile> {
        if let stored!(file) = self { Some(file) } else { None }
    }

    /// The same, to be changed.
    pub fn file_mut(&mut self) -> Option<&mut StoredFile> {
        if let stored!(file) = self { Some(file) } else { None }
    }

    /// How much it holds within its message, in bytes of JSON.
    #[must_use]
    pub fn bytes(&self) -> usize {
        // What cannot be written counts as endless, and is refused as such.
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }

    /// A file as what its MIME type says.
    #[must_use]
    pub fn of_type(mime: &str, file: StoredFile) -> Self {
        match mime.split_once('/') {
            Some(("image", _)) => Self::Image { file },
            Some(("audio", _)) => Self::Audio { file },
            Some(("video", _)) => Self::Video { file },
            Some(("application", "pdf")) => Self::Pdf { file },
            _ => Self::File { file },
        }
    }
}

/// The MIME type that a picture's first bytes tell; SVG, which is text, where they tell none.
pub(super) fn image_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => "image/svg+xml",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(b"\x89PNG\r\n", "image/png")]
    #[case(b"\xFF\xD8\xFF\xE0", "image/jpeg")]
    #[case(b"GIF89a", "image/gif")]
    #[case(b"RIFF1234WEBPVP8", "image/webp")]
    #[case(b"<svg xmlns=''/>", "image/svg+xml")]
    #[case(b"", "image/svg+xml")]
    fn pictures_tell_what_they_are(#[case] bytes: &[u8], #[case] mime: &str) {
        assert_eq!(image_type(bytes), mime);
    }
}

//! Elements: what a message or a step carries besides its text.

mod chart;
mod content;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use chart::{Chart, ChartKind, Series};
pub use content::{Content, StoredFile, Task, TaskState};

use crate::ids::ElementId;
use crate::port::history::FileSource;

/// The most that elements hold within their message, in bytes of JSON: text, tables, charts and
/// task lists. Larger things are files.
pub const MAX_ELEMENT_BYTES: usize = 1024 * 1024;

/// Something that a message carries: kept, sealed and shown with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Element {
    /// Never changes. A message that is changed keeps those of its elements that keep their id.
    pub id: ElementId,
    /// What it is called.
    pub name: String,
    /// Where it is shown.
    pub display: Display,
    /// What it is.
    pub content: Content,
    /// What is to be stored when it is sent.
    #[serde(skip)]
    #[specta(skip)]
    pub(crate) source: Option<FileSource>,
}

/// Where an element is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Display {
    /// Under its message.
    Inline,
    /// Beside the conversation, when it is opened.
    Side,
    /// In place of the conversation, when it is opened.
    Page,
}

impl Element {
    /// An element as it was kept before. Whoever gives it a file keeps that file.
    #[must_use]
    pub fn kept(id: ElementId, name: String, display: Display, content: Content) -> Self {
        Self { id, name, display, content, source: None }
    }

    /// A text, in Markdown.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self::with(name, Content::Text { text: text.into(), language: None })
    }

    /// Code in a language that the window knows how to colour, such as `rust`.
    pub fn code(name: &str, language: &str, code: impl Into<String>) -> Self {
        Self::with(name, Content::Text { text: code.into(), language: Some(language.into()) })
    }

    /// A table. Rows may be of any JSON; rows shorter than `columns` end in nothing.
    pub fn dataframe<C: Into<String>>(
        name: &str,
        columns: impl IntoIterator<Item = C>,
        rows: Vec<Vec<serde_json::Value>>,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        Self::with(name, Content::Dataframe { columns, rows })
    }

    /// A chart.
    pub fn chart(name: &str, chart: Chart) -> Self {
        Self::with(name, Content::Chart { chart })
    }

    /// A list of things to do, and how far they are. Send its message again with
    /// [`Chat::update`](crate::chat::Chat::update) when one of them gets on.
    pub fn tasks(name: &str, status: Option<&str>, tasks: Vec<Task>) -> Self {
        Self::with(name, Content::Tasks { status: status.map(Into::into), tasks })
    }

    /// A picture, given as its bytes: PNG, JPEG, GIF, WebP or SVG.
    pub fn image(name: &str, bytes: Vec<u8>) -> Self {
        let mime = content::image_type(&bytes);
        Self::stored(name, mime, FileSource::Bytes(bytes), |file| Content::Image { file })
    }

    /// A PDF document, given as its bytes.
    pub fn pdf(name: &str, bytes: Vec<u8>) -> Self {
        let source = FileSource::Bytes(bytes);
        Self::stored(name, "application/pdf", source, |file| Content::Pdf { file })
    }

    /// Sound, given as its bytes and their MIME type, such as `audio/mpeg`.
    pub fn audio(name: &str, mime: &str, bytes: Vec<u8>) -> Self {
        Self::stored(name, mime, FileSource::Bytes(bytes), |file| Content::Audio { file })
    }

    /// A film, given as its bytes and their MIME type, such as `video/webm`.
    pub fn video(name: &str, mime: &str, bytes: Vec<u8>) -> Self {
        Self::stored(name, mime, FileSource::Bytes(bytes), |file| Content::Video { file })
    }

    /// Any file to be saved by the person, given as its bytes and their MIME type.
    pub fn file(name: &str, mime: &str, bytes: Vec<u8>) -> Self {
        Self::stored(name, mime, FileSource::Bytes(bytes), |file| Content::File { file })
    }

    /// The file at `path`, as what its ending says: a picture, a PDF, sound, a film, or just a
    /// file. It is read when the element is sent, piece by piece, whatever its size.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mime = crate::mime::of_path(&path);
        Self::stored(&name, mime, FileSource::Path(path), |file| Content::of_type(mime, file))
    }

    /// The same element shown elsewhere than under its message.
    #[must_use]
    pub fn display(mut self, display: Display) -> Self {
        self.display = display;
        self
    }

    fn stored(
        name: &str,
        mime: &str,
        source: FileSource,
        content: impl FnOnce(StoredFile) -> Content,
    ) -> Self {
        let size = match &source {
            FileSource::Bytes(bytes) => bytes.len() as u64,
            FileSource::Path(_) | FileSource::Part(_) => 0,
        };
        let content = content(StoredFile { mime: mime.into(), size });
        Self { source: Some(source), ..Self::with(name, content) }
    }

    fn with(name: &str, content: Content) -> Self {
        Self {
            id: ElementId::new(),
            name: name.into(),
            display: Display::Inline,
            content,
            source: None,
        }
    }
}

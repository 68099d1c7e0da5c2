//! Threads as an archive holds them, under the names that the field uses.
//!
//! What has no name there is in `metadata`, under the names that it has in this app. Elements stand
//! in their step, so that an archive can be written and read step by step.

use confidant_chat::action::Action;
use confidant_chat::ask::Ask;
use confidant_chat::branch::{Branch, TRUNK};
use confidant_chat::element::{Chart, Content, Display, Element, StoredFile, Task};
use confidant_chat::failure::Failure;
use confidant_chat::feedback::{Feedback, Rating};
use confidant_chat::ids::{ElementId, StepId, ThreadId};
use confidant_chat::step::{Step, StepKind, StepState};
use confidant_chat::thread::Thread;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the archives that are written, and the newest that is read.
pub(crate) const VERSION: u32 = 1;

/// What an archive calls its JSON.
pub(crate) const DOCUMENT: &str = "threads.json";

/// A thread without its steps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreadRecord {
    pub(crate) id: ThreadId,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) metadata: ThreadMetadata,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ThreadMetadata {
    chat_profile: String,
    chat_settings: Map<String, Value>,
    session: Map<String, Value>,
    #[serde(rename = "lastActivity")]
    last_activity: Option<Timestamp>,
    pinned: bool,
    branches: Vec<Branch>,
    branch: u32,
}

impl From<Thread> for ThreadRecord {
    fn from(thread: Thread) -> Self {
        let metadata = ThreadMetadata {
            chat_profile: thread.profile,
            chat_settings: thread.settings,
            session: thread.session,
            last_activity: Some(thread.last_activity),
            pinned: thread.pinned,
            branches: thread.branches,
            branch: thread.branch,
        };
        Self { id: thread.id, created_at: thread.created_at, name: thread.name, metadata }
    }
}

impl ThreadRecord {
    /// The thread; one without a profile is with `profile`.
    pub(crate) fn into_thread(self, profile: &str) -> Thread {
        let metadata = self.metadata;
        let named = Some(metadata.chat_profile).filter(|named| !named.is_empty());
        Thread {
            id: self.id,
            name: self.name,
            profile: named.unwrap_or_else(|| profile.to_owned()),
            created_at: self.created_at,
            last_activity: metadata.last_activity.unwrap_or(self.created_at),
            session: metadata.session,
            settings: metadata.chat_settings,
            branches: metadata.branches,
            branch: metadata.branch,
            pinned: metadata.pinned,
            binned_at: None,
        }
    }
}

/// A step.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepRecord {
    id: StepId,
    #[serde(default)]
    parent_id: Option<StepId>,
    #[serde(rename = "type")]
    kind: KindRecord,
    #[serde(default)]
    name: String,
    #[serde(default)]
    input: String,
    #[serde(default)]
    output: String,
    created_at: Timestamp,
    #[serde(default)]
    end: Option<Timestamp>,
    #[serde(default)]
    is_error: bool,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    command: Option<String>,
    #[serde(default)]
    feedback: Option<FeedbackRecord>,
    #[serde(default)]
    elements: Vec<ElementRecord>,
    #[serde(default)]
    metadata: StepMetadata,
}

/// What of a step has no name in the field. Absent where it says nothing.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StepMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u32>,
    #[serde(skip_serializing_if = "is_trunk")]
    branch: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<StepId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<StepState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<Ask>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<Action>,
}

fn is_trunk(branch: &u32) -> bool {
    *branch == TRUNK
}

/// The kinds of steps, under the field's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindRecord {
    UserMessage,
    AssistantMessage,
    SystemMessage,
    Run,
    Tool,
    Llm,
    Embedding,
    Retrieval,
    Rerank,
    /// Work of which nobody said what it is.
    Undefined,
}

impl From<StepKind> for KindRecord {
    fn from(kind: StepKind) -> Self {
        match kind {
            StepKind::User => Self::UserMessage,
            StepKind::Assistant => Self::AssistantMessage,
            StepKind::System => Self::SystemMessage,
            StepKind::Run => Self::Run,
            StepKind::Tool => Self::Tool,
            StepKind::Llm => Self::Llm,
            StepKind::Embedding => Self::Embedding,
            StepKind::Retrieval => Self::Retrieval,
            StepKind::Rerank => Self::Rerank,
        }
    }
}

impl From<KindRecord> for StepKind {
    fn from(kind: KindRecord) -> Self {
        match kind {
            KindRecord::UserMessage => Self::User,
            KindRecord::AssistantMessage => Self::Assistant,
            KindRecord::SystemMessage => Self::System,
            KindRecord::Run | KindRecord::Undefined => Self::Run,
            KindRecord::Tool => Self::Tool,
            KindRecord::Llm => Self::Llm,
            KindRecord::Embedding => Self::Embedding,
            KindRecord::Retrieval => Self::Retrieval,
            KindRecord::Rerank => Self::Rerank,
        }
    }
}

/// What a person thinks of a step: 1 is good, 0 is not.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FeedbackRecord {
    for_id: StepId,
    value: u8,
    #[serde(default)]
    comment: Option<String>,
}

/// An element. A file has its size and MIME type, and says where in the archive it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ElementRecord {
    id: ElementId,
    for_id: StepId,
    #[serde(rename = "type")]
    kind: ElementKind,
    name: String,
    display: Display,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mime: Option<String>,
    content: ContentRecord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ElementKind {
    Text,
    Dataframe,
    Chart,
    Tasklist,
    Image,
    Pdf,
    Audio,
    Video,
    File,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum ContentRecord {
    Text(String),
    File { file: String },
    Dataframe { columns: Vec<String>, rows: Vec<Vec<Value>> },
    Tasks { status: Option<String>, tasks: Vec<Task> },
    Chart(Chart),
}

/// Where an archive keeps the file of an element.
pub(crate) fn file_path(element: &Element) -> String {
    format!("files/{}/{}", element.id, file_name(&element.name))
}

/// A name that every system can give a file, from any name.
pub(crate) fn file_name(name: &str) -> String {
    const LONGEST: usize = 100;
    let forbidden = |it: char| it.is_control() || r#"/\:*?"<>|"#.contains(it);
    let clean: String =
        name.chars().map(|it| if forbidden(it) { '_' } else { it }).take(LONGEST).collect();
    let clean = clean.trim_matches(['.', ' ']);
    if clean.is_empty() { "file".into() } else { clean.into() }
}

impl From<Step> for StepRecord {
    fn from(step: Step) -> Self {
        let feedback = step.feedback.map(|feedback| FeedbackRecord {
            for_id: step.id,
            value: u8::from(feedback.rating == Rating::Up),
            comment: feedback.comment,
        });
        let elements = step.elements.into_iter();
        Self {
            id: step.id,
            parent_id: step.parent,
            kind: step.kind.into(),
            name: step.name,
            input: step.input,
            output: step.output,
            created_at: step.created_at,
            end: step.ended_at,
            is_error: step.state == StepState::Failed,
            language: step.language,
            command: step.command,
            feedback,
            elements: elements.map(|it| ElementRecord::new(step.id, it)).collect(),
            metadata: StepMetadata {
                sequence: Some(step.sequence),
                branch: step.branch,
                answers: step.answers,
                state: Some(step.state),
                failure: step.failure,
                ask: step.ask,
                actions: step.actions,
            },
        }
    }
}

impl StepRecord {
    /// The step, and which file of the archive each of its elements wants; one that does not say
    /// where it stands is at `next`. `None` when an element is nothing that there is.
    pub(crate) fn into_step(self, next: u32) -> Option<(Step, Vec<(ElementId, String)>)> {
        let (mut elements, mut files) = (Vec::new(), Vec::new());
        for record in self.elements {
            let (element, file) = record.into_element()?;
            files.extend(file.map(|file| (element.id, file)));
            elements.push(element);
        }
        let feedback = self.feedback.map(|feedback| Feedback {
            rating: if feedback.value > 0 { Rating::Up } else { Rating::Down },
            comment: feedback.comment,
        });
        let metadata = self.metadata;
        let ended = if self.is_error { StepState::Failed } else { StepState::Done };
        let step = Step {
            id: self.id,
            sequence: metadata.sequence.unwrap_or(next),
            branch: metadata.branch,
            parent: self.parent_id,
            answers: metadata.answers,
            kind: self.kind.into(),
            name: self.name,
            input: self.input,
            output: self.output,
            language: self.language,
            state: metadata.state.unwrap_or(ended),
            failure: metadata.failure,
            ask: metadata.ask,
            actions: metadata.actions,
            elements,
            feedback,
            command: self.command,
            created_at: self.created_at,
            ended_at: self.end,
        };
        Some((step, files))
    }
}

impl ElementRecord {
    fn new(step: StepId, element: Element) -> Self {
        let path = file_path(&element);
        let (mut language, mut stored) = (None, None);
        let mut file = |file: StoredFile| {
            stored = Some(file);
            ContentRecord::File { file: path.clone() }
        };
        let (kind, content) = match element.content {
            Content::Text { text, language: of } => {
                language = of;
                (ElementKind::Text, ContentRecord::Text(text))
            }
            Content::Dataframe { columns, rows } => {
                (ElementKind::Dataframe, ContentRecord::Dataframe { columns, rows })
            }
            Content::Chart { chart } => (ElementKind::Chart, ContentRecord::Chart(chart)),
            Content::Tasks { status, tasks } => {
                (ElementKind::Tasklist, ContentRecord::Tasks { status, tasks })
            }
            Content::Image { file: it } => (ElementKind::Image, file(it)),
            Content::Pdf { file: it } => (ElementKind::Pdf, file(it)),
            Content::Audio { file: it } => (ElementKind::Audio, file(it)),
            Content::Video { file: it } => (ElementKind::Video, file(it)),
            Content::File { file: it } => (ElementKind::File, file(it)),
        };
        let (mime, size) = stored.map(|file| (file.mime, file.size)).unzip();
        Self {
            id: element.id,
            for_id: step,
            kind,
            name: element.name,
            display: element.display,
            size,
            language,
            mime,
            content,
        }
    }

    fn into_element(self) -> Option<(Element, Option<String>)> {
        let mut path = None;
        let content = match (self.kind, self.content) {
            (ElementKind::Text, ContentRecord::Text(text)) => {
                Content::Text { text, language: self.language }
            }
            (ElementKind::Dataframe, ContentRecord::Dataframe { columns, rows }) => {
                Content::Dataframe { columns, rows }
            }
            (ElementKind::Chart, ContentRecord::Chart(chart)) => Content::Chart { chart },
            (ElementKind::Tasklist, ContentRecord::Tasks { status, tasks }) => {
                Content::Tasks { status, tasks }
            }
            (kind, ContentRecord::File { file }) => {
                path = Some(file);
                let mime = self.mime.unwrap_or_else(|| confidant_chat::mime::UNKNOWN.into());
                let file = StoredFile { mime, size: self.size.unwrap_or_default() };
                match kind {
                    ElementKind::Image => Content::Image { file },
                    ElementKind::Pdf => Content::Pdf { file },
                    ElementKind::Audio => Content::Audio { file },
                    ElementKind::Video => Content::Video { file },
                    ElementKind::File => Content::File { file },
                    ElementKind::Text
                    | ElementKind::Dataframe
                    | ElementKind::Chart
                    | ElementKind::Tasklist => return None,
                }
            }
            _ => return None,
        };
        Some((Element::kept(self.id, self.name, self.display, content), path))
    }
}

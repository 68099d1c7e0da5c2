//! A message of a ChatGPT export as a step.

use confidant_chat::element::{Content as What, Display, Element, StoredFile};
use confidant_chat::ids::{ElementId, StepId};
use confidant_chat::step::{Step, StepKind, StepState};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::asset::{Asset, Assets};
use super::time;
use crate::import::made;
use crate::import::sink::Content;

/// What a message says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// What identifies the message.
    pub(super) id: Option<String>,
    pub(super) time: Option<Timestamp>,
    kind: Option<StepKind>,
    name: String,
    input: String,
    output: String,
    language: Option<String>,
    assets: Vec<Asset>,
    failed: bool,
    /// How many parts it has that nothing here stands for.
    pub(super) unknown: usize,
    /// The tool that it calls.
    pub(super) calls: Option<String>,
    /// The tool that answers in it.
    pub(super) answers: Option<String>,
}

/// It is a message, in no form that is known.
#[derive(Debug)]
pub(super) struct Unreadable;

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    id: Option<String>,
    author: Author,
    #[serde(default)]
    create_time: Value,
    content: Map<String, Value>,
    #[serde(default)]
    recipient: Option<String>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Author {
    role: String,
    #[serde(default)]
    name: Option<String>,
}

impl Said {
    /// What the message of a node says; `None` where nobody was shown anything.
    pub(super) fn from(message: &Value) -> Result<Option<Self>, Unreadable> {
        if message.is_null() {
            return Ok(None);
        }
        let message = Message::deserialize(message).map_err(|_| Unreadable)?;
        let metadata = message.metadata.unwrap_or_default();
        let hidden = metadata.get("is_visually_hidden_from_conversation");
        if hidden.and_then(Value::as_bool) == Some(true) {
            return Ok(None);
        }
        let mut said = Self { id: message.id, time: time(&message.create_time), ..Self::default() };
        let text = said.content(&message.content)?;
        let Some(text) = text else { return Ok(None) };
        said.attach(&metadata);
        let text = without_marks(&with_sources(text, &metadata));
        let to = message.recipient.filter(|it| !it.is_empty() && it != "all");
        match (message.author.role.as_str(), to) {
            ("user", _) => said.kind = Some(StepKind::User),
            ("system", _) => said.kind = Some(StepKind::System),
            ("assistant", Some(tool)) => {
                said.kind = Some(StepKind::Tool);
                (said.name, said.input) = (tool.clone(), text);
                // Of what went in; what comes out may be anything.
                said.language = None;
                said.calls = Some(tool);
                return Ok(said.if_anything());
            }
            ("assistant", None) => {
                // Thinking stands for itself already.
                let _ = said.kind.get_or_insert(StepKind::Assistant);
            }
            ("tool", _) => {
                let tool = message.author.name.unwrap_or_else(|| "tool".into());
                // A picture that a tool makes is what the person asked for, and not work.
                if said.assets.is_empty() {
                    said.kind = Some(StepKind::Tool);
                    said.name.clone_from(&tool);
                    said.answers = Some(tool);
                } else {
                    said.kind = Some(StepKind::Assistant);
                }
            }
            _ => return Err(Unreadable),
        }
        said.output = text;
        Ok(said.if_anything())
    }

    /// The answer of the tool that this calls.
    pub(super) fn answered(&mut self, answer: Self) {
        self.output = answer.output;
        self.failed |= answer.failed;
        self.unknown += answer.unknown;
        if answer.language.is_some() {
            self.language = answer.language;
        }
    }

    /// The step at `place`, and the content of its elements.
    pub(super) fn step(
        &self,
        id: StepId,
        place: u32,
        otherwise: Timestamp,
        assets: &Assets<'_>,
        conversation: &str,
    ) -> (Step, Vec<Content>) {
        let at = self.time.unwrap_or(otherwise);
        let kind = self.kind.unwrap_or(StepKind::Assistant);
        let mut step = Step::said(kind, place, self.output.clone());
        step.id = id;
        step.name.clone_from(&self.name);
        step.input.clone_from(&self.input);
        step.language.clone_from(&self.language);
        (step.created_at, step.ended_at) = (at, Some(at));
        if self.failed {
            step.state = StepState::Failed;
        }
        let mut files = Vec::new();
        for asset in &self.assets {
            let found = assets.find(asset);
            let name = asset.name(found.as_ref());
            let mime = asset.mime(&name);
            let step_id = id.to_string();
            let names = ["chatgpt", conversation, &step_id, &asset.id];
            let element = ElementId::from_bytes(made::id(&names, at));
            let size = found.as_ref().map(|found| found.entry.length).unwrap_or_default();
            let what = What::of_type(&mime, StoredFile { mime: mime.clone(), size });
            step.elements.push(Element::kept(element, name, Display::Inline, what));
            let part = found.map(|found| assets.archive().part(found.entry));
            files.push(Content { element, part });
        }
        (step, files)
    }

    fn if_anything(self) -> Option<Self> {
        let silent = self.output.trim().is_empty()
            && self.input.trim().is_empty()
            && self.assets.is_empty()
            && self.unknown == 0;
        (!silent).then_some(self)
    }

    /// The text of what a message holds; `None` for what nobody was shown.
    fn content(&mut self, content: &Map<String, Value>) -> Result<Option<String>, Unreadable> {
        let text = |key: &str| content.get(key).and_then(Value::as_str).map(str::to_owned);
        let kind = text("content_type").ok_or(Unreadable)?;
        Ok(Some(match kind.as_str() {
            // What the person told about themselves, and what was remembered: no part of the talk.
            "user_editable_context" | "model_editable_context" => return Ok(None),
            "text" | "multimodal_text" => self.parts(content)?,
            "code" => {
                self.language = text("language").filter(|it| !it.is_empty() && it != "unknown");
                text("text").ok_or(Unreadable)?
            }
            "thoughts" => {
                self.kind = Some(StepKind::Llm);
                self.name = "Reasoning".into();
                let thoughts = content.get("thoughts").and_then(Value::as_array);
                thoughts.ok_or(Unreadable)?.iter().map(thought).collect::<Vec<_>>().join("\n\n")
            }
            "reasoning_recap" => {
                self.kind = Some(StepKind::Llm);
                self.name = "Reasoning".into();
                text("content").ok_or(Unreadable)?
            }
            "system_error" => {
                self.failed = true;
                text("text").ok_or(Unreadable)?
            }
            "tether_quote" => {
                let heads = [text("title"), text("url")].into_iter().flatten();
                let head = heads.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
                [head, text("text").ok_or(Unreadable)?].join("\n\n").trim().to_owned()
            }
            // Those that are known to keep their text in one of these, and those of tomorrow.
            _ => match ["text", "result", "content", "summary"].iter().find_map(|key| text(key)) {
                Some(text) => text,
                None if content.contains_key("parts") => self.parts(content)?,
                None => return Err(Unreadable),
            },
        }))
    }

    fn parts(&mut self, content: &Map<String, Value>) -> Result<String, Unreadable> {
        let parts = content.get("parts").and_then(Value::as_array).ok_or(Unreadable)?;
        let mut texts = Vec::new();
        for part in parts {
            match part {
                Value::String(text) => texts.push(text.clone()),
                Value::Object(part) => texts.extend(self.part(part)),
                _ => {}
            }
        }
        texts.retain(|text| !text.trim().is_empty());
        Ok(texts.join("\n\n"))
    }

    fn part(&mut self, part: &Map<String, Value>) -> Option<String> {
        let text = |key: &str| part.get(key).and_then(Value::as_str);
        let pointer = text("asset_pointer");
        match (text("content_type").unwrap_or_default(), pointer) {
            ("image_asset_pointer", Some(pointer)) => self.add_at(pointer, "image/png"),
            ("audio_asset_pointer", Some(pointer)) => self.add_at(pointer, "audio/wav"),
            ("video_container_asset_pointer", Some(pointer)) => self.add_at(pointer, "video/mp4"),
            ("audio_transcription", _) => return text("text").map(str::to_owned),
            ("real_time_user_audio_video_asset_pointer", _) => {
                // The sound; the single pictures of it are many, and say less.
                if let Some(Value::Object(sound)) = part.get("audio_asset_pointer") {
                    return self.part(sound);
                }
            }
            _ => match text("text") {
                Some(text) => return Some(text.to_owned()),
                None => self.unknown += 1,
            },
        }
        None
    }

    fn add_at(&mut self, pointer: &str, otherwise: &'static str) {
        if let Some(asset) = Asset::at(pointer, otherwise) {
            self.add(asset);
        }
    }

    fn add(&mut self, asset: Asset) {
        match self.assets.iter_mut().find(|known| known.id == asset.id) {
            // The same file, told twice: as a part of the text and as an attachment.
            Some(known) => {
                known.name = known.name.take().or(asset.name);
                known.mime = known.mime.take().or(asset.mime);
            }
            None => self.assets.push(asset),
        }
    }

    fn attach(&mut self, metadata: &Map<String, Value>) {
        let attachments = metadata.get("attachments").and_then(Value::as_array);
        for attachment in attachments.into_iter().flatten() {
            let text = |key: &str| attachment.get(key).and_then(Value::as_str).map(str::to_owned);
            let Some(id) = text("id") else { continue };
            let mime = text("mimeType").or_else(|| text("mime_type"));
            let otherwise = confidant_chat::mime::UNKNOWN;
            self.add(Asset { id, name: text("name"), mime, otherwise });
        }
    }
}

/// A thought: what it is about, and the thought itself.
fn thought(thought: &Value) -> String {
    let text = |key: &str| thought.get(key).and_then(Value::as_str).unwrap_or_default();
    match (text("summary"), text("content")) {
        ("", content) => content.to_owned(),
        (summary, "") => format!("**{summary}**"),
        (summary, content) => format!("**{summary}**\n\n{content}"),
    }
}

/// A text with its sources in place of the marks that stand for them, where the message says what
/// those are as Markdown.
fn with_sources(mut text: String, metadata: &Map<String, Value>) -> String {
    let references = metadata.get("content_references").and_then(Value::as_array);
    for reference in references.into_iter().flatten() {
        let part = |key: &str| reference.get(key).and_then(Value::as_str);
        let (Some(mark), Some(source)) = (part("matched_text"), part("alt")) else { continue };
        if mark.starts_with(BEGINS) && text.contains(mark) {
            text = text.replace(mark, source);
        }
    }
    text
}

/// Where the mark of a citation begins and ends.
const BEGINS: char = '\u{e200}';
const ENDS: char = '\u{e201}';

/// A text without the marks of citations, which lead nowhere outside of where they were made.
fn without_marks(text: &str) -> String {
    let (mut clean, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(BEGINS) {
        clean.push_str(before);
        match after.split_once(ENDS) {
            Some((_, after)) => rest = after,
            // It never ends: only the mark itself goes.
            None => rest = after,
        }
    }
    clean.push_str(rest);
    clean.retain(|it| !('\u{e200}'..='\u{e206}').contains(&it));
    clean
}

//! ChatGPT's data export: a ZIP with `conversations.json`, or with many such files that are numbered,
//! and the files of messages beside them. The JSON alone can be imported as well.
//!
//! Nothing about it is published by those who make it. What is known is what people who read it have
//! found, of three generations: one file with everything; many files; and many files whose messages
//! say less, with the files of messages under other names.
//!
//! A conversation there is a tree of nodes, of which each may have a message. What nobody was shown
//! (instructions, context) is passed over; what follows it follows what came before it.

mod asset;
mod said;
mod tree;

use std::collections::{BTreeMap, HashMap};

use confidant_chat::branch::TRUNK;
use confidant_chat::feedback::{Feedback, Rating};
use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::step::StepKind;
use confidant_chat::thread::{MAX_THREAD_NAME, Thread};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::SeqAccess;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Left;
use super::file::{Archive, Entry};
use super::made;
use super::named::one_line;
use super::sink::Sink;
use super::stream::{self, Budget, Ended, Items, List};
use crate::error::TransferError;
use crate::watch::Watch;
use asset::Assets;
use said::Said;
use tree::Tree;

/// Whether an archive is one of theirs.
pub(super) fn is_in(archive: &Archive) -> Result<bool, TransferError> {
    if archive.is_package() {
        return Ok(archive.entries().any(|(path, _)| is_conversations(path)));
    }
    let begin = archive.beginning();
    // A list of objects; whether they are conversations shows with each of them.
    let begin = begin.strip_prefix('[').map(str::trim_start);
    Ok(begin.is_some_and(|it| it.starts_with('{') || it.starts_with(']')))
}

/// `conversations.json`, or one of those that it is cut into, such as `conversations-003.json`.
fn is_conversations(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let number = name.strip_prefix("conversations").and_then(|it| it.strip_suffix(".json"));
    number.is_some_and(|it| {
        it.is_empty()
            || it.strip_prefix(['-', '_']).is_some_and(|digits| {
                !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
            })
    })
}

/// Tells `sink` what is in one of theirs.
pub(super) fn read(
    archive: &Archive,
    profile: &str,
    sink: &mut dyn Sink,
    watch: &Watch,
) -> Result<(), TransferError> {
    let documents: Vec<Entry> = if archive.is_package() {
        archive.entries().filter(|(path, _)| is_conversations(path)).map(|(_, it)| it).collect()
    } else {
        vec![archive.whole()]
    };
    let text: u64 = documents.iter().map(|it| it.length).sum();
    let files = if sink.keeps() { archive.beside(text) } else { 0 };
    watch.begin(text + files);
    let feedback = feedback(archive, watch);
    let assets = Assets::in_archive(archive, watch);
    for document in documents {
        let json = archive.read(document).map_err(|error| TransferError::unreadable(&error))?;
        let budget = Budget::new();
        let mut reading = Reading {
            profile,
            sink: &mut *sink,
            assets: &assets,
            feedback: &feedback,
            budget: budget.clone(),
            ended: Ended::default(),
        };
        let read = stream::read(json, List(&mut reading), &budget, watch);
        reading.ended.or(read)?;
    }
    Ok(())
}

/// A conversation, and a message in it: others may have messages of the same identifier.
type Told = (String, String);

/// What the person thought of messages. None is no reason to import nothing.
fn feedback(archive: &Archive, watch: &Watch) -> HashMap<Told, Feedback> {
    #[derive(Deserialize)]
    struct Given {
        id: String,
        conversation_id: String,
        rating: String,
        #[serde(default)]
        content: Option<String>,
    }
    let entry = archive.entries().find(|(path, _)| path.ends_with("message_feedback.json"));
    let Some((_, entry)) = entry else { return HashMap::new() };
    let Ok(json) = archive.read(entry) else { return HashMap::new() };
    let budget = Budget::new();
    let seed = std::marker::PhantomData::<Vec<Value>>;
    let given = stream::read(json, seed, &budget, watch).unwrap_or_default();
    let given = given.into_iter().filter_map(|it| serde_json::from_value::<Given>(it).ok());
    given
        .filter_map(|Given { id, conversation_id, rating, content }| {
            let rating = match rating.as_str() {
                "thumbs_up" | "thumbsUp" => Rating::Up,
                "thumbs_down" | "thumbsDown" => Rating::Down,
                _ => return None,
            };
            // What they keep there is JSON with the words in it, or nothing.
            let words = content.and_then(|it| serde_json::from_str::<Value>(&it).ok());
            let comment = words.and_then(|it| Some(it.get("text")?.as_str()?.to_owned()));
            Some((
                (conversation_id, id),
                Feedback { rating, comment: comment.filter(|it| !it.is_empty()) },
            ))
        })
        .collect()
}

struct Reading<'a> {
    profile: &'a str,
    sink: &'a mut dyn Sink,
    assets: &'a Assets<'a>,
    feedback: &'a HashMap<Told, Feedback>,
    budget: Budget,
    ended: Ended,
}

impl Items for &mut Reading<'_> {
    type Value = ();

    fn take<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(json) = list.next_element::<Box<RawValue>>()? {
            self.budget.renew();
            match serde_json::from_str::<Conversation>(json.get()) {
                Ok(conversation) => {
                    let told = self.conversation(&conversation);
                    self.ended.unless(told)?;
                }
                Err(_) => self.sink.leave(Left::Threads),
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Conversation {
    #[serde(default)]
    conversation_id: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    create_time: Value,
    #[serde(default)]
    update_time: Value,
    mapping: BTreeMap<String, Node>,
    #[serde(default)]
    current_node: Option<String>,
    #[serde(default)]
    is_starred: Option<bool>,
    #[serde(default)]
    pinned_time: Value,
}

#[derive(Deserialize)]
struct Node {
    #[serde(default)]
    message: Value,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    children: Vec<String>,
}

/// Seconds since 1970, or a time in words.
fn time(value: &Value) -> Option<Timestamp> {
    if let Some(text) = value.as_str() {
        return text.parse().ok();
    }
    let seconds = value.as_f64().filter(|it| it.is_finite() && it.abs() < 1e11)?;
    #[expect(clippy::cast_possible_truncation, reason = "it was looked at before")]
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}

impl Reading<'_> {
    fn conversation(&mut self, read: &Conversation) -> Result<(), TransferError> {
        let mut said = HashMap::new();
        for (name, node) in &read.mapping {
            match Said::from(&node.message) {
                Ok(None) => {}
                Ok(Some(one)) => drop(said.insert(name.as_str(), one)),
                Err(said::Unreadable) => self.sink.leave(Left::Messages),
            }
        }
        join_answers(read, &mut said);
        let times = said.values().filter_map(|it| it.time);
        let (first, last) = (times.clone().min(), times.max());
        let created_at = time(&read.create_time).or(first).unwrap_or(Timestamp::UNIX_EPOCH);
        let last_activity = time(&read.update_time).or(last).unwrap_or(created_at);
        let tree = Tree::of(read, |name| said.contains_key(name));
        let walks = tree.walks();
        if walks.is_empty() {
            self.sink.leave(Left::Threads);
            return Ok(());
        }
        // Older exports have the one name, newer ones both.
        let Some(id) = read.conversation_id.as_deref().or(read.id.as_deref()) else {
            self.sink.leave(Left::Threads);
            return Ok(());
        };
        let thread = Thread {
            id: ThreadId::from_bytes(made::id(&["chatgpt", id], created_at)),
            name: one_line(read.title.as_deref().unwrap_or_default(), MAX_THREAD_NAME),
            profile: self.profile.to_owned(),
            created_at,
            last_activity,
            session: serde_json::Map::new(),
            settings: serde_json::Map::new(),
            branches: walks.iter().filter_map(|walk| walk.branch).collect(),
            branch: tree.in_view(&walks, read.current_node.as_deref()),
            pinned: read.is_starred == Some(true) || !read.pinned_time.is_null(),
            binned_at: None,
        };
        if !self.sink.begin(thread)? {
            return Ok(());
        }
        // What each node came after, of what the person said.
        let mut asked_at = HashMap::new();
        for walk in &walks {
            let mut asked = walk.after.and_then(|node| asked_at.get(node)).copied().flatten();
            for (place, node) in (walk.begins..).zip(&walk.nodes) {
                let Some(said) = said.get(node) else { continue };
                let at = said.time.unwrap_or(created_at);
                let step_id = StepId::from_bytes(made::id(&["chatgpt", id, node], at));
                let (mut step, files) = said.step(step_id, place, created_at, self.assets, id);
                step.branch = walk.branch.map_or(TRUNK, |branch| branch.id);
                let told = said.id.as_ref().map(|message| (id.to_owned(), message.clone()));
                step.feedback = told.and_then(|told| self.feedback.get(&told)).cloned();
                if step.kind == StepKind::User {
                    asked = Some(step.id);
                } else {
                    step.answers = asked;
                }
                asked_at.insert(*node, asked);
                for _ in 0..said.unknown {
                    self.sink.leave(Left::Elements);
                }
                if !self.sink.step(step, files)? {
                    return Ok(());
                }
            }
        }
        self.sink.end()
    }
}

/// Makes one of the call of a tool and its answer, where nothing else follows the call.
fn join_answers<'a>(read: &'a Conversation, said: &mut HashMap<&'a str, Said>) {
    for (name, node) in &read.mapping {
        let [answer] = node.children.as_slice() else { continue };
        let calls = said.get(name.as_str()).and_then(|it| it.calls.as_ref());
        let answers = said.get(answer.as_str()).and_then(|it| it.answers.as_ref());
        if calls.is_none() || calls != answers {
            continue;
        }
        if let (Some(answer), Some(call)) =
            (said.remove(answer.as_str()), said.get_mut(name.as_str()))
        {
            call.answered(answer);
        }
    }
}

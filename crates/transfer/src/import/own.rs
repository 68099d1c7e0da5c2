//! Our own archives.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Left;
use super::file::{Archive, Entry};
use super::sink::{Content, Sink};
use super::stream::{self, Budget, Ended, Items, List};
use crate::error::TransferError;
use crate::record::{DOCUMENT, StepRecord, ThreadRecord, VERSION};
use crate::watch::Watch;

/// Whether an archive is one of ours.
pub(super) fn is_in(archive: &Archive) -> Result<bool, TransferError> {
    if archive.is_package() {
        return Ok(archive.entry(DOCUMENT).is_some());
    }
    let begin = archive.beginning();
    Ok(begin.starts_with('{') && begin.contains("\"confidant\""))
}

/// Tells `sink` what is in one of ours.
pub(super) fn read(
    archive: &Archive,
    profile: &str,
    sink: &mut dyn Sink,
    watch: &Watch,
) -> Result<(), TransferError> {
    let document = archive.entry(DOCUMENT).unwrap_or_else(|| archive.whole());
    watch.begin(document.length + if sink.keeps() { archive.beside(document.length) } else { 0 });
    let json = archive.read(document).map_err(|error| TransferError::unreadable(&error))?;
    let budget = Budget::new();
    let mut reading =
        Reading { archive, profile, sink, budget: budget.clone(), ended: Ended::default() };
    let read = stream::read(json, DocumentSeed(&mut reading), &budget, watch);
    reading.ended.or(read)
}

struct Reading<'a> {
    archive: &'a Archive,
    profile: &'a str,
    sink: &'a mut dyn Sink,
    budget: Budget,
    ended: Ended,
}

impl Reading<'_> {
    /// A thread begins, if it is one. Whether its steps are wanted.
    fn begin(&mut self, header: &Map<String, Value>) -> Result<bool, TransferError> {
        match ThreadRecord::deserialize(&Value::Object(header.clone())) {
            Ok(record) => self.sink.begin(record.into_thread(self.profile)),
            Err(_) => {
                self.sink.leave(Left::Threads);
                Ok(false)
            }
        }
    }

    /// A step of the thread that was begun. Whether more of them are wanted.
    fn step(&mut self, json: &RawValue, next: &mut u32) -> Result<bool, TransferError> {
        let step = serde_json::from_str::<StepRecord>(json.get()).ok();
        let Some((step, files)) = step.and_then(|step| step.into_step(*next)) else {
            self.sink.give_up()?;
            return Ok(false);
        };
        *next = (*next).max(step.sequence.saturating_add(1));
        let content = |(element, path): (_, String)| {
            let part = self.archive.entry(&path).map(|entry: Entry| self.archive.part(entry));
            Content { element, part }
        };
        let files = files.into_iter().map(content).collect();
        self.sink.step(step, files)
    }
}

/// `{ "confidant": 1, "threads": [ … ] }`
struct DocumentSeed<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an archive")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "confidant" => {
                    let found = map.next_value::<u32>()?;
                    if found > VERSION {
                        let newer = TransferError::Newer { found, known: VERSION };
                        self.0.ended.unless(Err(newer))?;
                    }
                }
                "threads" => map.next_value_seed(List(Threads(self.0)))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Threads<'r, 'a>(&'r mut Reading<'a>);

impl Items for Threads<'_, '_> {
    type Value = ();

    fn take<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(ThreadSeed(self.0))?.is_some() {
            self.0.budget.renew();
        }
        Ok(())
    }
}

struct ThreadSeed<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for ThreadSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ThreadSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a thread")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let reading = self.0;
        let mut header = Map::new();
        // Programs that write JSON anew may sort it. Steps that stand before what tells whose they
        // are wait for that, as long as there is room for them.
        let mut waiting: Vec<Box<RawValue>> = Vec::new();
        let mut seen = false;
        while let Some(key) = map.next_key::<String>()? {
            let told = ["id", "createdAt", "metadata"].iter().all(|key| header.contains_key(*key));
            match key.as_str() {
                "steps" if seen => return Err(A::Error::duplicate_field("steps")),
                "steps" if told => {
                    seen = true;
                    let begun = reading.begin(&header);
                    let wanted = reading.ended.unless(begun)?;
                    if map.next_value_seed(List(Steps { reading, wanted }))? {
                        let end = reading.sink.end();
                        reading.ended.unless(end)?;
                    }
                }
                "steps" => waiting = map.next_value()?,
                "id" | "createdAt" | "name" | "metadata" => {
                    header.insert(key, map.next_value()?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if !seen {
            let late = late(reading, &header, &waiting);
            reading.ended.unless(late)?;
        }
        Ok(())
    }
}

fn late(
    reading: &mut Reading<'_>,
    header: &Map<String, Value>,
    steps: &[Box<RawValue>],
) -> Result<(), TransferError> {
    let mut next = 0;
    if !reading.begin(header)? {
        return Ok(());
    }
    for step in steps {
        if !reading.step(step, &mut next)? {
            return Ok(());
        }
    }
    reading.sink.end()
}

/// The steps of a thread. Whether all of them are in.
struct Steps<'r, 'a> {
    reading: &'r mut Reading<'a>,
    wanted: bool,
}

impl Items for Steps<'_, '_> {
    type Value = bool;

    fn take<'de, A: SeqAccess<'de>>(mut self, mut list: A) -> Result<bool, A::Error> {
        let mut next = 0;
        loop {
            self.reading.budget.renew();
            if !self.wanted {
                if list.next_element::<IgnoredAny>()?.is_none() {
                    return Ok(false);
                }
                continue;
            }
            let Some(json) = list.next_element::<Box<RawValue>>()? else { return Ok(true) };
            let step = self.reading.step(&json, &mut next);
            self.wanted = self.reading.ended.unless(step)?;
        }
    }
}

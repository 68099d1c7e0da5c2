//! The files of messages in a ChatGPT export.
//!
//! They lie under the identifier that messages know them by, with their name behind it, in one of
//! several folders; or, in newer exports, as `<identifier>.dat`, with their names in a list.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::Path;

use confidant_chat::mime;

use crate::import::file::{Archive, Entry};
use crate::import::stream::{self, Budget};
use crate::watch::Watch;

/// The list of names.
const NAMES: &str = "conversation_asset_file_names.json";

/// Which file of an archive an identifier means.
pub(super) struct Assets<'a> {
    archive: &'a Archive,
    by_id: HashMap<&'a str, (&'a str, Entry)>,
    by_name: HashMap<&'a str, (&'a str, Entry)>,
    names: HashMap<String, String>,
}

/// Where a file is, and what its place or a list says that it is called.
pub(super) struct Found {
    pub(super) entry: Entry,
    name: Option<String>,
}

/// A file that a message carries, as the message tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    /// What identifies it, without the scheme before it.
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) mime: Option<String>,
    /// What it is where nothing else tells.
    pub(super) otherwise: &'static str,
}

impl<'a> Assets<'a> {
    pub(super) fn in_archive(archive: &'a Archive, watch: &Watch) -> Self {
        let (mut by_id, mut by_name) = (HashMap::new(), HashMap::new());
        for (path, entry) in archive.entries() {
            let name = last(path);
            by_name.insert(name, (path, entry));
            if let Some(id) = id_in(name) {
                by_id.insert(id, (path, entry));
            }
        }
        // A list that cannot be read is no reason to import no file.
        let names = by_name.get(NAMES).and_then(|(_, entry)| archive.read(*entry).ok());
        let seed = PhantomData::<HashMap<String, String>>;
        let read = names.map(|json| stream::read(json, seed, &Budget::new(), watch));
        let names = read.and_then(Result::ok).unwrap_or_default();
        Self { archive, by_id, by_name, names }
    }

    /// Where the file is, if it is there.
    pub(super) fn find(&self, asset: &Asset) -> Option<Found> {
        let id = asset.id.as_str();
        let stored = format!("{id}.dat");
        let found = self.by_id.get(id).or_else(|| self.by_name.get(id));
        let (path, entry) = *found.or_else(|| self.by_name.get(stored.as_str()))?;
        let listed = self.names.get(&stored).map(|name| last(name));
        let behind = last(path).strip_prefix(id).map(|it| it.trim_start_matches('-'));
        let named = behind.unwrap_or_else(|| last(path));
        let named = Some(named).filter(|it| !it.is_empty() && !it.starts_with('.'));
        let name = listed.filter(|it| !it.is_empty()).or(named);
        Some(Found { entry, name: name.map(str::to_owned) })
    }

    pub(super) fn archive(&self) -> &'a Archive {
        self.archive
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The identifier that the name of a file begins with: `file-` or `file_`, and letters and digits.
fn id_in(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("file-").or_else(|| name.strip_prefix("file_"))?;
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (length > 0).then(|| &name[..5 + length])
}

impl Asset {
    /// The file that `pointer` points to, such as `file-service://file-abc` or `sediment://file_abc`.
    /// `None` for a part of another file, such as the picture of a page.
    pub(super) fn at(pointer: &str, otherwise: &'static str) -> Option<Self> {
        let id = pointer.split_once("://").map_or(pointer, |(_, id)| id);
        (!id.contains('#')).then(|| Self { id: id.to_owned(), name: None, mime: None, otherwise })
    }

    /// What to call it, given where it is.
    pub(super) fn name(&self, found: Option<&Found>) -> String {
        let stored = found.and_then(|found| found.name.as_deref());
        self.name.as_deref().or(stored).unwrap_or(&self.id).to_owned()
    }

    /// Its MIME type, given what it is called.
    pub(super) fn mime(&self, name: &str) -> String {
        let told = self.mime.as_deref().filter(|it| it.contains('/'));
        let by_name = Some(mime::of_path(Path::new(name))).filter(|it| *it != mime::UNKNOWN);
        told.or(by_name).unwrap_or(self.otherwise).to_owned()
    }
}

//! The files of messages in a ChatGPT export.

use std::collections::HashMap;
use std::path::Path;

use confidant_chat::mime;

use crate::import::file::{Archive, Entry};

/// Which file of an archive an identifier means.
pub(super) struct Assets<'a> {
    archive: &'a Archive,
    by_id: HashMap<&'a str, (&'a str, Entry)>,
    by_name: HashMap<&'a str, (&'a str, Entry)>,
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
    pub(super) fn in_archive(archive: &'a Archive) -> Self {
        let (mut by_id, mut by_name) = (HashMap::new(), HashMap::new());
        for (path, entry) in archive.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            by_name.insert(name, (path, entry));
            if let Some(id) = id_in(name) {
                by_id.insert(id, (path, entry));
            }
        }
        Self { archive, by_id, by_name }
    }

    /// Where the file is, under its path.
    pub(super) fn find(&self, asset: &Asset) -> Option<(&'a str, Entry)> {
        let by_id = self.by_id.get(asset.id.as_str());
        by_id.or_else(|| self.by_name.get(asset.id.as_str())).copied()
    }

    pub(super) fn archive(&self) -> &'a Archive {
        self.archive
    }
}

/// The identifier that the name of a file begins with: `file-` or `file_`, and letters and digits.
fn id_in(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("file-").or_else(|| name.strip_prefix("file_"))?;
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (length > 0).then(|| &name[..5 + length])
}

impl Asset {
    /// The file that `pointer` points to, such as `file-service://file-abc` or `sediment://file_abc`.
    pub(super) fn at(pointer: &str, otherwise: &'static str) -> Self {
        let id = pointer.split_once("://").map_or(pointer, |(_, id)| id);
        // What follows the identifier tells where it was made.
        let id = id.split(['#', '?']).next().unwrap_or(id);
        Self { id: id.to_owned(), name: None, mime: None, otherwise }
    }

    /// What to call it, given where it is.
    pub(super) fn name(&self, path: Option<&str>) -> String {
        let stored = path.map(|path| path.rsplit('/').next().unwrap_or(path));
        let own = stored.map(|it| it.strip_prefix(&self.id).unwrap_or(it).trim_start_matches('-'));
        let own = own.filter(|it| !it.is_empty() && !it.starts_with('.'));
        self.name.as_deref().or(own).or(stored).unwrap_or(&self.id).to_owned()
    }

    /// Its MIME type, given what it is called.
    pub(super) fn mime(&self, name: &str) -> String {
        let told = self.mime.as_deref().filter(|it| it.contains('/'));
        let by_name = Some(mime::of_path(Path::new(name))).filter(|it| *it != mime::UNKNOWN);
        told.or(by_name).unwrap_or(self.otherwise).to_owned()
    }
}

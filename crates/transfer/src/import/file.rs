//! A file that is imported from: one that holds everything, or a ZIP of several.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use confidant_chat::port::history::Part;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::error::TransferError;

/// Where the bytes are. It is opened anew for each part that is read, so that a part can be read
/// while another is.
#[derive(Clone)]
pub(crate) enum Origin {
    File(PathBuf),
    #[cfg(fuzzing)]
    Bytes(std::sync::Arc<[u8]>),
}

trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Origin {
    fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        match self {
            Self::File(path) => {
                // Before it is opened: opening a pipe waits for somebody to write to it.
                if !std::fs::metadata(path)?.is_file() {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
                }
                Ok(Box::new(BufReader::with_capacity(64 * 1024, File::open(path)?)))
            }
            #[cfg(fuzzing)]
            Self::Bytes(bytes) => Ok(Box::new(io::Cursor::new(std::sync::Arc::clone(bytes)))),
        }
    }
}

/// A file, and what is in it.
pub(super) struct Archive {
    origin: Origin,
    /// The first bytes.
    head: Vec<u8>,
    length: u64,
    entries: BTreeMap<String, Entry>,
}

/// A file within the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    begins: u64,
    packed: u64,
    pub(super) length: u64,
    deflated: bool,
    crc: Option<u32>,
}

impl Archive {
    /// Looks at what is there.
    pub(super) fn open(origin: Origin) -> Result<Self, TransferError> {
        let unreadable = |error| TransferError::unreadable(&error);
        let mut file = origin.open().map_err(unreadable)?;
        let mut head = Vec::new();
        (&mut file).take(64).read_to_end(&mut head).map_err(unreadable)?;
        let length = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
        file.rewind().map_err(unreadable)?;
        let entries = if head.starts_with(b"PK") { list(file)? } else { BTreeMap::new() };
        Ok(Self { origin, head, length, entries })
    }

    /// Whether it is a database of SQLite.
    pub(super) fn is_sqlite(&self) -> bool {
        self.head.starts_with(b"SQLite format 3\0")
    }

    /// How the text begins that it is.
    pub(super) fn beginning(&self) -> String {
        let text = String::from_utf8_lossy(&self.head);
        text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_owned()
    }

    /// How many bytes its files have besides those `bytes` of some.
    pub(super) fn beside(&self, bytes: u64) -> u64 {
        let lengths = self.entries.values().map(|entry| entry.length);
        lengths.fold(0, u64::saturating_add).saturating_sub(bytes)
    }

    /// Where it is.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether it holds several files.
    pub(super) fn is_package(&self) -> bool {
        self.head.starts_with(b"PK")
    }

    /// All of it as one.
    pub(super) fn whole(&self) -> Entry {
        Entry { begins: 0, packed: self.length, length: self.length, deflated: false, crc: None }
    }

    /// The files in it, by their paths.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), *entry))
    }

    /// The file in it at `path`.
    pub(super) fn entry(&self, path: &str) -> Option<Entry> {
        self.entries.get(path).copied()
    }

    /// Reads one of its files from the beginning.
    pub(super) fn read(&self, entry: Entry) -> io::Result<Box<dyn Read + Send>> {
        read(&self.origin, entry)
    }

    /// One of its files, to be read later.
    pub(super) fn part(&self, entry: Entry) -> (Part, u64) {
        let origin = self.origin.clone();
        (Part::new(move || Ok((read(&origin, entry)?, entry.length))), entry.length)
    }
}

/// The files in a ZIP. Those that nobody could read without more are not among them.
fn list(file: Box<dyn ReadSeek>) -> Result<BTreeMap<String, Entry>, TransferError> {
    let damaged = |error: zip::result::ZipError| TransferError::Damaged(error.to_string());
    let mut zip = ZipArchive::new(file).map_err(damaged)?;
    let mut entries = BTreeMap::new();
    for at in 0..zip.len() {
        let Ok(file) = zip.by_index_raw(at) else { continue };
        let deflated = match file.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            _ => continue,
        };
        let Some(begins) = file.data_start() else { continue };
        if file.encrypted() || !file.is_file() {
            continue;
        }
        let entry = Entry {
            begins,
            packed: file.compressed_size(),
            length: file.size(),
            deflated,
            crc: Some(file.crc32()),
        };
        let Ok(name) = file.name() else { continue };
        entries.insert(name.into_owned(), entry);
    }
    Ok(entries)
}

fn read(origin: &Origin, entry: Entry) -> io::Result<Box<dyn Read + Send>> {
    let mut file = origin.open()?;
    file.seek(SeekFrom::Start(entry.begins))?;
    let packed = file.take(entry.packed);
    let source: Box<dyn Read + Send> =
        if entry.deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
    Ok(Box::new(Sound { source, left: entry.length, expected: entry.crc, crc: Crc::new() }))
}

/// Content that has the length and the checksum that were told, or ends in an error.
struct Sound<R> {
    source: R,
    left: u64,
    expected: Option<u32>,
    crc: Crc,
}

impl<R: Read> Read for Sound<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        if read == 0 && !into.is_empty() {
            let sound = self.left == 0 && self.expected.is_none_or(|it| it == self.crc.sum());
            return if sound { Ok(0) } else { Err(unsound()) };
        }
        self.left = self.left.checked_sub(read as u64).ok_or_else(unsound)?;
        if self.expected.is_some() {
            self.crc.update(&into[..read]);
        }
        Ok(read)
    }
}

fn unsound() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is not what the archive says that it is")
}

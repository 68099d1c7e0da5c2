//! What a sealed file of the index looks like: its content in chunks of 64 KiB, each sealed with the
//! name of the file, its own number, and whether it is the last.
//!
//! How long the content is follows from the length of the file. One that was cut off is known by its
//! last chunk, which was not sealed as the last.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use confidant_seal::{OVERHEAD, Place, SealingKey};

/// How much content is sealed as one, in bytes.
pub(crate) const CHUNK: usize = 64 * 1024;

/// Seals and opens the files of one person's index.
pub(crate) struct IndexSeal {
    key: Arc<SealingKey>,
    user: Vec<u8>,
}

impl IndexSeal {
    /// The seal of `user`, with their key for indexes.
    pub(crate) fn new(key: Arc<SealingKey>, user: &[u8]) -> Self {
        Self { key, user: user.to_vec() }
    }

    /// `plain` sealed as all of the file `name`.
    pub(crate) fn close(&self, name: &str, plain: &[u8]) -> io::Result<Vec<u8>> {
        self.close_at("index.whole", name.as_bytes(), plain)
    }

    /// What [`close`](Self::close) sealed.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> io::Result<Vec<u8>> {
        self.open_at("index.whole", name.as_bytes(), sealed)
    }

    fn close_chunk(
        &self,
        name: &str,
        number: u64,
        last: bool,
        plain: &[u8],
    ) -> io::Result<Vec<u8>> {
        self.close_at("index.chunk", &chunk_key(name, number, last), plain)
    }

    fn open_chunk(
        &self,
        name: &str,
        number: u64,
        last: bool,
        sealed: &[u8],
    ) -> io::Result<Vec<u8>> {
        self.open_at("index.chunk", &chunk_key(name, number, last), sealed)
    }

    fn close_at(&self, tree: &str, key: &[u8], plain: &[u8]) -> io::Result<Vec<u8>> {
        let place = Place { tree, key, user: &self.user };
        self.key.seal(&place, plain).map_err(io::Error::other)
    }

    fn open_at(&self, tree: &str, key: &[u8], sealed: &[u8]) -> io::Result<Vec<u8>> {
        let place = Place { tree, key, user: &self.user };
        let damaged = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        self.key.open(&place, sealed).map_err(damaged)
    }
}

fn chunk_key(name: &str, number: u64, last: bool) -> Vec<u8> {
    // What follows the name has always the same length.
    [name.as_bytes(), &number.to_be_bytes(), &[u8::from(last)]].concat()
}

/// Writes one file, chunk by chunk.
pub(crate) struct ChunkWriter {
    file: File,
    chunk: Vec<u8>,
    number: u64,
}

impl ChunkWriter {
    /// Writes to `file`, which is empty.
    pub(crate) fn new(file: File) -> Self {
        Self { file, chunk: Vec::new(), number: 0 }
    }

    /// Adds `bytes`.
    pub(crate) fn write(
        &mut self,
        seal: &IndexSeal,
        name: &str,
        mut bytes: &[u8],
    ) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full chunk waits for more, or it would not be known to be the last.
            if self.chunk.len() == CHUNK {
                self.put(seal, name, false)?;
            }
            let (now, rest) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            bytes = rest;
        }
        Ok(())
    }

    /// Ends the file.
    pub(crate) fn end(&mut self, seal: &IndexSeal, name: &str) -> io::Result<()> {
        self.put(seal, name, true)
    }

    fn put(&mut self, seal: &IndexSeal, name: &str, last: bool) -> io::Result<()> {
        let sealed = seal.close_chunk(name, self.number, last, &self.chunk)?;
        self.file.write_all(&sealed)?;
        self.chunk.clear();
        self.number += 1;
        Ok(())
    }
}

/// Reads one file, chunk by chunk.
pub(crate) struct ChunkReader {
    file: Mutex<File>,
    chunks: u64,
    length: usize,
}

impl ChunkReader {
    /// Reads from `file`.
    ///
    /// # Errors
    ///
    /// When no such file can be as long as this one.
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let sealed = file.metadata()?.len();
        let (chunk, overhead) = ((CHUNK + OVERHEAD) as u64, OVERHEAD as u64);
        let chunks = sealed.div_ceil(chunk);
        let length = sealed
            .checked_sub(chunks * overhead)
            .filter(|_| chunks > 0 && (sealed - 1) % chunk >= overhead - 1)
            .and_then(|length| usize::try_from(length).ok())
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Self { file: Mutex::new(file), chunks, length })
    }

    /// How much content there is, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// The content of chunk `number`.
    pub(crate) fn chunk(&self, seal: &IndexSeal, name: &str, number: u64) -> io::Result<Vec<u8>> {
        let last = number + 1 == self.chunks;
        let begin = number * CHUNK as u64;
        let length = CHUNK.min(self.length - begin as usize);
        let mut sealed = vec![0; length + OVERHEAD];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(number * (CHUNK + OVERHEAD) as u64))?;
            file.read_exact(&mut sealed)?;
        }
        seal.open_chunk(name, number, last, &sealed)
    }
}

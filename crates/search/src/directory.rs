//! A directory as tantivy uses it, of sealed files.

mod cache;
mod sealed;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use confidant_seal::SealingKey;
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use self::cache::Cache;
use self::sealed::{CHUNK, ChunkReader, ChunkWriter, IndexSeal};

/// Whether there is room for so many bytes: the disk may not be for the index alone.
pub type Room = Box<dyn Fn(u64) -> bool + Send + Sync>;

/// Sealed files in a directory.
#[derive(Clone)]
pub(crate) struct SealedDirectory(Arc<Inside>);

struct Inside {
    dir: PathBuf,
    seal: IndexSeal,
    cache: Cache,
    room: Room,
    /// How many files were opened; tells them apart even when one gets the name of another.
    opened: AtomicU64,
    /// Whether nothing is to be read or written any more.
    closed: AtomicBool,
}

impl SealedDirectory {
    /// The files in `dir`, which is there, sealed with `key` for `user`, as long as there is `room`.
    pub(crate) fn new(dir: &Path, key: Arc<SealingKey>, user: &[u8], room: Room) -> Self {
        Self(Arc::new(Inside {
            dir: dir.to_owned(),
            seal: IndexSeal::new(key, user),
            cache: Cache::default(),
            room,
            opened: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        }))
    }

    /// From now on nothing is read or written, whoever still has it in hand.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        self.0.cache.clear();
    }

    /// Lets go of what was opened to be read again.
    pub(crate) fn forget(&self) {
        self.0.cache.clear();
    }
}

impl Inside {
    fn usable(&self) -> io::Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(io::Error::other("the index is closed"));
        }
        Ok(())
    }

    /// Whether `bytes` may be written.
    fn writable(&self, bytes: usize) -> io::Result<()> {
        self.usable()?;
        if (self.room)(bytes as u64) { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }
}

impl fmt::Debug for SealedDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedDirectory(..)")
    }
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let open = || {
            self.0.usable()?;
            let chunks = ChunkReader::new(File::open(self.0.dir.join(path))?)?;
            let number = self.0.opened.fetch_add(1, Ordering::Relaxed);
            let inside = Arc::clone(&self.0);
            Ok(SealedFile { inside, name: name(path), number, chunks })
        };
        open().map(|file| Arc::new(file) as _).map_err(|error| unreadable(error, path))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let removed = self.0.usable().and_then(|()| fs::remove_file(self.0.dir.join(path)));
        removed.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() },
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let exists = self.0.dir.join(path).try_exists();
        exists.map_err(|error| unreadable(error, path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let create = || {
            self.0.usable()?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            private(&mut options);
            options.open(self.0.dir.join(path))
        };
        let file = create().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(path.to_owned()),
            _ => OpenWriteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() },
        })?;
        let (inside, chunks) = (Arc::clone(&self.0), ChunkWriter::new(file));
        let writer: Box<dyn TerminatingWrite + Send + Sync> =
            Box::new(SealedWriter { inside, name: name(path), chunks });
        Ok(io::BufWriter::new(writer))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let read = || {
            self.0.usable()?;
            self.0.seal.open(&name(path), &fs::read(self.0.dir.join(path))?)
        };
        read().map_err(|error| unreadable(error, path))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.0.writable(data.len())?;
        let sealed = self.0.seal.close(&name(path), data)?;
        let target = self.0.dir.join(path);
        let half = target.with_extension("half");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        private(&mut options);
        let written = options.open(&half).and_then(|mut file| file.write_all(&sealed));
        written.and_then(|()| fs::rename(&half, target)).inspect_err(|_| {
            let _ = fs::remove_file(&half);
        })
    }

    // What is torn by a power cut does not open, and the index is begun anew.
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    // Whoever opens an index holds the lock on the whole history already. One of tantivy's own would
    // be a file, and left behind by a crash.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    // Whoever commits also says when to read anew.
    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A file that is read.
struct SealedFile {
    inside: Arc<Inside>,
    name: String,
    number: u64,
    chunks: ChunkReader,
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedFile({})", self.name)
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.chunks.len()
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.inside.usable()?;
        if range.start > range.end || range.end > self.chunks.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let (first, last) = (range.start / CHUNK, (range.end - 1) / CHUNK);
        if first == last {
            let begin = first * CHUNK;
            let chunk = self.kept(begin..self.chunks.len().min(begin + CHUNK), |_| {
                self.chunks.chunk(&self.inside.seal, &self.name, first as u64)
            })?;
            return Ok(chunk.slice(range.start - begin..range.end - begin));
        }
        self.kept(range, |range| {
            let mut bytes = Vec::with_capacity(range.len());
            for number in first..=last {
                let chunk = self.chunks.chunk(&self.inside.seal, &self.name, number as u64)?;
                let begin = number * CHUNK;
                let from = range.start.saturating_sub(begin);
                let to = (range.end - begin).min(chunk.len());
                bytes.extend_from_slice(&chunk[from..to]);
            }
            Ok(bytes)
        })
    }
}

impl SealedFile {
    /// The bytes `range`, opened only if they are not kept.
    fn kept(
        &self,
        range: Range<usize>,
        open: impl FnOnce(&Range<usize>) -> io::Result<Vec<u8>>,
    ) -> io::Result<OwnedBytes> {
        let cache = &self.inside.cache;
        if let Some(bytes) = cache.get(self.number, &range) {
            return Ok(bytes);
        }
        let bytes = OwnedBytes::new(open(&range)?);
        cache.put(self.number, &range, bytes.clone());
        Ok(bytes)
    }
}

/// A file that is written.
struct SealedWriter {
    inside: Arc<Inside>,
    name: String,
    chunks: ChunkWriter,
}

impl Write for SealedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inside.writable(bytes.len())?;
        self.chunks.write(&self.inside.seal, &self.name, bytes)?;
        Ok(bytes.len())
    }

    // What is not a whole chunk yet is sealed at the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for SealedWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.inside.usable()?;
        self.chunks.end(&self.inside.seal, &self.name)
    }
}

/// What a file is sealed as.
fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn unreadable(error: io::Error, path: &Path) -> OpenReadError {
    match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
        _ => OpenReadError::IoError { io_error: Arc::new(error), filepath: path.to_owned() },
    }
}

/// Has nobody else read what is created with `options`.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

#[cfg(test)]
mod tests;

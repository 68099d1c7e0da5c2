//! The index, and looking something up in it.

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use confidant_chat::ids::ThreadId;
use confidant_chat::search::{Among, Hit, Order, Search};
use confidant_seal::SealingKey;
use jiff::Timestamp;
use tantivy::collector::TopDocs;
use tantivy::columnar::{BytesColumn, Column};
use tantivy::{DocAddress, IndexReader, IndexSettings, ReloadPolicy, Searcher, TantivyError};

use crate::directory::{Room, SealedDirectory};
use crate::error::IndexError;
use crate::schema::{self, Fields};
use crate::writer::{IndexWriter, Payload};
use crate::{query, tokens};

/// One person's index.
pub struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    directory: SealedDirectory,
    fields: Fields,
    position: Option<u64>,
}

impl Index {
    /// The index in `dir`, which is there, sealed with `key` for `user`. Only one may be open there at
    /// a time, and it writes nothing that there is no `room` for. If there is none, or what is there
    /// is of no use, it is empty and has no [position](Self::position).
    ///
    /// # Errors
    ///
    /// When the directory cannot be read or written.
    pub fn open(
        dir: &Path,
        key: Arc<SealingKey>,
        user: &[u8],
        room: Room,
    ) -> Result<Self, IndexError> {
        let directory = SealedDirectory::new(dir, key, user, room);
        match Self::over(directory.clone()) {
            Ok(index) => Ok(index),
            Err(error) => {
                tracing::warn!("the search index is begun anew: {error}");
                for entry in fs::read_dir(dir)? {
                    fs::remove_file(entry?.path())?;
                }
                Self::over(directory)
            }
        }
    }

    fn over(directory: SealedDirectory) -> Result<Self, IndexError> {
        let (schema, fields) = schema::schema();
        let (index, reader, payload) = calmly(|| {
            let settings = IndexSettings {
                // Nothing is stored that would need it.
                docstore_compress_dedicated_thread: false,
                ..IndexSettings::default()
            };
            let builder = tantivy::Index::builder().schema(schema).settings(settings);
            let index =
                builder.tokenizers(tokens::tokenizers()).open_or_create(directory.clone())?;
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            let payload = index.load_metas()?.payload;
            Ok((index, reader, payload))
        })?;
        // One that was just made says nothing of itself.
        let payload = payload.map(|said| Payload::parse(&said)).transpose()?;
        let position = payload.and_then(|payload| payload.position);
        Ok(Self { index, reader, directory, fields, position })
    }

    /// The number of the last change that was in it when it was opened; `None` when it lacks some
    /// before that and is to be fed everything.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        self.position
    }

    /// What feeds it.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn writer(&self) -> Result<IndexWriter, IndexError> {
        calmly_ours(|| IndexWriter::new(&self.index, self.reader.clone(), self.fields, true))
    }

    /// What feeds it everything there is, each text once. What is in it goes with the first commit.
    ///
    /// # Errors
    ///
    /// When the index cannot be written.
    pub fn rebuild(&self) -> Result<IndexWriter, IndexError> {
        calmly_ours(|| {
            IndexWriter::new(&self.index, self.reader.clone(), self.fields, false)?.emptied()
        })
    }

    /// Where `search` finds something outside of the threads `unwanted`, at most `limit` places.
    ///
    /// # Errors
    ///
    /// [`IndexError::Damaged`] when it does not open. Then it is to be [removed](Self::remove) and
    /// opened anew.
    pub fn find(
        &self,
        search: &Search,
        among: Among,
        unwanted: &[ThreadId],
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let Some(query) = query::of(self.fields, search, among, unwanted) else {
            return Ok(Vec::new());
        };
        calmly(|| {
            let searcher = self.reader.searcher();
            let top = TopDocs::with_limit(limit);
            let newest = |top: TopDocs| match search.thread {
                Some(_) => {
                    let collector =
                        top.order_by_fast_field::<u64>(schema::PLACE, tantivy::Order::Desc);
                    Ok::<_, TantivyError>(addresses(searcher.search(&query, &collector)?))
                }
                None => {
                    let collector =
                        top.order_by_fast_field::<i64>(schema::AT, tantivy::Order::Desc);
                    Ok(addresses(searcher.search(&query, &collector)?))
                }
            };
            let found = match search.order {
                Order::Newest => newest(top)?,
                Order::Relevance => addresses(searcher.search(&query, &top.order_by_score())?),
            };
            let mut columns = HashMap::new();
            found.into_iter().map(|found| look_up(&searcher, &mut columns, found)).collect()
        })
    }

    /// Lets go of what it has in memory to be quick. It comes back when it is needed.
    pub fn rest(&self) {
        self.directory.forget();
    }

    /// Reads and writes nothing any more, whoever is still at it.
    pub fn close(&self) {
        self.directory.close();
    }

    /// Removes the index in `dir`, if there is one.
    ///
    /// # Errors
    ///
    /// When it cannot be removed.
    pub fn remove(dir: &Path) -> Result<(), IndexError> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("position", &self.position).finish_non_exhaustive()
    }
}

fn addresses<K>(found: Vec<(K, DocAddress)>) -> Vec<DocAddress> {
    found.into_iter().map(|(_, address)| address).collect()
}

/// What a segment says of its texts.
struct Columns {
    thread: BytesColumn,
    place: Column<u64>,
    branch: Column<u64>,
    at: Column<i64>,
}

fn look_up(
    searcher: &Searcher,
    columns: &mut HashMap<u32, Columns>,
    DocAddress { segment_ord, doc_id }: DocAddress,
) -> Result<Hit, TantivyError> {
    let lacking = || TantivyError::InternalError("a text lacks a field".into());
    let columns = match columns.entry(segment_ord) {
        std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
        std::collections::hash_map::Entry::Vacant(entry) => {
            let fast = searcher.segment_reader(segment_ord).fast_fields();
            entry.insert(Columns {
                thread: fast.bytes(schema::THREAD)?.ok_or_else(lacking)?,
                place: fast.u64(schema::PLACE)?,
                branch: fast.u64(schema::BRANCH)?,
                at: fast.i64(schema::AT)?,
            })
        }
    };
    let mut thread = Vec::new();
    let ord = columns.thread.ords().first(doc_id).ok_or_else(lacking)?;
    columns.thread.ord_to_bytes(ord, &mut thread)?;
    let thread = <[u8; 16]>::try_from(thread).map_err(|_| lacking())?;
    let branch = columns.branch.first(doc_id).ok_or_else(lacking)?;
    let place = columns.place.first(doc_id).and_then(schema::place);
    let at = columns.at.first(doc_id).and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok(Hit {
        thread: ThreadId::from_bytes(thread),
        place: place.ok_or_else(lacking)?,
        branch: u32::try_from(branch).map_err(|_| lacking())?,
        at: at.ok_or_else(lacking)?,
    })
}

/// What `work` gives. tantivy has been made for files that nobody damages: where it panics over one,
/// that is an error here.
pub(crate) fn calmly<T>(work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, IndexError> {
    calmly_ours(|| work().map_err(IndexError::from))
}

fn calmly_ours<T>(work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(IndexError::Damaged("reading it gave up".into())))
}

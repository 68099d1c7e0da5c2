//! Opening a store: both copies, and what is to be done about them.

use std::path::Path;
use std::sync::Arc;

use confidant_chat::clock;
use confidant_chat::ids::UserId;
use confidant_chat::port::history::HistoryError;
use confidant_seal::DataKey;

use crate::chores::Chores;
use crate::closed::Closed;
use crate::directory::bytes_on_disk;
use crate::error::from_io;
use crate::files::Files;
use crate::format;
use crate::journal::{Journal, JournalSeal};
use crate::lock::DirectoryLock;
use crate::record::Seal;
use crate::recover::{self, Trust};
use crate::shared::Shared;

/// Where the journal is, in a person's directory.
const JOURNAL: &str = "journal";

/// Up to how many bytes of a journal are looked through before anything else: most histories for
/// good, and nobody notices. Longer ones are looked through while they are used.
const AT_ONCE: u64 = 32 * 1024 * 1024;

/// What becomes of a note that the copies looked well when they were closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// It is believed while it holds.
    Believed,
    /// They are compared in any case.
    Ignored,
}

/// Opens both copies of the history of `user` in `dir`, and gives what is to be done about them.
///
/// # Errors
///
/// As [`Store::open`](crate::Store::open).
pub(crate) fn open(
    dir: &Path,
    user: UserId,
    key: &DataKey,
    note: Note,
) -> Result<(Arc<Shared>, Chores), HistoryError> {
    format::check_file(dir)?;
    confidant_disk::make_private(dir).map_err(|error| from_io(&error))?;
    let lock = Arc::new(DirectoryLock::acquire(dir)?);
    // Once more, now that nobody else can be writing it.
    let begun = format::check_file(dir)?;
    let closed = Closed::take(dir, clock::now()).map_err(|error| from_io(&error))?;
    let closed = closed.filter(|_| note == Note::Believed);
    let seal = Seal::new(user, key);
    let next = closed.map(|closed| closed.next);
    let mut journal = Journal::open(dir.join(JOURNAL), JournalSeal::new(user, key), next)?;
    let found = recover::open(dir, &lock, &seal, &mut journal, Trust::All, begun)?;
    if !found.first {
        journal.ready()?;
    }
    format::write_file(dir).map_err(|error| from_io(&error))?;
    let files = Files::new(dir, user, key);
    let shared = Arc::new(Shared::new(dir.to_owned(), seal, files, found.engine, journal));
    shared.flush(&*shared.engine()?)?;
    shared.report(found.repairs);
    if let Some(closed) = closed {
        shared.trust(closed.compared);
    }
    Ok((shared, Chores::new(closed.is_none(), found.first)))
}

/// Does the chores of a store that was opened just now, if they are few.
pub(crate) fn look_after(shared: &Shared, chores: &mut Chores) {
    if bytes_on_disk(&shared.dir().join(JOURNAL)) <= AT_ONCE {
        // What does not come to an end now goes on while nothing is written.
        let _ = chores.finish(shared);
    }
}

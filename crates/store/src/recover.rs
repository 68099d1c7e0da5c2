//! Having the trees hold what the journal does, whatever state they are found in.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use confidant_chat::port::history::{HistoryError, Repairs};

use crate::apply::Plan;
use crate::engine::{DIRECTORY, Engine};
use crate::error::{Trouble, calmly, from_io};
use crate::journal::entry::Entries;
use crate::journal::{Journal, Scan};
use crate::lock::DirectoryLock;
use crate::record::Seal;
use crate::room;
use crate::trees::Tree;

/// How many writes go into one transaction.
const BATCH: usize = 2_000;

/// Where trees are left that could not be opened, in case the journal has not all of what they had.
const ASIDE: &str = "sled.damaged";

/// What was found.
pub(crate) struct Recovered {
    pub(crate) engine: Engine,
    pub(crate) repairs: Repairs,
    /// Whether the journal is new and has nothing yet of what is in the trees.
    pub(crate) first: bool,
}

/// How far what is found in sled's files is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// They hold what they say they do.
    All,
    /// They are known to hold the changes up to this one. What comes after that may be there in
    /// part, because sled failed to write.
    UpTo(u64),
    /// sled cannot read them. Where nothing else is to be had they are believed up to this change.
    Nothing(u64),
}

/// The trees in `dir`, holding everything that `journal` does, given how far they are believed.
/// Those that cannot be opened are made anew from it, unless there is no room.
///
/// # Errors
///
/// As [`Engine::open`]. [`HistoryError::Damaged`] only where the journal does not belong to the
/// seal either, or is as lost as the trees.
pub(crate) fn open(
    dir: &Path,
    lock: &Arc<DirectoryLock>,
    seal: &Seal,
    journal: &mut Journal,
    trust: Trust,
    begun: bool,
) -> Result<Recovered, HistoryError> {
    let ours = journal.is_ours()?;
    let room = room::check_file(dir, journal.bytes().saturating_mul(2));
    // A journal that lacks something, because it was damaged or is still being made, is no reason to
    // give up trees that may open.
    let opened =
        if matches!(trust, Trust::Nothing(_)) && ours && room.is_ok() && journal.is_whole()? {
            Err(HistoryError::Damaged("sled cannot read on".into()))
        } else {
            let opened = Engine::open(dir, Arc::clone(lock), seal, begun || ours);
            opened.and_then(|engine| Ok(calmly(|| catch_up(engine, seal, journal, trust))?))
        };
    match opened {
        Err(HistoryError::Damaged(why)) if ours => {
            tracing::warn!("the history is made anew from its journal: {why}");
            room?;
            rebuild(dir, lock, seal, journal)
        }
        opened => opened,
    }
}

/// Has trees that could be opened hold what `journal` has from after them.
fn catch_up(
    engine: Engine,
    seal: &Seal,
    journal: &mut Journal,
    trust: Trust,
) -> Result<Recovered, Trouble> {
    let mut position = engine.position()?;
    if position.saturating_add(1) < journal.begins()? {
        // They have missed what is no longer to be had one by one.
        return Err(HistoryError::Damaged("sled is older than the journal's base".into()).into());
    }
    // It is 1 where the app ended while the first base was being made.
    let first = position <= 1 && journal.next() == 1 && holds_something(&engine)?;
    if first {
        // From before there was a journal. As number 1 stays missing, it is known to lack what
        // is there, until it has a base.
        position = 1;
    }
    journal.skip_to(position.saturating_add(1));
    if let Trust::UpTo(known) | Trust::Nothing(known) = trust {
        position = position.min(known);
    }
    let mut scan = journal.scan(position.saturating_add(1))?;
    replay(&engine, seal, &mut scan)?;
    Ok(Recovered { engine, repairs: Repairs::default(), first })
}

/// Makes the trees in `dir` anew from `journal`.
fn rebuild(
    dir: &Path,
    lock: &Arc<DirectoryLock>,
    seal: &Seal,
    journal: &mut Journal,
) -> Result<Recovered, HistoryError> {
    let (sled, aside) = (dir.join(DIRECTORY), dir.join(ASIDE));
    if sled.exists() && aside.exists() {
        // What is aside came first: these may be trees that were not made to the end.
        fs::remove_dir_all(&sled).map_err(|error| from_io(&error))?;
    } else if sled.exists() {
        fs::rename(&sled, &aside).map_err(|error| from_io(&error))?;
    }
    let engine = Engine::open(dir, Arc::clone(lock), seal, false)?;
    let mut scan = journal.scan(1)?;
    calmly(|| replay(&engine, seal, &mut scan))?;
    engine.rest()?;
    if scan.hidden().is_none() {
        // Then they had nothing that is not there again.
        let _ = fs::remove_dir_all(&aside);
    }
    let repairs = Repairs { rebuilt: true, lost: scan.missing(), healed: 0 };
    Ok(Recovered { engine, repairs, first: false })
}

/// Writes to the trees what is left in `scan`.
fn replay(engine: &Engine, seal: &Seal, scan: &mut Scan) -> Result<(), Trouble> {
    let mut position = scan.reached();
    let mut ended = false;
    while !ended {
        let mut plan = Plan::begin(engine, seal)?;
        while plan.pending.accepted().len() < BATCH {
            let Some(kept) = scan.next()? else {
                ended = true;
                break;
            };
            for entry in Entries(&kept.entries) {
                plan.enter(&entry?)?;
            }
            plan.accept();
        }
        // All of a base has its last number, so none of it counts until all of it is there.
        let reached = if scan.in_base() { position } else { scan.reached() };
        let moved = reached != position;
        position = reached;
        let writes = plan.finish(moved.then_some(reached));
        if !writes.is_empty() {
            engine.commit(&writes)?;
        }
    }
    Ok(())
}

/// Whether there is anything of a person in the trees.
fn holds_something(engine: &Engine) -> sled::Result<bool> {
    for tree in [Tree::Threads, Tree::Steps, Tree::Preferences] {
        if engine.trees().tree(tree).iter().next().transpose()?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

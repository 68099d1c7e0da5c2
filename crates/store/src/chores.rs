//! What is done for the store itself while nobody wants anything written: removing what is left of
//! deleted threads, comparing the two copies, and giving the journal a new base.

use std::time::{Duration, Instant};

use confidant_chat::clock;
use confidant_chat::port::history::{HistoryError, Repairs};

use crate::compare::Comparison;
use crate::engine::Engine;
use crate::error::{Trouble, calmly};
use crate::figures::Figures;
use crate::journal::base::{self, Base};
use crate::shared::Shared;

/// The journal gets a new base when more than half of it is out of date, and that is this many
/// bytes at least.
const DEAD: u64 = 4 * 1024 * 1024;

/// How long sled may keep to itself what was written. Every time it writes, that is half a megabyte
/// at least, and the longer it waits the more has to be replayed after a crash.
const FLUSH_WITHIN: Duration = Duration::from_secs(20);

/// How often in a row something may break before it is left for the next write.
const ATTEMPTS: u32 = 3;

/// What is to be done, and how far it is.
pub(crate) struct Chores {
    /// Since when sled has something to write.
    unflushed: Option<Instant>,
    /// Something may be left of deleted threads.
    sweeping: bool,
    /// The copies are to be compared.
    compare: bool,
    /// The journal is new. That it lacks something is no damage.
    first: bool,
    /// The journal lacks something.
    mend: bool,
    comparison: Option<Comparison>,
    base: Option<Base>,
    /// How much was out of date when the base was begun.
    dead: u64,
    broken: u32,
    /// Why it did not go on the last time.
    trouble: Option<HistoryError>,
}

impl Chores {
    /// What is to be done in a store that was opened just now. `compare` says that its copies are
    /// not to be trusted, `first` that there was no journal yet.
    pub(crate) fn new(compare: bool, first: bool) -> Self {
        let (mend, comparison, base) = (false, None, None);
        // The app may have ended before all of a deleted thread was gone.
        Self {
            unflushed: None,
            sweeping: true,
            compare,
            first,
            mend,
            comparison,
            base,
            dead: 0,
            broken: 0,
            trouble: None,
        }
    }

    /// Whether there is something to be done that should not wait.
    fn is_urgent(&self) -> bool {
        self.compare || self.mend || self.comparison.is_some() || self.base.is_some()
    }

    /// Does what should not wait, to its end.
    ///
    /// # Errors
    ///
    /// Why it did not come to an end.
    pub(crate) fn finish(&mut self, shared: &Shared) -> Result<(), HistoryError> {
        while self.is_urgent() && self.go_on(shared) {}
        match self.trouble.take() {
            Some(trouble) if self.is_urgent() => Err(trouble),
            _ => Ok(()),
        }
    }

    /// How long until there is something to do again, if there ever is without a write.
    pub(crate) fn due_in(&self) -> Option<Duration> {
        self.unflushed.map(|since| FLUSH_WITHIN.saturating_sub(since.elapsed()))
    }

    /// Something was written that comes to `entries`.
    pub(crate) fn written(&mut self, engine: &Engine, entries: &[u8]) {
        self.unflushed.get_or_insert_with(Instant::now);
        self.sweeping = true;
        let left = self.comparison.as_mut().map(|it| it.leave(engine, entries));
        if let Some(Err(error)) = left {
            tracing::error!("what was just written cannot be read: {error}");
        }
    }

    /// Goes on for some milliseconds; whether there is more to do.
    pub(crate) fn go_on(&mut self, shared: &Shared) -> bool {
        let engine = match shared.engine() {
            Ok(engine) => engine,
            Err(error) => {
                tracing::warn!("the history cannot be looked after: {error}");
                self.trouble = Some(error);
                return false;
            }
        };
        match calmly(|| self.step(shared, &engine)) {
            Ok(more) => {
                self.broken = 0;
                more
            }
            Err(trouble) => {
                // Both begin anew. What one of them had read may have been wrong.
                self.compare |= self.comparison.take().is_some();
                self.base = None;
                let again = match &trouble {
                    Trouble::Broken(error) => {
                        shared.give_up(engine, error);
                        self.compare = true;
                        self.broken += 1;
                        self.broken < ATTEMPTS
                    }
                    // The copy that would be thrown away may have what this one has not.
                    Trouble::Refused(HistoryError::Damaged(_)) => {
                        self.compare = true;
                        false
                    }
                    Trouble::Refused(_) => false,
                };
                let trouble = HistoryError::from(trouble);
                tracing::warn!("looking after the history failed: {trouble}");
                self.trouble = Some(trouble);
                again
            }
        }
    }

    fn step(&mut self, shared: &Shared, engine: &Engine) -> Result<bool, Trouble> {
        if self.unflushed.is_some_and(|since| since.elapsed() >= FLUSH_WITHIN) {
            self.unflushed = None;
            shared.flush(engine)?;
            return Ok(true);
        }
        if self.sweeping {
            self.sweeping = engine.sweep(shared.dir(), shared.seal())?;
            return Ok(true);
        }
        let settled = self.comparison.is_none() && !self.mend;
        if shared.is_suspect() || (settled && !shared.is_trusted()) {
            self.compare = true;
        }
        if self.compare && self.comparison.is_none() {
            self.base = None;
            self.comparison = Some(Comparison::begin(&shared.journal())?);
            self.compare = false;
            shared.distrust();
        }
        if let Some(comparison) = &mut self.comparison {
            // A statement of its own, or the journal would stay locked for what follows.
            let outcome = comparison.go_on(engine, shared.seal(), &shared.journal())?;
            if let Some(outcome) = outcome {
                self.comparison = None;
                self.mend |= outcome.gaps;
                let rebuilt = outcome.gaps && !std::mem::take(&mut self.first);
                shared.report(Repairs { rebuilt, ..outcome.found });
                if !outcome.gaps {
                    base::remove_old(&shared.journal());
                    shared.trust(clock::now());
                }
            }
            return Ok(true);
        }
        if self.base.is_none() && (self.mend || is_wasteful(shared, engine)?) {
            self.dead = engine.figures()?.dead;
            self.base = Some(Base::begin(&mut shared.journal(), self.mend)?);
        }
        let Some(base) = &mut self.base else { return Ok(false) };
        if base.go_on(engine, shared.seal(), &mut shared.journal())? {
            self.base = None;
            if std::mem::take(&mut self.mend) {
                shared.trust(clock::now());
            }
            let figures = engine.figures()?;
            let dead = figures.dead.saturating_sub(self.dead);
            engine.set_figures(Figures { dead, ..figures })?;
        }
        Ok(true)
    }
}

fn is_wasteful(shared: &Shared, engine: &Engine) -> Result<bool, Trouble> {
    let dead = engine.figures()?.dead;
    Ok(dead >= DEAD && dead > shared.journal().bytes() / 2)
}

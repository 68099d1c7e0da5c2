//! The conversations that are open, in view or not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::ids::ThreadId;
use crate::runtime::op::{Command, Done};
use crate::session::UserSession;

/// How long a conversation may take to end altogether.
const LONGEST_END: Duration = Duration::from_secs(5);

/// An open conversation, from outside.
pub(super) struct Open {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) session: UserSession,
    pub(super) task: JoinHandle<()>,
}

impl Open {
    /// Sends a command and waits for its answer. `None` when the conversation is ending.
    pub(super) async fn ask<T, E>(
        &self,
        command: impl FnOnce(Done<T, E>) -> Command,
    ) -> Option<Result<T, E>> {
        ask(&self.commands, command).await
    }

    /// Ends it, within about two seconds.
    pub(super) async fn end(&mut self) {
        let _ = self.commands.send(Command::End).await;
        // How the task ends is nobody's business here.
        let _ = (&mut self.task).await;
    }
}

/// Where one thread's conversation is, or would be. Holding it keeps anybody else from opening,
/// ending or deleting that thread; other threads have places of their own.
pub(super) type Place = OwnedMutexGuard<Option<Open>>;

/// The places of all threads that were open.
#[derive(Default)]
pub(super) struct Live {
    places: SyncMutex<Places>,
}

#[derive(Default)]
struct Places {
    of: HashMap<ThreadId, Arc<Mutex<Option<Open>>>>,
    closed: bool,
}

impl Live {
    /// The place of a thread, for whoever opens, ends or deletes it. `None` after
    /// [`end_all`](Self::end_all).
    pub(super) async fn place(&self, id: ThreadId) -> Option<Place> {
        let place = {
            let mut places = self.lock();
            if places.closed {
                return None;
            }
            places.of.retain(|_, place| is_used(place));
            Arc::clone(places.of.entry(id).or_default())
        };
        Some(place.lock_owned().await)
    }

    /// Does something with an open conversation. `None` when it is not open.
    pub(super) async fn with<T>(&self, id: ThreadId, act: impl FnOnce(&Open) -> T) -> Option<T> {
        let place = Arc::clone(self.lock().of.get(&id)?);
        let open = place.lock().await;
        open.as_ref().filter(|open| !open.commands.is_closed()).map(act)
    }

    /// Sends a command. `None` when the conversation is not open.
    pub(super) async fn tell(&self, id: ThreadId, command: Command) -> Option<()> {
        self.commands_of(id).await?.send(command).await.ok()
    }

    /// Sends a command and waits for its answer, which is `closed` when the conversation is not
    /// open.
    pub(super) async fn ask<T, E>(
        &self,
        id: ThreadId,
        command: impl FnOnce(Done<T, E>) -> Command,
        closed: E,
    ) -> Result<T, E> {
        let Some(commands) = self.commands_of(id).await else { return Err(closed) };
        ask(&commands, command).await.unwrap_or(Err(closed))
    }

    /// Ends every conversation, and opens none any more. Whether that was not so before.
    pub(super) async fn end_all(&self) -> bool {
        let places = {
            let mut places = self.lock();
            if std::mem::replace(&mut places.closed, true) {
                return false;
            }
            std::mem::take(&mut places.of)
        };
        let ends = places.into_values().map(|place| async move {
            // A conversation that a handler has blocked for good must not keep the app from going.
            let _ = timeout(LONGEST_END, async {
                if let Some(open) = place.lock().await.as_mut() {
                    open.end().await;
                }
            })
            .await;
            if let Ok(place) = place.try_lock()
                && let Some(open) = place.as_ref()
            {
                open.task.abort();
            }
        });
        join_all(ends).await;
        true
    }

    /// Where a conversation takes commands: a copy, so that its place is free while they wait.
    async fn commands_of(&self, id: ThreadId) -> Option<mpsc::Sender<Command>> {
        self.with(id, |open| open.commands.clone()).await
    }

    // Nothing that can panic runs under this lock.
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends a command and waits for its answer. `None` when the conversation is ending.
async fn ask<T, E>(
    commands: &mpsc::Sender<Command>,
    command: impl FnOnce(Done<T, E>) -> Command,
) -> Option<Result<T, E>> {
    let (done, answer) = oneshot::channel();
    commands.send(command(done)).await.ok()?;
    answer.await.ok()
}

/// Whether somebody holds this place, or its conversation goes on.
fn is_used(place: &Arc<Mutex<Option<Open>>>) -> bool {
    Arc::strong_count(place) > 1
        || place
            .try_lock()
            .map_or(true, |open| open.as_ref().is_some_and(|open| !open.task.is_finished()))
}

//! What every conversation of a signed-in person shares.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::app::App;
use crate::port::directory::{Directory, DirectoryError};
use crate::port::history::History;
use crate::port::installation::Installation;
use crate::port::model::Model;
use crate::user::{PersistedUser, User};

/// The app, the person, and the ports.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) history: Arc<dyn History>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) installation: Arc<dyn Installation>,
    user: RwLock<PersistedUser>,
    /// Held while the person is changed, so that two changes do not undo each other.
    updating: Mutex<()>,
    model: RwLock<Option<Arc<dyn Model>>>,
}

impl World {
    pub(crate) fn new(
        app: App,
        user: PersistedUser,
        history: Arc<dyn History>,
        directory: Arc<dyn Directory>,
        installation: Arc<dyn Installation>,
    ) -> Self {
        let (user, model) = (RwLock::new(user), RwLock::new(None));
        Self { app, history, directory, installation, user, updating: Mutex::new(()), model }
    }

    pub(crate) fn user(&self) -> PersistedUser {
        self.user.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn model(&self) -> Option<Arc<dyn Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_model(&self, model: Option<Arc<dyn Model>>) {
        *self.model.write().unwrap_or_else(PoisonError::into_inner) = model;
    }

    pub(crate) async fn update_user(
        &self,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, DirectoryError> {
        let _turn = self.updating.lock().await;
        let PersistedUser { id, mut user, .. } = self.user();
        change(&mut user);
        let stored = self.directory.update(id, user).await?;
        *self.user.write().unwrap_or_else(PoisonError::into_inner) = stored.clone();
        Ok(stored)
    }
}

//! What every conversation of a signed-in person shares.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::app::App;
use crate::ids::UserId;
use crate::port::directory::{Directory, DirectoryError};
use crate::port::history::History;
use crate::port::installation::Installation;
use crate::port::model::Model;
use crate::runtime::time::Time;
use crate::shared::Shared;
use crate::user::{PersistedUser, User};

/// The app, the person, and the ports.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) history: Arc<dyn History>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) installation: Arc<dyn Installation>,
    pub(crate) time: Time,
    pub(crate) user: Shared<PersistedUser>,
    pub(crate) env: Shared<BTreeMap<String, String>>,
    pub(crate) model: Shared<Option<Arc<dyn Model>>>,
    /// Held while somebody is changed, so that two changes do not undo each other.
    updating: Mutex<()>,
}

impl World {
    pub(crate) fn new(
        app: App,
        user: PersistedUser,
        history: Arc<dyn History>,
        directory: Arc<dyn Directory>,
        installation: Arc<dyn Installation>,
        time: Time,
    ) -> Self {
        Self {
            app,
            history,
            directory,
            installation,
            time,
            user: Shared::new(user),
            env: Shared::default(),
            model: Shared::new(None),
            updating: Mutex::new(()),
        }
    }

    /// Changes the signed-in person.
    pub(crate) async fn update_user(
        &self,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, DirectoryError> {
        let _turn = self.updating.lock().await;
        self.change(self.user.get(), change).await
    }

    /// Changes anybody, which only an admin may.
    pub(crate) async fn update_person(
        &self,
        id: UserId,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, DirectoryError> {
        let _turn = self.updating.lock().await;
        if !self.user.get().is_admin() {
            return Err(DirectoryError::NotAllowed);
        }
        let people = self.directory.people().await?;
        let person = people.into_iter().find(|person| person.id == id);
        self.change(person.ok_or(DirectoryError::NotFound)?, change).await
    }

    async fn change(
        &self,
        person: PersistedUser,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, DirectoryError> {
        let PersistedUser { id, mut user, .. } = person;
        let role = user.role().map(ToOwned::to_owned);
        change(&mut user);
        if user.role() != role.as_deref() && !self.user.get().is_admin() {
            return Err(DirectoryError::NotAllowed);
        }
        let stored = self.directory.update(id, user).await?;
        if id == self.user.get().id {
            self.user.set(stored.clone());
        }
        Ok(stored)
    }
}

//! Whoever signs in or out, as the app's own code sees them.

use std::sync::Arc;

use crate::port::directory::DirectoryError;
use crate::runtime::World;
use crate::user::{PersistedUser, User};

/// The person who signs in or out, for [`App::on_sign_in`](crate::app::App::on_sign_in) and
/// [`App::on_sign_out`](crate::app::App::on_sign_out).
#[derive(Clone)]
pub struct Person {
    pub(crate) world: Arc<World>,
}

impl Person {
    /// Who it is.
    #[must_use]
    pub fn user(&self) -> PersistedUser {
        self.world.user.get()
    }

    /// Changes what is known of them, for this and every later conversation.
    ///
    /// # Errors
    ///
    /// When the account could not be changed; then it stays as it was. Somebody who is no admin
    /// cannot be given another role.
    pub async fn update_user(
        &self,
        change: impl FnOnce(&mut User) + Send,
    ) -> Result<PersistedUser, DirectoryError> {
        self.world.update_user(change).await
    }
}

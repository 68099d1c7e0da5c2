//! The vault as the accounts that conversations know of.

use async_trait::async_trait;
use confidant_chat::ids::UserId;
use confidant_chat::port::directory::{Directory, DirectoryError};
use confidant_chat::user::{PersistedUser, User};

use crate::vault::Vault;

#[async_trait]
impl Directory for Vault {
    async fn people(&self) -> Result<Vec<PersistedUser>, DirectoryError> {
        let accounts = self.list().await?;
        Ok(accounts.into_iter().map(|account| account.user).collect())
    }

    async fn update(&self, id: UserId, user: User) -> Result<PersistedUser, DirectoryError> {
        Ok(Self::update(self, id, user).await?.user)
    }
}

//! API keys and other secrets of an account.

use confidant_chat::ids::UserId;
use secrecy::{ExposeSecret, SecretString};

use crate::accounts::Accounts;
use crate::error::VaultError;
use crate::{long_text, names};

impl Accounts {
    /// See [`Vault::secret`](crate::Vault::secret).
    pub(crate) fn secret(
        &mut self,
        id: UserId,
        name: &str,
    ) -> Result<Option<SecretString>, VaultError> {
        let text = long_text::read(&mut self.keyring, &names::secret(id, name))?;
        Ok(text.map(|text| SecretString::from(text.as_str())))
    }

    /// See [`Vault::set_secret`](crate::Vault::set_secret).
    pub(crate) fn set_secret(
        &mut self,
        id: UserId,
        name: &str,
        secret: Option<&SecretString>,
    ) -> Result<(), VaultError> {
        // Otherwise it would belong to nobody, and stay for ever.
        self.one(id)?;
        let name = names::secret(id, name);
        match secret.map(ExposeSecret::expose_secret) {
            Some(secret) if !secret.is_empty() => {
                long_text::write(&mut self.keyring, &name, secret)
            }
            _ => long_text::remove(&mut self.keyring, &name).map(|_| ()),
        }
    }
}

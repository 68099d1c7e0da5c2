//! API keys and other secrets of an account.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use confidant_chat::ids::UserId;
use confidant_seal::{Place, Purpose, SealingKey};
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::account::Unlocked;
use crate::accounts::Accounts;
use crate::error::VaultError;
use crate::vault::Vault;
use crate::{long_text, names};

/// The secrets of one account, such as API keys, by name. In a keyring they are kept as they are, in
/// a file sealed with the account's data key.
#[derive(Clone, Copy)]
pub struct Secrets<'a> {
    vault: &'a Vault,
    of: &'a Unlocked,
}

impl<'a> Secrets<'a> {
    pub(crate) fn new(vault: &'a Vault, of: &'a Unlocked) -> Self {
        Self { vault, of }
    }

    /// The secret `name`, if there is one.
    ///
    /// # Errors
    ///
    /// [`VaultError::Damaged`] when it cannot be read, and what the keyring or the file says.
    pub async fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        let (id, key, name) = self.parts(name);
        self.vault.run(move |accounts| accounts.secret(id, &key, &name)).await
    }

    /// Stores the secret `name` over what it was. Nothing, or an empty one, removes it.
    ///
    /// # Errors
    ///
    /// [`VaultError::NotFound`] when there is no such account any more, [`VaultError::Damaged`] when
    /// its record cannot be read, [`VaultError::Keyring`] when the secret is longer than 500 kB or
    /// 370 kB in a file, and what the keyring or the file says.
    pub async fn set(&self, name: &str, secret: Option<SecretString>) -> Result<(), VaultError> {
        let (id, key, name) = self.parts(name);
        self.vault.run(move |accounts| accounts.set_secret(id, &key, &name, secret.as_ref())).await
    }

    fn parts(&self, name: &str) -> (UserId, SealingKey, String) {
        let key = self.of.key.sealing_key(Purpose::Secrets);
        (self.of.account.user.id, key, name.to_owned())
    }
}

impl Accounts {
    /// See [`Secrets::get`]. `key` opens what was sealed.
    pub(crate) fn secret(
        &mut self,
        id: UserId,
        key: &SealingKey,
        name: &str,
    ) -> Result<Option<SecretString>, VaultError> {
        let text = long_text::read(&mut *self.entries, &names::secret(id, name))?;
        let Some(text) = text else { return Ok(None) };
        let text = if self.entries.are_secret() { text } else { open(id, key, name, &text)? };
        Ok(Some(SecretString::from(text.as_str())))
    }

    /// See [`Secrets::set`]. Sealed with `key` where entries can be
    /// read by others.
    pub(crate) fn set_secret(
        &mut self,
        id: UserId,
        key: &SealingKey,
        name: &str,
        secret: Option<&SecretString>,
    ) -> Result<(), VaultError> {
        // Otherwise it would belong to nobody, and stay for ever.
        self.one(id)?;
        let entry = names::secret(id, name);
        let secret = secret.map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty());
        let Some(secret) = secret else {
            return long_text::remove(&mut *self.entries, &entry).map(drop);
        };
        if self.entries.are_secret() {
            return long_text::write(&mut *self.entries, &entry, secret);
        }
        let sealed = key.seal(&place(name, id.as_bytes()), secret.as_bytes());
        let sealed = sealed.map_err(|error| VaultError::File(error.to_string()))?;
        long_text::write(&mut *self.entries, &entry, &BASE64.encode(sealed))
    }
}

fn open(
    id: UserId,
    key: &SealingKey,
    name: &str,
    sealed: &str,
) -> Result<Zeroizing<String>, VaultError> {
    let sealed = BASE64.decode(sealed).map_err(|_| VaultError::Damaged)?;
    let plain = key.open(&place(name, id.as_bytes()), &sealed).map_err(|_| VaultError::Damaged)?;
    String::from_utf8(plain).map(Zeroizing::new).map_err(|error| {
        error.into_bytes().zeroize();
        VaultError::Damaged
    })
}

fn place<'a>(name: &'a str, id: &'a [u8]) -> Place<'a> {
    Place { tree: "secret", key: name.as_bytes(), user: id }
}

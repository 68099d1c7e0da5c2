//! Opening accounts: with a password or a recovery code, or because this computer remembers them;
//! and changing what opens them.

use confidant_chat::ids::UserId;
use confidant_chat::user::User;
use confidant_seal::{DataKey, PasswordSlot, RecoveryCode, RememberedSlot, SlotError};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::account::{Account, Unlocked};
use crate::accounts::Accounts;
use crate::attempts::Attempts;
use crate::error::VaultError;
use crate::names;
use crate::record::{Stored, UserRecord};

impl Accounts {
    /// See [`Vault::unlock`](crate::Vault::unlock).
    ///
    /// Does the same keyring calls and the same work for an identifier that nobody has as for a
    /// wrong password, so that neither the answer nor the time it takes tells them apart. Waiting
    /// may: all identifiers that nobody has share one count.
    pub(crate) fn unlock(
        &mut self,
        identifier: &str,
        password: &SecretString,
        now: Timestamp,
    ) -> Result<Unlocked, VaultError> {
        self.try_slot(identifier, now, |record, decoy| {
            record.and_then(|it| it.password.as_ref()).unwrap_or(decoy).unlock(password)
        })
    }

    /// See [`Vault::recover`](crate::Vault::recover).
    pub(crate) fn recover(
        &mut self,
        identifier: &str,
        code: &str,
        password: &SecretString,
        now: Timestamp,
    ) -> Result<Unlocked, VaultError> {
        if password.expose_secret().is_empty() {
            return Err(VaultError::PasswordRequired);
        }
        // What cannot be a code is told at once; nobody learns anything by that.
        let code = RecoveryCode::parse(code).ok_or(VaultError::WrongPassword)?;
        let opened = self.try_slot(identifier, now, |record, decoy| {
            code.unlock(record.and_then(|it| it.recovery.as_ref()).unwrap_or(decoy))
        })?;
        let slot = PasswordSlot::lock(&opened.key, password)?;
        let account = self.set_slots(opened.account.user.id, |record| {
            record.password = Some(slot);
        })?;
        Ok(Unlocked { account, ..opened })
    }

    /// See [`Vault::set_password`](crate::Vault::set_password).
    pub(crate) fn set_password(
        &mut self,
        id: UserId,
        key: &RememberedSlot,
        current: Option<&SecretString>,
        new: Option<&SecretString>,
        now: Timestamp,
    ) -> Result<Account, VaultError> {
        if new.is_some_and(|password| password.expose_secret().is_empty()) {
            return Err(VaultError::PasswordRequired);
        }
        let stored = self.one(id)?;
        if new.is_none() && !stored.remembered {
            return Err(VaultError::OnlySlot);
        }
        self.check_password(&stored, current, now)?;
        let key = key.unlock()?;
        let slot = new.map(|password| PasswordSlot::lock(&key, password)).transpose()?;
        self.set_slots(id, |record| {
            // Without a password there is none to be forgotten.
            if slot.is_none() {
                record.recovery = None;
            }
            record.password = slot;
        })
    }

    /// See [`Vault::new_recovery_code`](crate::Vault::new_recovery_code).
    pub(crate) fn new_recovery_code(
        &mut self,
        id: UserId,
        key: &RememberedSlot,
        password: Option<&SecretString>,
        now: Timestamp,
    ) -> Result<RecoveryCode, VaultError> {
        let stored = self.one(id)?;
        self.check_password(&stored, password, now)?;
        let code = RecoveryCode::random()?;
        let slot = code.lock(&key.unlock()?)?;
        self.set_slots(id, |record| record.recovery = Some(slot))?;
        Ok(code)
    }

    /// Refuses whoever sits at an open window and does not know the password of its account.
    fn check_password(
        &mut self,
        stored: &Stored,
        password: Option<&SecretString>,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        if stored.record.password.is_none() {
            return Ok(());
        }
        let password = password.ok_or(VaultError::WrongPassword)?;
        let identifier = stored.record.user.user.identifier.clone();
        self.unlock(&identifier, password, now).map(drop)
    }

    fn set_slots(
        &mut self,
        id: UserId,
        change: impl FnOnce(&mut UserRecord),
    ) -> Result<Account, VaultError> {
        let mut stored = self.one(id)?;
        change(&mut stored.record);
        self.store(&stored.record)?;
        Ok(stored.account())
    }

    /// Opens the account of `identifier` by what `open` does with its record, if there is one, or
    /// else with a slot that never opens.
    fn try_slot(
        &mut self,
        identifier: &str,
        now: Timestamp,
        open: impl FnOnce(Option<&UserRecord>, &PasswordSlot) -> Result<DataKey, SlotError>,
    ) -> Result<Unlocked, VaultError> {
        let all = self.all()?;
        let identifier = User::new(identifier).map(|user| user.identifier).ok();
        let found = all.into_iter().find(|stored| {
            identifier.as_deref() == Some(stored.record.user.user.identifier.as_str())
        });
        let id = found.as_ref().map_or_else(nobody, |stored| stored.record.user.id);

        let attempts = self.attempts(id, now)?;
        if let Some(retry_in) = attempts.wait(now) {
            return Err(VaultError::TooManyAttempts { retry_in });
        }
        // Counted before it is tried: if the count cannot be stored there is no attempt, and ending
        // the program halfway does not give another one for free.
        self.store_attempts(id, attempts.failed(now))?;

        let decoy = PasswordSlot::decoy()?;
        let key = open(found.as_ref().map(|stored| &stored.record), &decoy)?;
        let stored = found.ok_or(VaultError::WrongPassword)?;
        if let Err(error) = self.entries.remove(&names::attempts(id)) {
            tracing::warn!(%error, account = %id, "the count of failed attempts was not reset");
        }
        Ok(Unlocked { account: stored.account(), key })
    }

    /// See [`Vault::unlock_remembered`](crate::Vault::unlock_remembered).
    pub(crate) fn unlock_remembered(&mut self, id: UserId) -> Result<Unlocked, VaultError> {
        let stored = self.one(id)?;
        let text = self.entries.read(&names::unlock(id))?.ok_or(VaultError::NotRemembered)?;
        match RememberedSlot::from_text(text).unlock() {
            Ok(key) => Ok(Unlocked { account: stored.account(), key }),
            // What the keyring has is no key, and in the way of one that is remembered anew.
            Err(_) if stored.record.password.is_some() => {
                self.entries.remove(&names::unlock(id))?;
                Err(VaultError::NotRemembered)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// See [`Vault::set_remembered`](crate::Vault::set_remembered): `slot` to be remembered, nothing
    /// to be forgotten.
    pub(crate) fn set_remembered(
        &mut self,
        id: UserId,
        slot: Option<&RememberedSlot>,
    ) -> Result<Account, VaultError> {
        let mut stored = self.one(id)?;
        match slot {
            Some(_) if !self.entries.are_secret() => return Err(VaultError::RememberingOff),
            Some(slot) => self.entries.write(&names::unlock(id), slot.text())?,
            None if stored.record.password.is_none() => return Err(VaultError::OnlySlot),
            None => {
                self.entries.remove(&names::unlock(id))?;
            }
        }
        stored.remembered = slot.is_some();
        Ok(stored.account())
    }

    fn attempts(&mut self, id: UserId, now: Timestamp) -> Result<Attempts, VaultError> {
        let text = match self.entries.read(&names::attempts(id)) {
            Ok(None) => return Ok(Attempts::default()),
            Ok(Some(text)) => text,
            Err(VaultError::Damaged) => return self.unreadable_attempts(id, now),
            Err(error) => return Err(error),
        };
        let Ok(kept) = serde_json::from_str::<Attempts>(&text) else {
            return self.unreadable_attempts(id, now);
        };
        let attempts = kept.caught_up(now);
        if attempts != kept {
            self.store_attempts(id, attempts)?;
        }
        Ok(attempts)
    }

    /// Stored at once, so that the wait it stands for runs out.
    fn unreadable_attempts(&mut self, id: UserId, now: Timestamp) -> Result<Attempts, VaultError> {
        tracing::warn!(account = %id, "the count of failed attempts could not be read");
        let attempts = Attempts::unreadable(now);
        self.store_attempts(id, attempts)?;
        Ok(attempts)
    }

    fn store_attempts(&mut self, id: UserId, attempts: Attempts) -> Result<(), VaultError> {
        let text = serde_json::to_string(&attempts)
            .map_err(|error| VaultError::Keyring(error.to_string()))?;
        self.entries.write(&names::attempts(id), &text)
    }
}

/// Whom attempts at identifiers that nobody has are counted for, all of them together.
fn nobody() -> UserId {
    UserId::from_bytes([0; 16])
}

#[cfg(test)]
mod tests;

//! The accounts: who there is, and who joins, changes and leaves. Every call blocks, and must not be
//! interrupted by another one.

use confidant_chat::clock;
use confidant_chat::ids::UserId;
use confidant_chat::name::NameError;
use confidant_chat::user::{ADMIN, PersistedUser, User};
use confidant_seal::{DataKey, PasswordSlot, RememberedSlot};
use secrecy::ExposeSecret;

use crate::account::{Account, NewAccount, Unlocked};
use crate::entries::Entries;
use crate::error::VaultError;
use crate::record::{DELETED, Stored, UserRecord};
use crate::{long_text, names};

/// The role of everybody but the first.
const MEMBER: &str = "member";

/// The accounts, over the entries that they are kept as.
pub(crate) struct Accounts {
    pub(crate) entries: Box<dyn Entries>,
}

/// Everybody with an account.
struct Everybody {
    /// Those whose record can be read, oldest account first.
    readable: Vec<Stored>,
    /// Whether there is anybody besides, whose record is damaged.
    damaged: bool,
}

impl Accounts {
    /// Everybody whose record can be read, oldest account first.
    ///
    /// # Errors
    ///
    /// [`VaultError::Newer`] when a newer version of this program wrote one of the records: who
    /// there is, which identifiers are taken and who is admin would be guesses then.
    pub(crate) fn all(&mut self) -> Result<Vec<Stored>, VaultError> {
        Ok(self.everybody()?.readable)
    }

    fn everybody(&mut self) -> Result<Everybody, VaultError> {
        let names = self.entries.names()?;
        let mut everybody = Everybody { readable: Vec::new(), damaged: false };
        for id in names.iter().filter_map(|name| names::account_of(name)) {
            let record = match long_text::read(&mut *self.entries, &names::user(id)) {
                Ok(None) => continue,
                Ok(Some(text)) if *text == DELETED => {
                    self.finish_deleting(id, &names);
                    continue;
                }
                Ok(Some(text)) => UserRecord::parse(id, &text),
                Err(error) => Err(error),
            };
            let record = match record {
                Err(VaultError::Damaged) => {
                    tracing::warn!(account = %id, "an account that cannot be read is not listed");
                    everybody.damaged = true;
                    continue;
                }
                record => record?,
            };
            // Looked up only where the search found one: every question is a few round trips.
            let unlock = names::unlock(id);
            let remembered = names.contains(&unlock) && self.entries.holds(&unlock)?;
            everybody.readable.push(Stored { record, remembered });
        }
        everybody
            .readable
            .sort_by_key(|stored| (stored.record.user.created_at, stored.record.user.id));
        Ok(everybody)
    }

    /// One account.
    pub(crate) fn one(&mut self, id: UserId) -> Result<Stored, VaultError> {
        let text = long_text::read(&mut *self.entries, &names::user(id))?;
        let text = text.filter(|text| **text != DELETED).ok_or(VaultError::NotFound)?;
        let record = UserRecord::parse(id, &text)?;
        let remembered = self.entries.holds(&names::unlock(id))?;
        Ok(Stored { record, remembered })
    }

    /// See [`Vault::create`](crate::Vault::create).
    pub(crate) fn create(&mut self, new: NewAccount) -> Result<Unlocked, VaultError> {
        if new.password.as_ref().is_some_and(|password| password.expose_secret().is_empty()) {
            return Err(VaultError::PasswordRequired);
        }
        if !self.entries.are_secret() {
            // Being remembered would be to leave the key lying about.
            if new.password.is_none() {
                return Err(VaultError::PasswordRequired);
            }
            if new.remember {
                return Err(VaultError::RememberingOff);
            }
        }
        let user = checked(new.user)?;
        let everybody = self.everybody()?;
        if everybody
            .readable
            .iter()
            .any(|other| other.record.user.user.identifier == user.identifier)
        {
            return Err(VaultError::Taken);
        }
        let user = user.with_role(if everybody.is_nobody() { ADMIN } else { MEMBER });
        let key = DataKey::random()?;
        let slot = new.password.map(|password| PasswordSlot::lock(&key, &password)).transpose()?;
        let remembered = new.remember || slot.is_none();

        let id = UserId::new();
        let user = PersistedUser { id, created_at: clock::now(), user };
        let record = UserRecord::new(user, slot);
        // The record comes last: without it there is no account, and with it there is a way in.
        if remembered {
            self.entries.write(&names::unlock(id), RememberedSlot::lock(&key).text())?;
        }
        if let Err(error) = self.store(&record) {
            if remembered && let Err(error) = self.entries.remove(&names::unlock(id)) {
                tracing::warn!(%error, "the key of an account that was not made stays behind");
            }
            return Err(error);
        }
        Ok(Unlocked { account: Stored { record, remembered }.account(), key })
    }

    /// See [`Vault::update`](crate::Vault::update).
    pub(crate) fn update(&mut self, id: UserId, user: User) -> Result<Account, VaultError> {
        let user = checked(user)?;
        let mut stored = self.one(id)?;
        let others = self.others(id)?;
        if others.iter().any(|other| other.record.user.user.identifier == user.identifier) {
            return Err(VaultError::Taken);
        }
        if stored.is_admin() && !user.is_admin() && !others.iter().any(Stored::is_admin) {
            return Err(VaultError::LastAdmin);
        }
        stored.record.user.user = user;
        self.store(&stored.record)?;
        Ok(stored.account())
    }

    /// See [`Vault::delete`](crate::Vault::delete).
    pub(crate) fn delete(&mut self, id: UserId) -> Result<(), VaultError> {
        match self.one(id) {
            Ok(stored) => {
                let others = self.others(id)?;
                let last_admin = stored.is_admin() && !others.iter().any(Stored::is_admin);
                if last_admin && !others.is_empty() {
                    return Err(VaultError::LastAdmin);
                }
            }
            // It cannot be opened any more, and should not have to stay for ever.
            Err(VaultError::Damaged) => {}
            // Deleting it was begun and interrupted, or else there was nothing to delete.
            Err(VaultError::NotFound) => {
                self.entries.read(&names::user(id))?.ok_or(VaultError::NotFound)?;
            }
            Err(error) => return Err(error),
        }
        self.entries.write(&names::user(id), DELETED)?;
        let names = self.entries.names()?;
        self.remove_entries(id, &names)
    }

    fn others(&mut self, id: UserId) -> Result<Vec<Stored>, VaultError> {
        let mut others = self.all()?;
        others.retain(|other| other.record.user.id != id);
        Ok(others)
    }

    pub(crate) fn store(&mut self, record: &UserRecord) -> Result<(), VaultError> {
        long_text::write(&mut *self.entries, &names::user(record.user.id), &record.text()?)
    }

    /// Removes what an interrupted deletion left. That it failed again is nothing that whoever asks
    /// for the accounts could do anything about.
    fn finish_deleting(&mut self, id: UserId, names: &[String]) {
        if let Err(error) = self.remove_entries(id, names) {
            tracing::warn!(%error, account = %id, "entries of a deleted account are still there");
        }
    }

    /// Removes every entry of an account; last the one that says it is being deleted.
    fn remove_entries(&mut self, id: UserId, names: &[String]) -> Result<(), VaultError> {
        let user = names::user(id);
        for name in names.iter().filter(|name| **name != user && names::belongs_to(name, id)) {
            self.entries.remove(name)?;
        }
        self.entries.remove(&user)?;
        Ok(())
    }
}

impl Everybody {
    /// Whether there is not a single account. A damaged one counts: damaging the records must not
    /// be a way to become admin.
    fn is_nobody(&self) -> bool {
        self.readable.is_empty() && !self.damaged
    }
}

/// `user` with the names as [`User`] would have made them: its fields are public, and two spellings
/// of one identifier must not become two accounts.
fn checked(user: User) -> Result<User, NameError> {
    let name = user.display_name.unwrap_or_default();
    let checked = User::new(&user.identifier)?.with_display_name(&name)?;
    Ok(User { metadata: user.metadata, ..checked })
}

#[cfg(test)]
mod tests;

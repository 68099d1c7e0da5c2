//! The vault: what blocks, done where it may block, one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use confidant_chat::clock;
use confidant_chat::ids::UserId;
use confidant_chat::user::User;
use confidant_seal::{DataKey, RecoveryCode, RememberedSlot};
use keyring_core::CredentialStore;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::account::{Account, NewAccount, Unlocked};
use crate::accounts::Accounts;
use crate::entries::Entries;
use crate::entry_file::EntryFile;
use crate::error::VaultError;
use crate::keeper::{Keeper, Keeping};
use crate::keyring::Keyring;
use crate::platform;
use crate::record::Stored;
use crate::secrets::Secrets;

/// How long the keyring may take. That is long, because it may be asking the person to unlock it;
/// it is not for ever, because without anything to ask them with it waits for ever.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The accounts in the keyring of this computer, or in a file where the person chose that. Cloning
/// gives another handle to the same vault.
///
/// Every method fails with [`VaultError::NoKeyring`], [`VaultError::KeyringLocked`] or
/// [`VaultError::Keyring`] when the keyring does not do its part, and not later than [`PATIENCE`]
/// after it was called. A call that was given up after it had begun may still come to its end once
/// the keyring is unlocked; one that had not begun never does. Until it does, later calls wait for
/// it: a keyring that never answers keeps the vault busy until the program ends. Where accounts are
/// kept in a file it is [`VaultError::FileDamaged`], [`VaultError::FileFull`],
/// [`VaultError::FileReadOnly`] or [`VaultError::File`] instead. Methods need a tokio runtime with
/// time enabled.
#[derive(Clone)]
pub struct Vault {
    in_keyring: Turn,
    in_file: Option<(EntryFile, Turn)>,
    kind: Arc<str>,
    patience: Duration,
}

/// Held by the blocking work itself, and so until that ends, not until somebody gives it up.
type Turn = Arc<Mutex<Accounts>>;

impl Vault {
    /// The vault of the app `service` in the keyring of this system. Nothing is asked of the
    /// keyring yet, so this cannot fail.
    #[must_use]
    pub fn open(service: &str) -> Self {
        Self::new(Keyring::of_this_system(service), platform::KIND)
    }

    /// The vault of the app `service` in a keyring of one's own choice.
    #[must_use]
    pub fn with_store(service: &str, store: Arc<CredentialStore>) -> Self {
        let vendor = store.vendor();
        let kind = vendor.split(',').next().unwrap_or(&vendor);
        Self::new(Keyring::given(service, store), kind)
    }

    fn new(keyring: Keyring, kind: &str) -> Self {
        Self { in_keyring: turn(keyring), in_file: None, kind: kind.into(), patience: PATIENCE }
    }

    /// The same vault with a directory where accounts can be kept in a file, should the person
    /// choose that. If they have, and have not gone back to the keyring, that is where they are
    /// kept. Looks whether the file is there, and makes nothing.
    #[must_use]
    pub fn with_file(mut self, dir: PathBuf) -> Self {
        let file = EntryFile::in_dir(dir);
        self.in_file = Some((file.clone(), turn(file)));
        self
    }

    /// The same vault with another limit on how long the keyring may take.
    #[must_use]
    pub fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// What people call this keyring, such as "Secret Service".
    #[must_use]
    pub fn keyring_kind(&self) -> String {
        self.kind.to_string()
    }

    /// What keeps the accounts.
    #[must_use]
    pub fn keeping(&self) -> Keeping {
        let file = self.in_file.as_ref().map(|(file, _)| file);
        let keeper = match file {
            Some(file) if file.is_chosen() => Keeper::File,
            _ => Keeper::Keyring,
        };
        Keeping { keeper, has_file: file.is_some_and(EntryFile::exists) }
    }

    /// Keeps the accounts elsewhere from now on, after restarts too. No account moves: those that
    /// are kept where they were can be reached by choosing that again. A file is made where there
    /// is none.
    ///
    /// # Errors
    ///
    /// [`VaultError::FileFull`], [`VaultError::FileReadOnly`] or [`VaultError::File`] when the
    /// choice cannot be kept, or this vault has nowhere to keep a file.
    pub async fn choose(&self, keeper: Keeper) -> Result<(), VaultError> {
        let Some((file, _)) = self.in_file.clone() else {
            return match keeper {
                Keeper::Keyring => Ok(()),
                Keeper::File => Err(VaultError::File("there is nowhere to keep one".into())),
            };
        };
        let chosen = spawn_blocking(move || match keeper {
            Keeper::Keyring => file.set_aside(),
            Keeper::File => file.choose(),
        });
        chosen.await.map_err(|error| VaultError::File(error.to_string()))?
    }

    /// Every account, oldest first. One whose record is damaged is left out and logged, so that it
    /// does not hide the others.
    ///
    /// # Errors
    ///
    /// [`VaultError::Newer`] when a newer version of this program wrote one of them, also from
    /// [`create`](Self::create), [`unlock`](Self::unlock), [`update`](Self::update) and
    /// [`delete`](Self::delete): what they depend on cannot be known then. Nothing was touched.
    pub async fn list(&self) -> Result<Vec<Account>, VaultError> {
        self.run(|accounts| Ok(accounts.all()?.iter().map(Stored::account).collect())).await
    }

    /// Makes an account and opens it. The first one becomes admin, everybody else a member, also
    /// where the records of all before them are damaged.
    ///
    /// # Errors
    ///
    /// [`VaultError::Taken`] when somebody has that identifier, [`VaultError::Name`] when a name
    /// cannot be used, [`VaultError::PasswordRequired`] when the password is empty. Where accounts
    /// are kept in a file it is also that when there is none, and [`VaultError::RememberingOff`]
    /// when the account is to be remembered.
    pub async fn create(&self, new: NewAccount) -> Result<Unlocked, VaultError> {
        self.run(|accounts| accounts.create(new)).await
    }

    /// Opens the account of `identifier` with its password.
    ///
    /// # Errors
    ///
    /// [`VaultError::WrongPassword`] when they do not belong together, also when there is no such
    /// account or it has no password. [`VaultError::TooManyAttempts`] when that happened five times
    /// or more since the last success: the wait starts at 5 seconds, doubles with every further
    /// failure up to 15 minutes, and outlives the program. [`VaultError::Damaged`] when the
    /// password's slot cannot be read; an account whose whole record is damaged is like one that
    /// is not there. When the attempt cannot be counted it is not made.
    pub async fn unlock(
        &self,
        identifier: &str,
        password: SecretString,
    ) -> Result<Unlocked, VaultError> {
        let identifier = identifier.to_owned();
        self.run(move |accounts| accounts.unlock(&identifier, &password, clock::now())).await
    }

    /// Opens an account that this computer remembers.
    ///
    /// # Errors
    ///
    /// [`VaultError::NotRemembered`] when it does not, [`VaultError::NotFound`] when there is no
    /// such account, [`VaultError::Damaged`] when its record or its key cannot be read,
    /// [`VaultError::Newer`] when a newer version of this program wrote it.
    pub async fn unlock_remembered(&self, id: UserId) -> Result<Unlocked, VaultError> {
        self.run(move |accounts| accounts.unlock_remembered(id)).await
    }

    /// Opens an account with its recovery code, and gives it a new password.
    ///
    /// # Errors
    ///
    /// As [`unlock`](Self::unlock), with which it shares the count of failures; also
    /// [`VaultError::WrongPassword`] when it has no recovery code, and
    /// [`VaultError::PasswordRequired`] when the new password is empty.
    pub async fn recover(
        &self,
        identifier: &str,
        code: SecretString,
        password: SecretString,
    ) -> Result<Unlocked, VaultError> {
        let identifier = identifier.to_owned();
        self.run(move |accounts| {
            accounts.recover(&identifier, code.expose_secret(), &password, clock::now())
        })
        .await
    }

    /// Gives an account another password, its first one, or none. `key` is its data key. Everything
    /// sealed stays as it is, because only the slot of the key is sealed with the password.
    ///
    /// # Errors
    ///
    /// [`VaultError::WrongPassword`] and [`VaultError::TooManyAttempts`] when it has a password and
    /// `current` is not it, [`VaultError::PasswordRequired`] when the new one is empty,
    /// [`VaultError::OnlySlot`] when it would have no password and is not remembered,
    /// [`VaultError::NotFound`], [`VaultError::Damaged`].
    pub async fn set_password(
        &self,
        id: UserId,
        key: &DataKey,
        current: Option<SecretString>,
        new: Option<SecretString>,
    ) -> Result<Account, VaultError> {
        let key = RememberedSlot::lock(key);
        self.run(move |accounts| {
            accounts.set_password(id, &key, current.as_ref(), new.as_ref(), clock::now())
        })
        .await
    }

    /// A new recovery code of an account, to be shown once. The one before does not open it any
    /// more. `key` is its data key.
    ///
    /// # Errors
    ///
    /// [`VaultError::WrongPassword`] and [`VaultError::TooManyAttempts`] when it has a password and
    /// this is not it, [`VaultError::NotFound`], [`VaultError::Damaged`].
    pub async fn new_recovery_code(
        &self,
        id: UserId,
        key: &DataKey,
        password: Option<SecretString>,
    ) -> Result<RecoveryCode, VaultError> {
        let key = RememberedSlot::lock(key);
        self.run(move |accounts| {
            accounts.new_recovery_code(id, &key, password.as_ref(), clock::now())
        })
        .await
    }

    /// Lets this computer remember an account, or forget it. `key` is that account's data key:
    /// only somebody who has opened it can have it remembered.
    ///
    /// # Errors
    ///
    /// [`VaultError::OnlySlot`] when it has no password and forgetting would lock it for ever,
    /// [`VaultError::RememberingOff`] where accounts are kept in a file,
    /// [`VaultError::NotFound`], [`VaultError::Damaged`].
    pub async fn set_remembered(
        &self,
        id: UserId,
        key: &DataKey,
        remember: bool,
    ) -> Result<Account, VaultError> {
        let slot = remember.then(|| RememberedSlot::lock(key));
        self.run(move |accounts| accounts.set_remembered(id, slot.as_ref())).await
    }

    /// Stores what is now known of somebody. The id and the time of creation stay.
    ///
    /// # Errors
    ///
    /// [`VaultError::Taken`] when somebody else has that identifier, [`VaultError::LastAdmin`] when
    /// nobody would be admin any more, [`VaultError::Name`] when a name cannot be used,
    /// [`VaultError::NotFound`], [`VaultError::Damaged`].
    pub async fn update(&self, id: UserId, user: User) -> Result<Account, VaultError> {
        self.run(move |accounts| accounts.update(id, user)).await
    }

    /// Removes an account and all its entries. What it has sealed elsewhere can never be opened
    /// again. An account whose record is damaged can be deleted too.
    ///
    /// # Errors
    ///
    /// [`VaultError::LastAdmin`] when the others would be left without an admin,
    /// [`VaultError::NotFound`].
    pub async fn delete(&self, id: UserId) -> Result<(), VaultError> {
        self.run(move |accounts| accounts.delete(id)).await
    }

    /// The secrets of an account that somebody has opened.
    #[must_use]
    pub fn secrets<'a>(&'a self, of: &'a Unlocked) -> Secrets<'a> {
        Secrets::new(self, of)
    }

    /// What `work` makes of the accounts, on a thread that may block: on a runtime thread the Secret
    /// Service client may panic.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Accounts) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (accounts, broken, late): (_, fn(String) -> VaultError, _) = match &self.in_file {
            Some((file, accounts)) if file.is_chosen() => {
                let late = VaultError::File("another process does not give it back".into());
                (accounts, VaultError::File, late)
            }
            _ => (&self.in_keyring, VaultError::Keyring, VaultError::KeyringLocked),
        };
        let accounts = Arc::clone(accounts);
        let turn = async move {
            let mut accounts = accounts.lock_owned().await;
            let done = spawn_blocking(move || guarded(&mut accounts, work)).await;
            done.unwrap_or_else(|_| Err("the program is ending"))
        };
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(done)) => done,
            Ok(Err(why)) => Err(broken(why.into())),
            Err(_) => Err(late),
        }
    }
}

fn turn(entries: impl Entries + 'static) -> Turn {
    Arc::new(Mutex::new(Accounts { entries: Box::new(entries) }))
}

/// Runs `work`, and survives a panic in a client of a keyring: the connection it happened on is not
/// used again.
fn guarded<T>(
    accounts: &mut Accounts,
    work: impl FnOnce(&mut Accounts) -> T,
) -> Result<T, &'static str> {
    catch_unwind(AssertUnwindSafe(|| work(accounts))).map_err(|_| {
        accounts.entries.recover();
        "its client panicked"
    })
}

#[cfg(test)]
mod tests;

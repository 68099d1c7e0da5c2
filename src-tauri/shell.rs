//! What the commands work on: the app, the vault, the data directory, and who is signed in.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use confidant_chat::app::App;
use confidant_chat::clock;
use confidant_chat::ids::UserId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::port::installation::{Facts, Installation};
use confidant_chat::runtime::SignedIn;
use confidant_store::{Store, bytes_on_disk};
use confidant_vault::{Account, Keeper, Secrets, Unlocked, Vault};
use tauri::ipc::Channel;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::desktop::Desktop;
use crate::error::CommandError;
use crate::transfers::Transfers;
use crate::{model_choice, variables};

/// How long a window may take to lock before the computer sleeps without it. logind waits 5 seconds.
const LOCKING: Duration = Duration::from_secs(4);

/// Everything that outlives a sign-in.
pub(crate) struct Shell {
    app: App,
    pub(crate) vault: Arc<Vault>,
    desktop: OnceLock<Arc<dyn Desktop>>,
    site: Arc<Site>,
    desk: RwLock<Option<Arc<Desk>>>,
    /// Held while somebody signs in or out, so that neither overtakes the other.
    door: tokio::sync::Mutex<()>,
    /// Whose password is asked for, also where this computer remembers them.
    locked: Mutex<HashSet<UserId>>,
}

/// The signed-in person's part.
pub(crate) struct Desk {
    pub(crate) person: SignedIn,
    vault: Arc<Vault>,
    unlocked: Unlocked,
    /// What opens the account; who it is, the person knows best.
    ways_in: Mutex<Account>,
    store: Arc<Store>,
    pub(crate) transfers: Transfers,
    /// Told when the person leaves, if the window wants to lock then.
    lock: Mutex<Option<Channel<()>>>,
    /// Tells when the person is signed out and their key is gone.
    gone: Arc<Notify>,
}

impl Desk {
    /// The account as it is now.
    pub(crate) fn account(&self) -> Account {
        let ways_in = self.ways_in.lock().unwrap_or_else(PoisonError::into_inner);
        Account { user: self.person.user(), ..ways_in.clone() }
    }

    /// Other things open the account now.
    pub(crate) fn set_ways_in(&self, account: Account) {
        *self.ways_in.lock().unwrap_or_else(PoisonError::into_inner) = account;
    }

    /// The person's API keys and variables.
    pub(crate) fn secrets(&self) -> Secrets<'_> {
        self.vault.secrets(&self.unlocked)
    }

    /// The window wants to be told when the person leaves, or no longer.
    pub(crate) fn set_lock(&self, lock: Option<Channel<()>>) {
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = lock;
    }

    /// Whether the window was told to lock.
    fn tell_to_lock(&self) -> bool {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        lock.as_ref().is_some_and(|lock| lock.send(()).is_ok())
    }

    /// The account as it was when it was opened, and its key.
    pub(crate) fn unlocked(&self) -> &Unlocked {
        &self.unlocked
    }
}

impl Shell {
    /// The app over what is stored in `data_dir`.
    pub(crate) fn new(app: App, vault: Vault, data_dir: PathBuf) -> Self {
        let vault = Arc::new(vault);
        let site = Site { data_dir, started_at: clock::now(), vault: Arc::clone(&vault) };
        Self {
            app,
            vault,
            desktop: OnceLock::new(),
            site: Arc::new(site),
            desk: RwLock::new(None),
            door: tokio::sync::Mutex::new(()),
            locked: Mutex::default(),
        }
    }

    /// The app.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Tells where the desktop is, once there is one.
    pub(crate) fn set_desktop(&self, desktop: Arc<dyn Desktop>) {
        // A second desktop would be a mistake of the wiring; the first one stays.
        let _ = self.desktop.set(desktop);
    }

    /// The desktop, where there is one: tests have none.
    pub(crate) fn desktop(&self) -> Option<&Arc<dyn Desktop>> {
        self.desktop.get()
    }

    /// Keeps accounts elsewhere from now on. Nobody stays signed in: they may have no account there.
    pub(crate) async fn choose_keeper(&self, keeper: Keeper) -> Result<(), CommandError> {
        let _door = self.door.lock().await;
        self.see_out().await;
        Ok(self.vault.choose(keeper).await?)
    }

    /// Who is signed in.
    pub(crate) fn desk(&self) -> Result<Arc<Desk>, CommandError> {
        let desk = self.desk.read().unwrap_or_else(PoisonError::into_inner);
        desk.clone().ok_or(CommandError::NotSignedIn)
    }

    /// Lets in whoever the vault unlocked: opens their history and their model.
    pub(crate) async fn let_in(&self, unlocked: Unlocked) -> Result<Account, CommandError> {
        let _door = self.door.lock().await;
        self.see_out().await;
        let id = unlocked.account.user.id;
        self.locked().remove(&id);
        let dir = self.site.dir_of(id);
        let open = move || (Store::open(&dir, id, &unlocked.key), unlocked);
        let (store, unlocked) =
            spawn_blocking(open).await.map_err(|error| HistoryError::Failed(error.to_string()))?;
        let store = Arc::new(store?);
        let person = SignedIn::new(
            self.app.clone(),
            unlocked.account.user.clone(),
            Arc::clone(&store) as _,
            Arc::clone(&self.vault) as _,
            Arc::clone(&self.site) as _,
        );
        let secrets = self.vault.secrets(&unlocked);
        let model = model_choice::load(&person, secrets).await;
        person.set_model(model);
        match variables::load(&person, secrets).await {
            Ok(env) => person.set_env(env),
            // As with the model: nothing about it keeps a person out of their history.
            Err(error) => tracing::warn!(%error, "the person's variables cannot be read"),
        }
        if let Err(error) = confidant_transfer::tidy(person.history()).await {
            tracing::warn!(%error, "what was imported in part stays in the bin");
        }
        person.begin().await;
        let ways_in = Mutex::new(unlocked.account.clone());
        let vault = Arc::clone(&self.vault);
        let transfers = Transfers::default();
        let (lock, gone) = (Mutex::default(), Arc::default());
        let desk = Desk { person, vault, unlocked, ways_in, store, transfers, lock, gone };
        let account = desk.account();
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(desk));
        Ok(account)
    }

    /// Lets in whoever has just made an account. If that fails, there is none: its identifier is
    /// wanted again.
    pub(crate) async fn let_in_first(&self, unlocked: Unlocked) -> Result<Account, CommandError> {
        let id = unlocked.account.user.id;
        let entered = self.let_in(unlocked).await;
        if entered.is_err() {
            if let Err(error) = self.vault.delete(id).await {
                tracing::warn!(%error, "an account that nobody could enter stays");
            }
            if let Err(error) = self.remove_history(id).await {
                tracing::warn!(?error, "the history of an account that nobody could enter stays");
            }
        }
        entered
    }

    /// Signs out: ends every conversation, closes the history, and forgets the key. With `lock`,
    /// only the password or the recovery code opens the account again, if it has one, for as long
    /// as the app runs.
    pub(crate) async fn sign_out(&self, lock: bool) {
        let _door = self.door.lock().await;
        if let Ok(desk) = self.desk()
            && lock
            && desk.account().has_password
        {
            self.locked().insert(desk.person.user().id);
        }
        self.see_out().await;
    }

    /// Whether `account` is locked, and what this computer remembers is not enough.
    pub(crate) fn is_locked(&self, account: UserId) -> bool {
        self.locked().contains(&account)
    }

    fn locked(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person leaves the computer: the window locks, if they wish. Comes back when nobody is
    /// signed in any more, or when the window does not want to lock or takes too long.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "no other system tells yet"))]
    pub(crate) async fn leave(&self) {
        let Ok(desk) = self.desk() else {
            // They may have been told to go before, and be on their way out.
            let _ = timeout(LOCKING, self.door.lock()).await;
            return;
        };
        let gone = Arc::clone(&desk.gone);
        // Before the window is told: it may be quicker than this.
        let gone = gone.notified();
        if !desk.tell_to_lock() {
            return;
        }
        drop(desk);
        if timeout(LOCKING, gone).await.is_err() {
            tracing::warn!("the window has not locked in time");
        }
    }

    /// Deletes the signed-in account and everything of it.
    pub(crate) async fn delete_account(&self) -> Result<(), CommandError> {
        let _door = self.door.lock().await;
        let id = self.desk()?.person.user().id;
        // First the key, without which nothing can be opened any more, then what it opened.
        self.vault.delete(id).await?;
        self.see_out().await;
        self.remove_history(id).await
    }

    async fn remove_history(&self, id: UserId) -> Result<(), CommandError> {
        let dir = self.site.dir_of(id);
        let removed = spawn_blocking(move || confidant_store::remove(&dir)).await;
        let failed = |error: String| CommandError::StorageFailed { detail: error };
        removed
            .map_err(|error| failed(error.to_string()))?
            .map_err(|error| failed(error.to_string()))
    }

    async fn see_out(&self) {
        let desk = self.desk.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(desk) = desk {
            desk.transfers.end().await;
            desk.person.end_all().await;
            if let Err(error) = desk.store.close().await {
                tracing::error!(%error, "closing the history");
            }
            let gone = Arc::clone(&desk.gone);
            drop(desk);
            gone.notify_waiters();
        }
    }
}

/// The installation as its administrator sees it.
struct Site {
    data_dir: PathBuf,
    started_at: jiff::Timestamp,
    vault: Arc<Vault>,
}

impl Site {
    fn dir_of(&self, user: UserId) -> PathBuf {
        self.users().join(user.to_string())
    }

    fn users(&self) -> PathBuf {
        self.data_dir.join("users")
    }
}

#[async_trait]
impl Installation for Site {
    async fn facts(&self) -> Facts {
        let users = self.users();
        // A directory that cannot be listed has no bytes to tell.
        let bytes = spawn_blocking(move || bytes_by_user(&users)).await.unwrap_or_default();
        Facts {
            version: env!("CARGO_PKG_VERSION").into(),
            started_at: self.started_at,
            keyring: match self.vault.keeping().keeper {
                Keeper::Keyring => self.vault.keyring_kind(),
                Keeper::File => "none, accounts are kept in a file".into(),
            },
            bytes,
        }
    }
}

fn bytes_by_user(users: &Path) -> Vec<(UserId, u64)> {
    let entries = std::fs::read_dir(users).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let user = entry.file_name().to_str()?.parse().ok()?;
            Some((user, bytes_on_disk(&entry.path())))
        })
        .collect()
}

//! What the commands work on: the app, the vault, the data directory, and who is signed in.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use async_trait::async_trait;
use confidant_chat::app::App;
use confidant_chat::clock;
use confidant_chat::ids::UserId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::port::installation::{Facts, Installation};
use confidant_chat::runtime::SignedIn;
use confidant_store::{Store, bytes_on_disk};
use confidant_vault::{Account, Unlocked, Vault};
use tokio::task::spawn_blocking;

use crate::desktop::Desktop;
use crate::error::CommandError;
use crate::transfers::Transfers;
use crate::{model_choice, variables};

/// Everything that outlives a sign-in.
pub(crate) struct Shell {
    app: App,
    pub(crate) vault: Arc<Vault>,
    desktop: OnceLock<Arc<dyn Desktop>>,
    site: Arc<Site>,
    desk: RwLock<Option<Arc<Desk>>>,
    /// Held while somebody signs in or out, so that neither overtakes the other.
    door: tokio::sync::Mutex<()>,
}

/// The signed-in person's part.
pub(crate) struct Desk {
    pub(crate) person: SignedIn,
    unlocked: Unlocked,
    /// What opens the account; who it is, the person knows best.
    ways_in: Mutex<Account>,
    store: Arc<Store>,
    pub(crate) transfers: Transfers,
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
        let model = model_choice::load(&person, &self.vault).await;
        person.set_model(model);
        match variables::load(&person, &self.vault).await {
            Ok(env) => person.set_env(env),
            // As with the model: nothing about it keeps a person out of their history.
            Err(error) => tracing::warn!(%error, "the person's variables cannot be read"),
        }
        if let Err(error) = confidant_transfer::tidy(person.history()).await {
            tracing::warn!(%error, "what was imported in part stays in the bin");
        }
        person.begin().await;
        let ways_in = Mutex::new(unlocked.account.clone());
        let desk = Desk { person, unlocked, ways_in, store, transfers: Transfers::default() };
        let account = desk.account();
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(desk));
        Ok(account)
    }

    /// Signs out: ends every conversation, closes the history, and forgets the key.
    pub(crate) async fn sign_out(&self) {
        let _door = self.door.lock().await;
        self.see_out().await;
    }

    /// Deletes the signed-in account and everything of it.
    pub(crate) async fn delete_account(&self) -> Result<(), CommandError> {
        let _door = self.door.lock().await;
        let id = self.desk()?.person.user().id;
        // First the key, without which nothing can be opened any more, then what it opened.
        self.vault.delete(id).await?;
        self.see_out().await;
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
            keyring: self.vault.keyring_kind(),
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

//! What one conversation remembers besides its messages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use crate::ids::ThreadId;
use crate::port::history::HistoryError;
use crate::session_key::SessionKey;
use crate::settings::{self, Setting, SettingError, SettingValues};
use crate::shared::Shared;
use crate::user::PersistedUser;

/// The most that a session holds, in bytes of JSON, keys included.
pub const MAX_SESSION_BYTES: usize = 1024 * 1024;

/// The key under which the chat settings are read, and applied when set.
pub const CHAT_SETTINGS: &str = "chat_settings";

const READ_ONLY: [&str; 5] = ["id", "env", "user", "chat_profile", "client_type"];

/// What `client_type` says.
const CLIENT_TYPE: &str = "desktop";

/// Key/value state of one conversation, kept with its thread. Cloning gives another handle to the
/// same session.
///
/// Values are JSON, so that commands, handlers and storage share one form. `id`, `env`, `user`,
/// `chat_profile` and `client_type` are built in and read-only; setting `chat_settings` applies the
/// settings.
#[derive(Clone)]
pub struct UserSession {
    state: Arc<Mutex<State>>,
    /// Told whenever something was set or removed.
    changed: Arc<Notify>,
    /// Which hook this handle was lent to; `None` for the conversation's own.
    loan: Option<u64>,
}

struct State {
    built_in: BuiltIn,
    definitions: Vec<Setting>,
    settings: SettingValues,
    values: Map<String, Value>,
    bytes: usize,
    revision: u64,
    /// The revision at which the settings changed last.
    settings_revision: u64,
    /// The loan that is good now.
    loan: u64,
}

/// The read-only side of a session.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    /// The conversation.
    pub id: ThreadId,
    /// Who talks.
    pub user: Shared<PersistedUser>,
    /// The profile's name.
    pub chat_profile: String,
    /// Variables that the app declared and the person entered.
    pub env: Shared<BTreeMap<String, String>>,
}

/// Why a session key cannot be read or set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The key is built in and read-only.
    #[error("the session key {key} is built in and cannot be set")]
    ReservedKey {
        /// The key.
        key: String,
    },
    /// The session would hold more than [`MAX_SESSION_BYTES`]. What was there stays.
    #[error("the session is full ({MAX_SESSION_BYTES} bytes)")]
    SessionFull,
    /// The stored value is not of the key's type. The rest of the session is untouched.
    #[error("the session key {key} holds a value of another type: {detail}")]
    Mistyped {
        /// The key.
        key: String,
        /// What serde said.
        detail: String,
    },
    /// The values do not fit the chat settings.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The conversation is not open.
    #[error("the conversation is not open")]
    Closed,
    /// The hook that this session was given to is over.
    #[error("this turn of the conversation is over")]
    Ended,
    /// The change could not be kept.
    #[error(transparent)]
    History(#[from] HistoryError),
}

impl UserSession {
    /// A session with what the thread kept of it.
    #[must_use]
    pub fn new(
        built_in: BuiltIn,
        definitions: Vec<Setting>,
        stored_settings: &SettingValues,
        values: Map<String, Value>,
    ) -> Self {
        let settings = settings::complete(&definitions, stored_settings);
        let bytes = values.iter().map(|(key, value)| size(key, value)).sum();
        let state = State {
            built_in,
            definitions,
            settings,
            values,
            bytes,
            revision: 0,
            settings_revision: 0,
            loan: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), changed: Arc::default(), loan: None }
    }

    /// A handle for one hook. It ends the one lent before.
    pub(crate) fn lend(&self) -> Self {
        self.take_back();
        Self { loan: Some(self.lock().loan), ..self.clone() }
    }

    /// Ends the handle that is lent: it still reads, and changes nothing any more.
    pub(crate) fn take_back(&self) {
        self.lock().loan += 1;
    }

    /// Whether the hook that this handle was lent to is over.
    pub(crate) fn is_over(&self) -> bool {
        self.changeable().is_err()
    }

    /// The value of a typed key: what was set, or the key's default, passed through its transform.
    ///
    /// # Errors
    ///
    /// [`SessionError::Mistyped`] when something else is stored under this name.
    pub fn get<T: DeserializeOwned>(&self, key: SessionKey<T>) -> Result<T, SessionError> {
        self.lock().get(key)
    }

    /// Sets a typed key.
    ///
    /// # Errors
    ///
    /// When the name is reserved, the session full, the value not JSON, or the hook over.
    pub fn set<T: Serialize>(&self, key: SessionKey<T>, value: &T) -> Result<(), SessionError> {
        let value = to_json(key.name, value)?;
        self.set_value(key.name, value)
    }

    /// Changes a typed key in one step and gives its new value. `change` may be called again when
    /// the session was changed elsewhere at the same time.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) and [`set`](Self::set); then the value stays as it was.
    pub fn update<T: Serialize + DeserializeOwned>(
        &self,
        key: SessionKey<T>,
        change: impl Fn(T) -> T,
    ) -> Result<T, SessionError> {
        // Not under the lock: `change` may well look into the session itself. If somebody else
        // changed the session meanwhile, it is asked again.
        loop {
            let (old, revision) = {
                let state = self.lock();
                (state.get(key)?, state.revision)
            };
            let value = change(old);
            let json = to_json(key.name, &value)?;
            let mut state = self.changeable()?;
            if state.revision == revision {
                state.set(key.name, json)?;
                self.changed.notify_one();
                return Ok(value);
            }
        }
    }

    /// Forgets a typed key, so that it has its default again.
    ///
    /// # Errors
    ///
    /// When the hook is over.
    pub fn reset<T>(&self, key: SessionKey<T>) -> Result<(), SessionError> {
        self.remove(key.name)?;
        Ok(())
    }

    /// The value under a name, built-in ones included.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Value> {
        self.lock().value(key)
    }

    /// Sets the value under a name; `chat_settings` applies the settings.
    ///
    /// # Errors
    ///
    /// When the name is reserved, the session full, the settings do not fit, or the hook is over.
    pub fn set_value(&self, key: &str, value: Value) -> Result<(), SessionError> {
        self.changeable()?.set(key, value)?;
        self.changed.notify_one();
        Ok(())
    }

    /// Forgets the value under a name, and gives what it was. Built-in ones stay.
    ///
    /// # Errors
    ///
    /// When the hook is over.
    pub fn remove(&self, key: &str) -> Result<Option<Value>, SessionError> {
        let mut state = self.changeable()?;
        let value = state.values.remove(key);
        if let Some(value) = &value {
            state.bytes -= size(key, value);
            state.revision += 1;
            self.changed.notify_one();
        }
        Ok(value)
    }

    /// The names that were set, sorted, without the built-in ones.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        // The map itself may keep the order of insertion: another crate can ask serde_json for it.
        let mut keys: Vec<_> = self.lock().values.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// Who talks.
    #[must_use]
    pub fn user(&self) -> PersistedUser {
        self.lock().built_in.user.get()
    }

    /// The profile's name.
    pub(crate) fn profile(&self) -> String {
        self.lock().built_in.chat_profile.clone()
    }

    /// The value of a variable that the app declared with
    /// [`App::user_env`](crate::app::App::user_env), if the person entered one.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<String> {
        self.lock().built_in.env.get().remove(name)
    }

    /// The value of every chat setting.
    #[must_use]
    pub fn settings(&self) -> SettingValues {
        self.lock().settings.clone()
    }

    /// Merges `changed` into the chat settings and gives all of them.
    ///
    /// # Errors
    ///
    /// When a value does not fit, or the hook is over; then none is changed.
    pub fn apply_settings(&self, changed: SettingValues) -> Result<SettingValues, SessionError> {
        let values = self.changeable()?.apply_settings(changed)?;
        self.changed.notify_one();
        Ok(values)
    }

    /// What changes whenever something was set or removed.
    pub(crate) fn revision(&self) -> u64 {
        self.lock().revision
    }

    /// What the thread keeps: the values and the settings.
    pub(crate) fn stored(&self) -> (Map<String, Value>, SettingValues) {
        let state = self.lock();
        (state.values.clone(), state.settings.clone())
    }

    /// What changes whenever a setting was.
    pub(crate) fn settings_revision(&self) -> u64 {
        self.lock().settings_revision
    }

    /// Returns when something was set or removed since it returned last.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn changeable(&self) -> Result<MutexGuard<'_, State>, SessionError> {
        let state = self.lock();
        match self.loan {
            Some(loan) if loan != state.loan => Err(SessionError::Ended),
            _ => Ok(state),
        }
    }

    // A panic while the lock is held can only come from a key's default or transform, which run
    // before anything is changed: the state is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn value(&self, key: &str) -> Option<Value> {
        match key {
            "id" => Some(json!(self.built_in.id)),
            "env" => Some(json!(self.built_in.env.get())),
            "user" => Some(json!(self.built_in.user.get())),
            "chat_profile" => Some(json!(self.built_in.chat_profile)),
            "client_type" => Some(json!(CLIENT_TYPE)),
            CHAT_SETTINGS => Some(Value::Object(self.settings.clone())),
            _ => self.values.get(key).cloned(),
        }
    }

    fn get<T: DeserializeOwned>(&self, key: SessionKey<T>) -> Result<T, SessionError> {
        let value = match self.value(key.name) {
            None => (key.default)(),
            Some(value) => {
                serde_json::from_value(value).map_err(|error| mistyped(key.name, &error))?
            }
        };
        Ok(match key.transform {
            Some(transform) => transform(value),
            None => value,
        })
    }

    fn set(&mut self, key: &str, value: Value) -> Result<(), SessionError> {
        if READ_ONLY.contains(&key) {
            return Err(SessionError::ReservedKey { key: key.into() });
        }
        if key == CHAT_SETTINGS {
            let changed = serde_json::from_value(value).map_err(|error| mistyped(key, &error))?;
            self.apply_settings(changed)?;
            return Ok(());
        }
        let before = self.values.get(key).map_or(0, |old| size(key, old));
        let bytes = self.bytes - before + size(key, &value);
        if bytes > MAX_SESSION_BYTES {
            return Err(SessionError::SessionFull);
        }
        self.values.insert(key.into(), value);
        self.bytes = bytes;
        self.revision += 1;
        Ok(())
    }

    fn apply_settings(&mut self, changed: SettingValues) -> Result<SettingValues, SettingError> {
        settings::check(&self.definitions, &changed)?;
        self.settings.extend(changed);
        self.revision += 1;
        self.settings_revision = self.revision;
        Ok(self.settings.clone())
    }
}

fn to_json<T: Serialize>(key: &str, value: &T) -> Result<Value, SessionError> {
    serde_json::to_value(value).map_err(|error| mistyped(key, &error))
}

fn mistyped(key: &str, error: &serde_json::Error) -> SessionError {
    SessionError::Mistyped { key: key.into(), detail: error.to_string() }
}

fn size(key: &str, value: &Value) -> usize {
    key.len() + value.to_string().len()
}

#[cfg(test)]
mod tests;

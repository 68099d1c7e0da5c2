//! The model that a person chose: its address sealed in their history, its key in their keyring.

use std::sync::Arc;

use confidant_chat::port::history::{Change, Durability};
use confidant_chat::port::model::Model;
use confidant_chat::runtime::SignedIn;
use confidant_models::Endpoint;
use confidant_vault::Secrets;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::error::CommandError;

/// The name of the preference and of the keyring secret.
const NAME: &str = "model";

/// The chosen model as the window sees it: never with the key.
#[derive(Clone, Debug, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelSettings {
    base_url: String,
    model: String,
    has_key: bool,
}

/// What the person entered.
#[derive(Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelDraft {
    base_url: String,
    model: String,
    /// `None` keeps the stored key, an empty one removes it.
    key: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    base_url: String,
    model: String,
}

/// The chosen model, ready to answer. What cannot be read counts as not chosen, so that nothing
/// about a model can keep a person out of their history.
pub(crate) async fn load(person: &SignedIn, secrets: Secrets<'_>) -> Option<Arc<dyn Model>> {
    match stored(person, secrets).await {
        Ok(found) => found.map(|(endpoint, _)| Arc::new(endpoint.open()) as _),
        Err(error) => {
            tracing::warn!(?error, "the chosen model cannot be read");
            None
        }
    }
}

pub(crate) async fn get(
    person: &SignedIn,
    secrets: Secrets<'_>,
) -> Result<Option<ModelSettings>, CommandError> {
    let found = stored(person, secrets).await?;
    Ok(found.map(|(endpoint, has_key)| settings(&endpoint, has_key)))
}

/// Keeps the choice and lets it answer from now on.
pub(crate) async fn save(
    person: &SignedIn,
    secrets: Secrets<'_>,
    draft: ModelDraft,
) -> Result<ModelSettings, CommandError> {
    let new_key = draft.key.clone();
    let (endpoint, has_key) = endpoint(person, secrets, draft).await?;
    if new_key.is_some() || !has_key {
        // The old key first: if the rest fails, no key is sent to an address it is not for.
        secrets.set(NAME, None).await?;
    }
    let stored = Stored { base_url: endpoint.base_url().into(), model: endpoint.model().into() };
    put(person, Some(stored)).await?;
    if let Some(key) = new_key.filter(|key| !key.trim().is_empty()) {
        secrets.set(NAME, Some(SecretString::from(key))).await?;
    }
    let settings = settings(&endpoint, has_key);
    person.set_model(Some(Arc::new(endpoint.open())));
    Ok(settings)
}

pub(crate) async fn forget(person: &SignedIn, secrets: Secrets<'_>) -> Result<(), CommandError> {
    put(person, None).await?;
    secrets.set(NAME, None).await?;
    person.set_model(None);
    Ok(())
}

/// Asks the drafted model for a sign of life.
pub(crate) async fn test(
    person: &SignedIn,
    secrets: Secrets<'_>,
    draft: ModelDraft,
) -> Result<(), CommandError> {
    let (endpoint, _) = endpoint(person, secrets, draft).await?;
    Ok(endpoint.open().check().await?)
}

async fn endpoint(
    person: &SignedIn,
    secrets: Secrets<'_>,
    draft: ModelDraft,
) -> Result<(Endpoint, bool), CommandError> {
    let key = match draft.key {
        Some(key) => {
            Some(SecretString::from(key)).filter(|key| !key.expose_secret().trim().is_empty())
        }
        // The stored key goes only where it was stored for, whatever the window says.
        None if same_server(person, &draft).await? => secrets.get(NAME).await?,
        None => None,
    };
    let has_key = key.is_some();
    Ok((Endpoint::new(&draft.base_url, &draft.model, key)?, has_key))
}

/// Whether the draft names the address that is stored already.
async fn same_server(person: &SignedIn, draft: &ModelDraft) -> Result<bool, CommandError> {
    let Some(stored) = read(person).await? else { return Ok(false) };
    let drafted = Endpoint::new(&draft.base_url, &draft.model, None)?;
    let stored = Endpoint::new(&stored.base_url, &stored.model, None)?;
    Ok(drafted.base_url() == stored.base_url())
}

async fn read(person: &SignedIn) -> Result<Option<Stored>, CommandError> {
    let value = person.history().preference(NAME).await?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

async fn stored(
    person: &SignedIn,
    secrets: Secrets<'_>,
) -> Result<Option<(Endpoint, bool)>, CommandError> {
    let Some(Stored { base_url, model }) = read(person).await? else { return Ok(None) };
    let draft = ModelDraft { base_url, model, key: None };
    endpoint(person, secrets, draft).await.map(Some)
}

async fn put(person: &SignedIn, stored: Option<Stored>) -> Result<(), CommandError> {
    let value = stored.map(|stored| serde_json::json!(stored));
    let change = Change::PutPreference { name: NAME.into(), value };
    Ok(person.history().write(vec![change], Durability::OnDisk).await?)
}

fn settings(endpoint: &Endpoint, has_key: bool) -> ModelSettings {
    ModelSettings { base_url: endpoint.base_url().into(), model: endpoint.model().into(), has_key }
}

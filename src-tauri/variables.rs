//! Variables that the app declared and a person entered: kept in their keyring, read by handlers,
//! never shown again.

use std::collections::BTreeMap;

use confidant_chat::runtime::SignedIn;
use confidant_vault::{Secrets, VaultError};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::error::CommandError;

/// A variable as the window sees it: never with its value.
#[derive(Clone, Debug, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvVariable {
    name: String,
    is_set: bool,
}

/// What the person entered for each variable that the app declared.
pub(crate) async fn load(
    person: &SignedIn,
    secrets: Secrets<'_>,
) -> Result<BTreeMap<String, String>, VaultError> {
    let mut env = BTreeMap::new();
    for name in person.app().env_names() {
        if let Some(value) = secrets.get(&key(name)).await? {
            env.insert(name.clone(), value.expose_secret().to_owned());
        }
    }
    Ok(env)
}

pub(crate) async fn list(
    person: &SignedIn,
    secrets: Secrets<'_>,
) -> Result<Vec<EnvVariable>, CommandError> {
    let env = load(person, secrets).await?;
    let variable =
        |name: &String| EnvVariable { name: name.clone(), is_set: env.contains_key(name) };
    Ok(person.app().env_names().iter().map(variable).collect())
}

/// Keeps a value, or removes it, and lets every open conversation see that.
pub(crate) async fn set(
    person: &SignedIn,
    secrets: Secrets<'_>,
    name: &str,
    value: Option<String>,
) -> Result<(), CommandError> {
    if !person.app().env_names().iter().any(|known| known == name) {
        return Err(CommandError::EnvUnknown { name: name.into() });
    }
    let value = value.filter(|value| !value.is_empty()).map(SecretString::from);
    secrets.set(&key(name), value).await?;
    person.set_env(load(person, secrets).await?);
    Ok(())
}

/// The name of the keyring secret. The model's key has one of its own.
fn key(name: &str) -> String {
    format!("env:{name}")
}

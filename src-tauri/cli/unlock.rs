//! Opening an account from the terminal.

use std::io::{self, IsTerminal};

use confidant_vault::{Account, Unlocked, VaultError};
use tokio::task::spawn_blocking;

use super::Place;

/// Opens an account: with the keyring where this computer remembers it, else with a password.
pub(super) async fn unlock(place: &Place, account: &Account) -> Result<Unlocked, VaultError> {
    if account.remembered {
        return place.vault.unlock_remembered(account.user.id).await;
    }
    let identifier = account.user.user.identifier.clone();
    let asked = spawn_blocking(move || password(&identifier)).await;
    let password = asked.ok().and_then(Result::ok).ok_or(VaultError::PasswordRequired)?;
    place.vault.unlock(&account.user.user.identifier, password.into()).await
}

/// Asks for a password, or reads it from where one was put.
fn password(identifier: &str) -> io::Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("Password of {identifier}: "));
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

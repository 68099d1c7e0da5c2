//! Accounts: who there is, signing in and out, and the signed-in person's own account.

use confidant_chat::ids::UserId;
use confidant_chat::user::{User, checked_name};
use confidant_vault::{Account, Keeper, Keeping};
use serde::Deserialize;
use tauri::ipc::Channel;

use crate::commands::{AtShell, Result};
use crate::error::CommandError;

/// What somebody entered to make an account.
#[derive(Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewAccount {
    identifier: String,
    display_name: String,
    password: Option<String>,
    remember: bool,
}

/// What keeps the accounts of this computer: its keyring, or a file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn accounts_keeping(shell: AtShell<'_>) -> Result<Keeping> {
    Ok(shell.vault.keeping())
}

/// Keeps accounts elsewhere from now on, and signs out. No account moves.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_keeper(shell: AtShell<'_>, keeper: Keeper) -> Result {
    shell.choose_keeper(keeper).await
}

/// Everybody with an account on this computer, oldest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_accounts(shell: AtShell<'_>) -> Result<Vec<Account>> {
    Ok(shell.vault.list().await?)
}

/// Makes an account and signs in to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_account(shell: AtShell<'_>, account: NewAccount) -> Result<Account> {
    let user = User::new(&account.identifier)?.with_display_name(&account.display_name)?;
    let password = account.password.map(Into::into);
    let new = confidant_vault::NewAccount { user, password, remember: account.remember };
    let unlocked = shell.vault.create(new).await?;
    shell.let_in_first(unlocked).await
}

/// Signs in with a password, and has this computer remember it or not. What has no password it goes
/// on remembering: nothing else opens it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    shell: AtShell<'_>,
    identifier: String,
    password: String,
    remember: bool,
) -> Result<Account> {
    let mut unlocked = shell.vault.unlock(&identifier, password.into()).await?;
    let account = &unlocked.account;
    if remember != account.remembered && (remember || account.has_password) {
        unlocked.account =
            shell.vault.set_remembered(account.user.id, &unlocked.key, remember).await?;
    }
    shell.let_in(unlocked).await
}

/// Signs in with this computer's keyring.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_remembered(shell: AtShell<'_>, account: UserId) -> Result<Account> {
    if shell.is_locked(account) {
        return Err(CommandError::PasswordRequired);
    }
    let unlocked = shell.vault.unlock_remembered(account).await?;
    shell.let_in(unlocked).await
}

/// Signs out; without anybody signed in, nothing happens. With `lock`, this computer's keyring is not
/// enough to sign in to that account again, if it has a password.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(shell: AtShell<'_>, lock: bool) -> Result {
    shell.sign_out(lock).await;
    Ok(())
}

/// Has the window told when the person leaves the computer, or no longer. It is expected to sign out
/// then; before it has, the computer does not sleep, for a few seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lock_on_leaving(shell: AtShell<'_>, wanted: bool, lock: Channel<()>) -> Result {
    shell.desk()?.set_lock(wanted.then_some(lock));
    Ok(())
}

/// Who is signed in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn current_account(shell: AtShell<'_>) -> Result<Option<Account>> {
    Ok(shell.desk().ok().map(|desk| desk.account()))
}

/// Changes the name to greet the signed-in person by; an empty one leaves the identifier.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_account(shell: AtShell<'_>, display_name: String) -> Result<Account> {
    let desk = shell.desk()?;
    let name =
        if display_name.trim().is_empty() { None } else { Some(checked_name(&display_name)?) };
    desk.person.update_user(|user| user.display_name = name).await?;
    Ok(desk.account())
}

/// Has this computer remember the signed-in account, or forget it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_remembered(shell: AtShell<'_>, remember: bool) -> Result<Account> {
    let desk = shell.desk()?;
    let id = desk.person.user().id;
    desk.set_ways_in(shell.vault.set_remembered(id, &desk.unlocked().key, remember).await?);
    Ok(desk.account())
}

/// Gives the signed-in account another password, its first one, or none. `current` is the one that
/// it has.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_password(
    shell: AtShell<'_>,
    current: Option<String>,
    password: Option<String>,
) -> Result<Account> {
    let desk = shell.desk()?;
    let [current, password] = [current, password].map(|it| it.map(Into::into));
    let id = desk.person.user().id;
    desk.set_ways_in(shell.vault.set_password(id, &desk.unlocked().key, current, password).await?);
    Ok(desk.account())
}

/// Makes a new recovery code for the signed-in account. This is the only time it is told; `password`
/// is that of the account, if it has one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_recovery_code(
    shell: AtShell<'_>,
    password: Option<String>,
) -> Result<String> {
    let desk = shell.desk()?;
    let account = desk.account();
    let password = password.map(Into::into);
    let code =
        shell.vault.new_recovery_code(account.user.id, &desk.unlocked().key, password).await?;
    desk.set_ways_in(Account { has_recovery: true, ..account });
    Ok(code.text().to_string())
}

/// Signs in with a recovery code, and gives the account a new password.
#[tauri::command]
#[specta::specta]
pub(crate) async fn recover_account(
    shell: AtShell<'_>,
    identifier: String,
    code: String,
    password: String,
) -> Result<Account> {
    let unlocked = shell.vault.recover(&identifier, code.into(), password.into()).await?;
    shell.let_in(unlocked).await
}

/// Deletes the signed-in account with everything of it, and signs out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_account(shell: AtShell<'_>) -> Result {
    shell.delete_account().await
}

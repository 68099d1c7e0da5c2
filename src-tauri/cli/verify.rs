//! `verify`: whether everything that somebody keeps can be read.

use confidant_store::{Verified, verify as verify_store};
use confidant_vault::{Account, Unlocked};
use tokio::task::spawn_blocking;

use super::unlock::unlock;
use super::{Place, Problem, complain};

/// Verifies one account, or all of them.
pub(super) async fn verify(place: &Place, identifier: Option<&str>) -> Result<(), Problem> {
    let accounts = place.vault.list().await.map_err(|error| complain(&error.to_string()))?;
    let wanted = |account: &&Account| {
        identifier.is_none_or(|it| account.user.user.identifier == it.trim().to_lowercase())
    };
    let accounts: Vec<_> = accounts.iter().filter(wanted).collect();
    if accounts.is_empty() {
        return Err(complain("There is no such account."));
    }
    let mut well = true;
    for account in accounts {
        well &= one(place, account).await.is_ok();
    }
    if well { Ok(()) } else { Err(Problem) }
}

async fn one(place: &Place, account: &Account) -> Result<(), Problem> {
    let identifier = &account.user.user.identifier;
    let Unlocked { account, key } = unlock(place, account)
        .await
        .map_err(|error| complain(&format!("{identifier}: {error}")))?;
    let id = account.user.id;
    let dir = place.users().join(id.to_string());
    let work = move || verify_store(&dir, id, &key);
    let verified = match spawn_blocking(work).await {
        Ok(verified) => verified.map_err(|error| complain(&format!("{identifier}: {error}")))?,
        Err(error) => return Err(complain(&format!("{identifier}: {error}"))),
    };
    let Verified { threads, steps, files, damaged_files, repairs } = verified;
    println!("{identifier}: {threads} conversations, {steps} messages and steps, {files} files");
    if repairs.rebuilt {
        println!("  one of the two copies was made anew from the other");
    }
    if repairs.healed > 0 {
        println!("  {} entries were repaired from their second copy", repairs.healed);
    }
    if repairs.lost > 0 {
        println!("  {} entries are lost: both of their copies are damaged", repairs.lost);
    }
    for file in &damaged_files {
        println!("  the file {file} is damaged");
    }
    if repairs.lost == 0 && damaged_files.is_empty() {
        println!("  everything can be read");
        Ok(())
    } else {
        Err(Problem)
    }
}

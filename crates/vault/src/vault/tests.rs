//! What the vault adds to the accounts: one after the other, never for ever, and whatever happens.

use std::time::Instant;

use confidant_chat::port::directory::{Directory, DirectoryError};
use secrecy::ExposeSecret;

use super::*;
use crate::testing::faulty::Faulty;
use crate::testing::{self, new};

fn vault() -> Vault {
    Vault::with_store("app", testing::store())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_one_identifier_one_gets_it() {
    let vault = vault();
    let tries = (0..16).map(|_| {
        let vault = vault.clone();
        tokio::spawn(async move { vault.create(new("alice", "", true)).await })
    });
    let mut won = 0;
    for made in tries.collect::<Vec<_>>() {
        match made.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(error, VaultError::Taken),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(vault.list().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_made_at_once_are_counted_like_guesses_made_in_turn() {
    let vault = vault();
    vault.create(new("alice", "right", false)).await.unwrap();
    let tries = (0..12).map(|_| {
        let vault = vault.clone();
        tokio::spawn(async move { vault.unlock("alice", "wrong".into()).await.unwrap_err() })
    });
    let mut looked_at = 0;
    for refused in tries.collect::<Vec<_>>() {
        looked_at += usize::from(refused.await.unwrap() == VaultError::WrongPassword);
    }
    assert_eq!(looked_at, 5, "the others have to wait");
}

#[tokio::test]
async fn what_was_begun_is_finished_though_nobody_waits_for_it() {
    let vault = vault();
    let create = vault.create(new("alice", "right", false));
    // Long enough to begin and too short for the password.
    assert!(tokio::time::timeout(Duration::from_millis(5), create).await.is_err());
    assert_eq!(vault.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_keyring_that_does_not_answer_is_given_up_and_tried_again() {
    let faulty = Faulty::default();
    let patience = Duration::from_millis(50);
    let vault = Vault::with_store("app", faulty.store()).patient_for(patience);
    vault.create(new("alice", "", true)).await.unwrap();

    let (unlock, unlocked) = std::sync::mpsc::channel::<()>();
    let (silent, is_silent) = tokio::sync::oneshot::channel();
    let person = std::thread::spawn(move || {
        let silence = faulty.silence();
        silent.send(()).unwrap();
        unlocked.recv().unwrap();
        drop(silence);
    });
    is_silent.await.unwrap();
    for _ in 0..3 {
        let asked = Instant::now();
        assert_eq!(vault.list().await, Err(VaultError::KeyringLocked));
        assert!(asked.elapsed() < Duration::from_secs(5), "it waited {:?}", asked.elapsed());
    }
    let late = vault.create(new("bob", "", true)).await;
    assert_eq!(late.unwrap_err(), VaultError::KeyringLocked);
    unlock.send(()).unwrap();
    person.join().unwrap();
    let patient = vault.patient_for(PATIENCE);
    let listed = patient.list().await.unwrap().len();
    assert_eq!(listed, 1, "it answers again, and what never had its turn was not done after all");
}

#[tokio::test]
async fn a_panic_in_the_keyrings_client_is_an_error_and_not_the_end() {
    let faulty = Faulty::default();
    let vault = Vault::with_store("app", faulty.store());
    let id = vault.create(new("alice", "", true)).await.unwrap().account.user.id;
    faulty.panic(true);
    let failed = vault.unlock_remembered(id).await.unwrap_err();
    assert!(matches!(failed, VaultError::Keyring(_)), "{failed:?}");
    faulty.panic(false);
    assert!(vault.unlock_remembered(id).await.is_ok());
}

#[tokio::test]
async fn secrets_are_kept_per_account_and_name() {
    let vault = vault();
    let alice = vault.create(new("alice", "", true)).await.unwrap().account.user.id;
    let bob = vault.create(new("bob", "", true)).await.unwrap().account.user.id;
    let read = async |id, name| {
        let secret = vault.secret(id, name).await.unwrap();
        secret.map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(read(alice, "key").await, None);
    let long = "k".repeat(7_000);
    vault.set_secret(alice, "key", Some("sk-alice".into())).await.unwrap();
    vault.set_secret(alice, "a:b", Some(long.as_str().into())).await.unwrap();
    vault.set_secret(bob, "key", Some("sk-bob".into())).await.unwrap();
    assert_eq!(read(alice, "key").await.as_deref(), Some("sk-alice"));
    assert_eq!(read(alice, "a:b").await, Some(long));
    assert_eq!(read(bob, "key").await.as_deref(), Some("sk-bob"));

    vault.set_secret(alice, "key", Some("".into())).await.unwrap();
    vault.set_secret(alice, "a:b", None).await.unwrap();
    vault.set_secret(alice, "never there", None).await.unwrap();
    assert_eq!((read(alice, "key").await, read(alice, "a:b").await), (None, None));
    assert_eq!(read(bob, "key").await.as_deref(), Some("sk-bob"));
    let nobody = vault.set_secret(UserId::new(), "key", Some("x".into())).await;
    assert_eq!(nobody, Err(VaultError::NotFound));
}

#[tokio::test]
async fn conversations_see_people_and_not_how_they_sign_in() {
    let vault = vault();
    let alice = vault.create(new("alice", "", true)).await.unwrap().account.user;
    let directory: &dyn Directory = &vault;
    assert_eq!(directory.people().await, Ok(vec![alice.clone()]));
    let user = alice.user.clone().with_display_name("Alice").unwrap();
    let updated = directory.update(alice.id, user.clone()).await.unwrap();
    assert_eq!((updated.id, updated.user), (alice.id, user));
    let demoted = directory.update(alice.id, alice.user.with_role("member")).await;
    assert_eq!(demoted, Err(DirectoryError::LastAdmin));
    let nobody = directory.update(UserId::new(), User::new("bob").unwrap()).await;
    assert_eq!(nobody, Err(DirectoryError::NotFound));
}

#[tokio::test]
async fn an_account_reads_as_the_window_expects_it() {
    let account = vault().create(new("alice", "", true)).await.unwrap().account;
    let json = serde_json::to_value(&account).unwrap();
    let expected = serde_json::json!({
        "id": account.user.id.to_string(),
        "createdAt": account.user.created_at.to_string(),
        "identifier": "alice",
        "displayName": null,
        "metadata": {"role": "admin"},
        "hasPassword": false,
        "hasRecovery": false,
        "remembered": true,
    });
    assert_eq!(json, expected);
}

#[test]
fn the_keyring_has_a_name_that_people_know() {
    assert_eq!(vault().keyring_kind(), "Mock store");
    let expected = if cfg!(windows) {
        "Credential Manager"
    } else if cfg!(target_os = "macos") {
        "Keychain"
    } else {
        "Secret Service"
    };
    assert_eq!(Vault::open("app").keyring_kind(), expected);
}

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

/// A keyring that does not answer until something is sent; and what waits for that.
async fn silenced(faulty: Faulty) -> (std::sync::mpsc::Sender<()>, std::thread::JoinHandle<()>) {
    let (unlock, unlocked) = std::sync::mpsc::channel::<()>();
    let (silent, is_silent) = tokio::sync::oneshot::channel();
    let person = std::thread::spawn(move || {
        let silence = faulty.silence();
        silent.send(()).unwrap();
        unlocked.recv().unwrap();
        drop(silence);
    });
    is_silent.await.unwrap();
    (unlock, person)
}

#[tokio::test]
async fn a_keyring_that_does_not_answer_is_given_up_and_tried_again() {
    let faulty = Faulty::default();
    let patience = Duration::from_millis(50);
    let vault = Vault::with_store("app", faulty.store()).patient_for(patience);
    vault.create(new("alice", "", true)).await.unwrap();

    let (unlock, person) = silenced(faulty).await;
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
    let opened = [
        vault.create(new("alice", "", true)).await.unwrap(),
        vault.create(new("bob", "", true)).await.unwrap(),
    ];
    let [alice, bob] = opened.each_ref().map(|opened| vault.secrets(opened));
    let read = async |whose: Secrets<'_>, name| {
        let secret = whose.get(name).await.unwrap();
        secret.map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(read(alice, "key").await, None);
    let long = "k".repeat(7_000);
    alice.set("key", Some("sk-alice".into())).await.unwrap();
    alice.set("a:b", Some(long.as_str().into())).await.unwrap();
    bob.set("key", Some("sk-bob".into())).await.unwrap();
    assert_eq!(read(alice, "key").await.as_deref(), Some("sk-alice"));
    assert_eq!(read(alice, "a:b").await, Some(long));
    assert_eq!(read(bob, "key").await.as_deref(), Some("sk-bob"));

    alice.set("key", Some("".into())).await.unwrap();
    alice.set("a:b", None).await.unwrap();
    alice.set("never there", None).await.unwrap();
    assert_eq!((read(alice, "key").await, read(alice, "a:b").await), (None, None));
    assert_eq!(read(bob, "key").await.as_deref(), Some("sk-bob"));
    vault.delete(opened[1].account.user.id).await.unwrap();
    assert_eq!(bob.set("key", Some("x".into())).await, Err(VaultError::NotFound));
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

/// Accounts in a file in `home`, beside those of the keyring `store`.
fn with_file(home: &tempfile::TempDir, store: &Arc<CredentialStore>) -> Vault {
    Vault::with_store("app", Arc::clone(store)).with_file(home.path().join("accounts"))
}

/// Everything in the files of accounts, as text.
fn file_text(home: &tempfile::TempDir) -> String {
    let files = std::fs::read_dir(home.path().join("accounts")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[tokio::test]
async fn accounts_are_kept_in_a_file_only_where_somebody_chose_that() {
    let (home, store) = (tempfile::tempdir().unwrap(), testing::store());
    let vault = with_file(&home, &store);
    vault.create(new("alice", "", true)).await.unwrap();
    assert_eq!(vault.keeping(), Keeping { keeper: Keeper::Keyring, has_file: false });
    assert!(!home.path().join("accounts").exists());

    vault.choose(Keeper::File).await.unwrap();
    assert_eq!(vault.keeping(), Keeping { keeper: Keeper::File, has_file: true });
    assert_eq!(vault.list().await.unwrap(), [], "nothing moves by itself");
    let bob = vault.create(new("bob", "pw-of-bob", false)).await.unwrap();
    assert_eq!(bob.account.user.user.role(), Some("admin"), "the first one there");

    let again = with_file(&home, &store);
    assert_eq!(again.keeping().keeper, Keeper::File, "a choice outlives the program");
    assert!(testing::same_key(&again.unlock("bob", "pw-of-bob".into()).await.unwrap(), &bob));
    again.choose(Keeper::Keyring).await.unwrap();
    let again = with_file(&home, &store);
    assert_eq!(again.keeping(), Keeping { keeper: Keeper::Keyring, has_file: true });
    assert_eq!(again.list().await.unwrap()[0].user.user.identifier, "alice");

    let none = Vault::with_store("app", store).choose(Keeper::File).await;
    assert!(matches!(none, Err(VaultError::File(_))), "{none:?}");
}

#[tokio::test]
async fn a_keyring_that_hangs_does_not_keep_anybody_from_the_file() {
    let (home, faulty) = (tempfile::tempdir().unwrap(), Faulty::default());
    let vault = with_file(&home, &faulty.store()).patient_for(Duration::from_secs(5));
    let (unlock, person) = silenced(faulty).await;
    vault.choose(Keeper::File).await.unwrap();
    vault.create(new("alice", "pw", false)).await.unwrap();
    assert_eq!(vault.list().await.unwrap().len(), 1);
    unlock.send(()).unwrap();
    person.join().unwrap();
}

#[tokio::test]
async fn in_a_file_every_account_has_a_password_and_none_is_remembered() {
    let (home, store) = (tempfile::tempdir().unwrap(), testing::store());
    let vault = with_file(&home, &store);
    vault.choose(Keeper::File).await.unwrap();
    let create = async |new| vault.create(new).await.map(drop);
    assert_eq!(create(new("alice", "", false)).await, Err(VaultError::PasswordRequired));
    assert_eq!(create(new("alice", "pw", true)).await, Err(VaultError::RememberingOff));
    let alice = vault.create(new("alice", "pw", false)).await.unwrap();
    let id = alice.account.user.id;
    let remembered = vault.set_remembered(id, &alice.key, true).await;
    assert_eq!(remembered, Err(VaultError::RememberingOff));
    let none = vault.set_password(id, &alice.key, Some("pw".into()), None).await;
    assert_eq!(none, Err(VaultError::OnlySlot));
    assert_eq!(vault.unlock_remembered(id).await.unwrap_err(), VaultError::NotRemembered);

    let code = vault.new_recovery_code(id, &alice.key, Some("pw".into())).await.unwrap();
    let code = SecretString::from(code.text().to_string());
    let recovered = vault.recover("alice", code, "other".into()).await.unwrap();
    assert!(testing::same_key(&recovered, &alice));
    assert_eq!(vault.unlock("alice", "pw".into()).await.unwrap_err(), VaultError::WrongPassword);
}

#[tokio::test]
async fn a_file_holds_no_secret_as_it_is_and_nothing_of_an_account_that_is_gone() {
    let (home, store) = (tempfile::tempdir().unwrap(), testing::store());
    let vault = with_file(&home, &store);
    vault.choose(Keeper::File).await.unwrap();
    let alice = vault.create(new("alice", "pw", false)).await.unwrap();
    let bob = vault.create(new("bob", "hunter2-hunter2", false)).await.unwrap();
    let long = "sk-secret".repeat(1_000);
    vault.secrets(&alice).set("model", Some("sk-secret".into())).await.unwrap();
    vault.secrets(&bob).set("model", Some(long.as_str().into())).await.unwrap();

    let text = file_text(&home);
    assert!(text.contains("alice"), "who there is can be read");
    for secret in ["sk-secret", "hunter2", "unlock:"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let read = vault.secrets(&bob).get("model").await.unwrap().unwrap();
    assert_eq!(read.expose_secret(), long);
    let foreign = Unlocked { account: bob.account.clone(), key: alice.key };
    let refused = vault.secrets(&foreign).get("model").await;
    assert_eq!(refused.map(drop), Err(VaultError::Damaged), "another key opens nothing");

    vault.delete(bob.account.user.id).await.unwrap();
    let text = file_text(&home);
    assert!(!text.contains("bob") && !text.contains(&bob.account.user.id.to_string()), "{text}");
}

#[tokio::test]
async fn in_a_file_guesses_are_counted_across_restarts_too() {
    let (home, store) = (tempfile::tempdir().unwrap(), testing::store());
    let vault = with_file(&home, &store);
    vault.choose(Keeper::File).await.unwrap();
    vault.create(new("alice", "pw", false)).await.unwrap();
    for _ in 0..5 {
        vault.unlock("alice", "wrong".into()).await.unwrap_err();
    }
    let refused = with_file(&home, &store).unlock("alice", "pw".into()).await.unwrap_err();
    assert!(matches!(refused, VaultError::TooManyAttempts { .. }), "{refused:?}");
}

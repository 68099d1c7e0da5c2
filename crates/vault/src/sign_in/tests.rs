//! Opening accounts, on keyrings in memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use confidant_chat::clock;
use keyring_core::{CredentialStore, Error};

use super::*;
use crate::testing::faulty::Faulty;
use crate::testing::{self, accounts, new, same_key};

/// A keyring with Alice, who has a password and is not remembered, and what opened her account.
fn alice() -> (Arc<CredentialStore>, Unlocked) {
    let store = testing::store();
    let opened = accounts(&store).create(new("alice", "right", false)).unwrap();
    (store, opened)
}

fn attempt(
    store: &Arc<CredentialStore>,
    identifier: &str,
    password: &str,
    now: Timestamp,
) -> Result<Unlocked, VaultError> {
    // Other accounts in the same keyring each time: nothing is kept in memory in between.
    accounts(store).unlock(identifier, &password.into(), now)
}

#[test]
fn the_password_opens_the_account_to_the_same_key() {
    let (store, made) = alice();
    let opened = attempt(&store, " ALICE ", "right", clock::now()).unwrap();
    assert_eq!(opened.account, made.account);
    assert!(same_key(&opened, &made), "what was sealed before opens now");
}

#[test]
fn wrong_passwords_unknown_names_and_accounts_without_a_password_are_told_the_same() {
    let (store, _) = alice();
    accounts(&store).create(new("bob", "", true)).unwrap();
    for (identifier, password) in
        [("alice", "Right"), ("alice", ""), ("eve", "right"), ("bob", ""), ("", "x"), ("a\nb", "x")]
    {
        let refused = attempt(&store, identifier, password, clock::now()).unwrap_err();
        assert_eq!(refused, VaultError::WrongPassword, "{identifier:?} with {password:?}");
    }
}

#[test]
fn an_unknown_name_costs_the_keyring_and_the_processor_the_same_as_a_wrong_password() {
    let faulty = Faulty::default();
    let mut accounts = accounts(&faulty.store());
    accounts.create(new("alice", "right", false)).unwrap();
    let mut cost = |identifier| {
        let reads = faulty.reads();
        let times = [(); 3].map(|()| {
            let start = Instant::now();
            accounts.unlock(identifier, &"wrong".into(), clock::now()).unwrap_err();
            start.elapsed()
        });
        (faulty.reads() - reads, times.into_iter().min())
    };
    let [known, unknown] = [cost("alice"), cost("nobody")];
    assert_eq!(known.0, unknown.0, "the same number of questions to the keyring");
    // Filling 64 MiB takes tens of milliseconds, and not doing it takes none: the best of three
    // and a wide margin tell the two apart on any machine.
    assert!(unknown.1.map(|time| time * 4) > known.1, "{unknown:?} against {known:?}");
}

#[test]
fn the_sixth_attempt_has_to_wait_and_the_wait_survives_a_restart() {
    let (store, _) = alice();
    let start = clock::now();
    for _ in 0..5 {
        assert_eq!(
            attempt(&store, "alice", "wrong", start).unwrap_err(),
            VaultError::WrongPassword
        );
    }
    let wait = |seconds| VaultError::TooManyAttempts { retry_in: Duration::from_secs(seconds) };
    assert_eq!(attempt(&store, "alice", "right", start).unwrap_err(), wait(5));
    let later = start + Duration::from_secs(3);
    assert_eq!(attempt(&store, "alice", "right", later).unwrap_err(), wait(2), "it does not grow");

    let after = start + Duration::from_secs(5);
    assert_eq!(attempt(&store, "alice", "wrong", after).unwrap_err(), VaultError::WrongPassword);
    assert_eq!(attempt(&store, "alice", "right", after).unwrap_err(), wait(10), "now it does");
    assert!(attempt(&store, "alice", "right", after + Duration::from_secs(10)).is_ok());
}

#[test]
fn one_persons_failures_keep_nobody_else_out() {
    let (store, _) = alice();
    accounts(&store).create(new("bob", "bobs", false)).unwrap();
    for _ in 0..5 {
        attempt(&store, "alice", "wrong", clock::now()).unwrap_err();
        attempt(&store, "nobody", "wrong", clock::now()).unwrap_err();
    }
    assert!(attempt(&store, "bob", "bobs", clock::now()).is_ok());
    let waiting = attempt(&store, "nobody else", "wrong", clock::now()).unwrap_err();
    assert!(
        matches!(waiting, VaultError::TooManyAttempts { .. }),
        "names that nobody has wait like those that somebody has: {waiting:?}"
    );
}

#[test]
fn success_starts_the_count_again() {
    let (store, _) = alice();
    let now = clock::now();
    for _ in 0..3 {
        for _ in 0..4 {
            attempt(&store, "alice", "wrong", now).unwrap_err();
        }
        assert!(attempt(&store, "alice", "right", now).is_ok());
    }
    let left = testing::entries(&store);
    assert!(!left.iter().any(|(name, _)| name.starts_with("attempts:")), "{left:?}");
}

#[test]
fn without_a_count_there_is_no_attempt() {
    let faulty = Faulty::default();
    let mut accounts = accounts(&faulty.store());
    accounts.create(new("alice", "right", false)).unwrap();
    faulty.allow(0);
    for password in ["wrong", "right"] {
        let refused = accounts.unlock("alice", &password.into(), clock::now()).unwrap_err();
        assert_eq!(
            refused,
            VaultError::KeyringLocked,
            "a keyring that takes no count opens nothing"
        );
    }
}

#[test]
fn ending_the_program_during_an_attempt_gives_no_other_one() {
    let faulty = Faulty::default();
    let mut accounts = accounts(&faulty.store());
    accounts.create(new("alice", "right", false)).unwrap();
    for _ in 0..5 {
        // The count is written and not removed again, as if the program had ended in between.
        faulty.allow(1);
        assert!(accounts.unlock("alice", &"right".into(), clock::now()).is_ok());
    }
    faulty.allow(usize::MAX);
    let refused = accounts.unlock("alice", &"right".into(), clock::now()).unwrap_err();
    assert!(matches!(refused, VaultError::TooManyAttempts { .. }), "{refused:?}");
}

#[test]
fn a_count_that_cannot_be_read_costs_one_wait() {
    for garbage in [b"many".as_slice(), b"\xFF", b"{\"failures\":-1}"] {
        let (store, made) = alice();
        let entry = store.build("app", &names::attempts(made.account.user.id), None).unwrap();
        entry.set_secret(garbage).unwrap();
        let now = clock::now();
        let refused = attempt(&store, "alice", "right", now).unwrap_err();
        assert_eq!(refused, VaultError::TooManyAttempts { retry_in: Duration::from_secs(5) });
        assert!(attempt(&store, "alice", "right", now + Duration::from_secs(5)).is_ok());
    }
}

#[test]
fn being_remembered_can_be_switched_on_and_off() {
    let (store, made) = alice();
    let mut accounts = accounts(&store);
    let id = made.account.user.id;
    assert_eq!(accounts.unlock_remembered(id).unwrap_err(), VaultError::NotRemembered);

    let slot = RememberedSlot::lock(&made.key);
    let account = accounts.set_remembered(id, Some(&slot)).unwrap();
    assert!(account.remembered && account.has_password);
    let opened = accounts.unlock_remembered(id).unwrap();
    assert!(same_key(&opened, &made));
    assert_eq!(opened.account, account);

    assert!(!accounts.set_remembered(id, None).unwrap().remembered);
    assert_eq!(accounts.unlock_remembered(id).unwrap_err(), VaultError::NotRemembered);
    assert!(attempt(&store, "alice", "right", clock::now()).is_ok(), "the password still opens it");
}

#[test]
fn the_only_way_in_cannot_be_forgotten() {
    let mut accounts = accounts(&testing::store());
    let made = accounts.create(new("bob", "", false)).unwrap();
    let id = made.account.user.id;
    assert_eq!(accounts.set_remembered(id, None).unwrap_err(), VaultError::OnlySlot);
    assert!(same_key(&accounts.unlock_remembered(id).unwrap(), &made));
}

#[test]
fn nobody_is_not_remembered_either() {
    let (store, made) = alice();
    let mut accounts = accounts(&store);
    let slot = RememberedSlot::lock(&made.key);
    let nobody = UserId::new();
    assert_eq!(accounts.set_remembered(nobody, Some(&slot)).unwrap_err(), VaultError::NotFound);
    assert_eq!(accounts.unlock_remembered(nobody).unwrap_err(), VaultError::NotFound);
}

#[test]
fn a_remembered_key_that_was_changed_is_damage() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    let id = accounts.create(new("bob", "", true)).unwrap().account.user.id;
    store.build("app", &names::unlock(id), None).unwrap().set_secret(b"sesame").unwrap();
    assert_eq!(accounts.unlock_remembered(id).unwrap_err(), VaultError::Damaged);
}

#[test]
fn a_remembered_key_that_was_changed_gives_way_to_the_password() {
    let (store, made) = alice();
    let mut accounts = accounts(&store);
    let id = made.account.user.id;
    store.build("app", &names::unlock(id), None).unwrap().set_secret(b"sesame").unwrap();
    assert_eq!(accounts.unlock_remembered(id).unwrap_err(), VaultError::NotRemembered);
    assert!(!accounts.one(id).unwrap().account().remembered, "it is not in the way of another");
}

#[test]
fn a_keyring_that_locks_in_between_says_so() {
    let (store, made) = alice();
    let locked = || Error::NoStorageAccess("locked".into());
    testing::fail_next(&store, "app", &names::attempts(made.account.user.id), locked());
    let refused = attempt(&store, "alice", "right", clock::now()).unwrap_err();
    assert_eq!(refused, VaultError::KeyringLocked);
}

#[test]
fn no_entry_holds_the_password() {
    let (store, made) = alice();
    accounts(&store).create(new("bob", "hunter2-hunter2", true)).unwrap();
    attempt(&store, "bob", "hunter2-hunter3", clock::now()).unwrap_err();
    let (id, key) = (made.account.user.id, testing::sealing_key(&made));
    accounts(&store).set_secret(id, &key, "key", Some(&"sk".into())).unwrap();
    for (name, text) in testing::entries(&store) {
        assert!(!text.contains("hunter2") && !text.contains("right"), "{name} does: {text}");
    }
}

/// What the desk of a signed-in person has of their key.
fn slot(opened: &Unlocked) -> RememberedSlot {
    RememberedSlot::lock(&opened.key)
}

#[test]
fn another_password_opens_to_the_same_key_and_the_old_one_to_nothing() {
    let (store, made) = alice();
    let id = made.account.user.id;
    let change = |current: Option<&str>, new: &str| {
        let (current, new) = (current.map(Into::into), SecretString::from(new));
        accounts(&store).set_password(id, &slot(&made), current.as_ref(), Some(&new), clock::now())
    };
    assert_eq!(change(Some("wrong"), "next"), Err(VaultError::WrongPassword));
    assert_eq!(change(None, "next"), Err(VaultError::WrongPassword));
    assert_eq!(change(Some("right"), ""), Err(VaultError::PasswordRequired));
    assert!(change(Some("right"), "next").unwrap().has_password);
    let refused = attempt(&store, "alice", "right", clock::now()).unwrap_err();
    assert_eq!(refused, VaultError::WrongPassword);
    assert!(same_key(&attempt(&store, "alice", "next", clock::now()).unwrap(), &made));
}

#[test]
fn a_password_can_be_given_and_taken_away_but_not_the_last_way_in() {
    let store = testing::store();
    let bob = accounts(&store).create(new("bob", "", true)).unwrap();
    let id = bob.account.user.id;
    let set = |current: Option<&str>, new: Option<&str>| {
        let [current, new] = [current, new].map(|it| it.map(SecretString::from));
        let now = clock::now();
        accounts(&store).set_password(id, &slot(&bob), current.as_ref(), new.as_ref(), now)
    };
    assert!(set(None, Some("first")).unwrap().has_password);
    accounts(&store)
        .new_recovery_code(id, &slot(&bob), Some(&"first".into()), clock::now())
        .unwrap();
    accounts(&store).set_remembered(id, None).unwrap();
    assert_eq!(set(Some("first"), None), Err(VaultError::OnlySlot));
    accounts(&store).set_remembered(id, Some(&slot(&bob))).unwrap();
    let account = set(Some("first"), None).unwrap();
    assert_eq!((account.has_password, account.has_recovery), (false, false));
    assert!(same_key(&accounts(&store).unlock_remembered(id).unwrap(), &bob));
}

#[test]
fn a_recovery_code_opens_the_account_and_gives_it_a_new_password() {
    let (store, made) = alice();
    let id = made.account.user.id;
    let password = SecretString::from("right");
    let code =
        |password| accounts(&store).new_recovery_code(id, &slot(&made), password, clock::now());
    assert_eq!(code(None).map(drop), Err(VaultError::WrongPassword), "who only found it open");
    let [old, new] = [(), ()].map(|()| code(Some(&password)).unwrap().text().to_string());
    let recover = |identifier: &str, code: &str, password: &str| {
        accounts(&store).recover(identifier, code, &password.into(), clock::now())
    };
    for (identifier, code) in [("alice", &old), ("eve", &new), ("alice", &"right".to_owned())] {
        let refused = recover(identifier, code, "next").map(drop);
        assert_eq!(refused, Err(VaultError::WrongPassword), "{identifier} with {code}");
    }
    assert_eq!(recover("alice", &new, "").map(drop), Err(VaultError::PasswordRequired));
    let opened = recover("Alice", &new.to_lowercase(), "next").unwrap();
    assert!(same_key(&opened, &made) && opened.account.has_recovery);
    assert!(same_key(&attempt(&store, "alice", "next", clock::now()).unwrap(), &made));
}

#[test]
fn codes_and_passwords_are_counted_together() {
    let (store, made) = alice();
    let (id, now) = (made.account.user.id, clock::now());
    let code = accounts(&store).new_recovery_code(id, &slot(&made), Some(&"right".into()), now);
    let code = code.unwrap().text().to_string();
    let wrong = RecoveryCode::random().unwrap().text().to_string();
    for _ in 0..5 {
        accounts(&store).recover("alice", &wrong, &"next".into(), now).unwrap_err();
    }
    let refused = accounts(&store).recover("alice", &code, &"next".into(), now).map(drop);
    assert!(matches!(refused, Err(VaultError::TooManyAttempts { .. })), "{refused:?}");
    let refused = attempt(&store, "alice", "right", now).map(drop);
    assert!(matches!(refused, Err(VaultError::TooManyAttempts { .. })), "{refused:?}");
}

//! The vault on a real keyring: `gnome-keyring-daemon` on a bus of its own.
//!
//! Which bus a program speaks to is decided by its environment, and this one's must not change. So
//! every test here runs twice: outside it starts the keyring and then itself again as another
//! program with that keyring in its environment, and inside, there, it uses the vault.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use confidant_chat::ids::UserId;
use confidant_chat::user::User;
use confidant_seal::{Place, Purpose};
use confidant_vault::{NewAccount, Unlocked, Vault, VaultError};
use secrecy::{ExposeSecret, SecretString};

#[path = "../../../tests/support/keyring.rs"]
mod keyring;

use keyring::PrivateKeyring;

/// The environment variable that tells a test that it is inside, and what to do there.
const INSIDE: &str = "CONFIDANT_TEST_INSIDE";

/// Where both sides of a test can leave things for each other.
const SHARED: &str = "CONFIDANT_TEST_SHARED";

const SERVICE: &str = "confidant-test";
const PASSWORD: &str = "correct horse battery staple";

/// Runs `inside` with the name of the part to play there, or else `outside`.
fn in_two_roles(outside: impl FnOnce(), inside: impl AsyncFnOnce(&str)) {
    match env::var(INSIDE) {
        Err(_) => outside(),
        Ok(part) => tokio::runtime::Runtime::new().unwrap().block_on(inside(&part)),
    }
}

/// Runs the test that calls this once more, inside, in this environment.
fn inside<const N: usize>(part: &str, envs: [(&'static str, OsString); N]) {
    let test = thread::current().name().expect("tests run on threads named for them").to_owned();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", &test])
        .envs(envs)
        .env(INSIDE, part)
        .env_remove("DISPLAY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{test}, part {part}:\n{said}\n{complained}");
    assert!(said.contains("1 passed"), "{test} did not find itself:\n{said}");
}

fn new(identifier: &str, password: Option<&str>, remember: bool) -> NewAccount {
    let user = User::new(identifier).unwrap();
    NewAccount { user, password: password.map(SecretString::from), remember }
}

/// Whether both open to the same data key.
fn same_key(one: &Unlocked, other: &Unlocked) -> bool {
    let place = Place { tree: "test", key: b"", user: b"" };
    let sealed = one.key.sealing_key(Purpose::Records).seal(&place, b"text").unwrap();
    other.key.sealing_key(Purpose::Records).open(&place, &sealed).is_ok()
}

/// What another program sees of the service, attributes and secrets.
fn secret_tool() -> String {
    let output = Command::new("secret-tool")
        .args(["search", "--all", "service", SERVICE])
        .stdin(Stdio::null())
        .output()
        .expect("secret-tool of the package libsecret-tools");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8(said).unwrap()
}

#[test]
fn accounts_are_made_opened_changed_and_removed() {
    let outside = || {
        let keyring = PrivateKeyring::start().unwrap();
        inside("all", keyring.envs());
    };
    in_two_roles(outside, async |_| {
        let vault = Vault::open(SERVICE);
        assert_eq!(vault.keyring_kind(), "Secret Service");
        assert_eq!(vault.list().await, Ok(vec![]), "a fresh keyring holds nobody");

        let mut alice = new("Alice@Example.com", Some(PASSWORD), false);
        alice.user = alice.user.with_display_name("Alice Ä. 😀").unwrap();
        alice.user.metadata.insert("note".into(), "ä€😀".repeat(2_000).into());
        let alice = vault.create(alice).await.unwrap();
        let bob = vault.create(new("bob", None, false)).await.unwrap();
        let ids = [&alice, &bob].map(|opened| opened.account.user.id);
        let again = vault.create(new("BOB", None, true)).await.unwrap_err();
        assert_eq!(again, VaultError::Taken);

        // Another vault knows only what is in the keyring.
        let vault = Vault::open(SERVICE);
        let made = vec![alice.account.clone(), bob.account.clone()];
        assert_eq!(vault.list().await.unwrap(), made);
        let opened = vault.unlock("alice@example.com", PASSWORD.into()).await.unwrap();
        assert!(same_key(&opened, &alice));
        let refused = vault.unlock("alice@example.com", "wrong".into()).await.unwrap_err();
        assert_eq!(refused, VaultError::WrongPassword);
        assert_eq!(vault.unlock_remembered(ids[0]).await.unwrap_err(), VaultError::NotRemembered);
        assert!(same_key(&vault.unlock_remembered(ids[1]).await.unwrap(), &bob));

        let remembered = vault.set_remembered(ids[0], &opened.key, true).await.unwrap();
        assert!(remembered.remembered);
        assert!(same_key(&vault.unlock_remembered(ids[0]).await.unwrap(), &alice));
        let forgetting_bob = vault.set_remembered(ids[1], &bob.key, false).await;
        assert_eq!(forgetting_bob.unwrap_err(), VaultError::OnlySlot);

        let key = "sk-".to_owned() + &"k".repeat(6_000);
        vault.secrets(&opened).set("model", Some(key.as_str().into())).await.unwrap();
        let read = vault.secrets(&opened).get("model").await.unwrap().unwrap();
        assert_eq!(read.expose_secret(), key);

        let seen = secret_tool();
        for id in ids {
            assert!(seen.contains(&format!("attribute.username = user:{id}")), "{seen}");
        }
        assert!(seen.contains("\"identifier\":\"bob\""), "it does show what is stored: {seen}");
        assert!(!seen.contains(PASSWORD), "and nowhere is the password");
        let longest = seen.lines().map(str::len).max();
        assert!(longest < Some(2_100), "no entry is longer than Windows allows: {longest:?}");

        let renamed = User::new("alicia").unwrap().with_role("admin");
        let renamed = vault.update(ids[0], renamed).await.unwrap();
        assert_eq!(vault.list().await.unwrap(), vec![renamed, bob.account.clone()]);
        assert!(vault.unlock("alicia", PASSWORD.into()).await.is_ok());
        assert_eq!(vault.delete(ids[0]).await, Err(VaultError::LastAdmin));
        vault.delete(ids[1]).await.unwrap();
        vault.delete(ids[0]).await.unwrap();
        assert_eq!(vault.list().await, Ok(vec![]));
        let left = secret_tool();
        assert!(!left.contains("attribute."), "nothing is left of either: {left}");
    });
}

#[test]
fn accounts_and_failed_attempts_outlive_the_program_and_the_keyring() {
    let outside = || {
        let mut keyring = PrivateKeyring::start().unwrap();
        inside("before", keyring.envs());
        keyring.lock().unwrap();
        inside("locked", keyring.envs());
        keyring.unlock().unwrap();
        inside("after", keyring.envs());
    };
    in_two_roles(outside, async |part| {
        let vault = Vault::open(SERVICE);
        match part {
            "before" => {
                let alice = vault.create(new("alice", Some(PASSWORD), true)).await.unwrap();
                let key = Some("sk-1".into());
                vault.secrets(&alice).set("model", key).await.unwrap();
                for _ in 0..10 {
                    let refused = vault.unlock("alice", "wrong".into()).await.unwrap_err();
                    if matches!(refused, VaultError::TooManyAttempts { .. }) {
                        return;
                    }
                }
                panic!("ten wrong passwords in a row were all tried");
            }
            "locked" => {
                let asked = Instant::now();
                assert_eq!(vault.list().await, Err(VaultError::KeyringLocked));
                let opened = vault.unlock("alice", PASSWORD.into()).await;
                assert_eq!(opened.unwrap_err(), VaultError::KeyringLocked);
                let made = vault.create(new("bob", None, true)).await;
                assert_eq!(made.unwrap_err(), VaultError::KeyringLocked);
                assert!(asked.elapsed() < Duration::from_secs(100), "{:?}", asked.elapsed());
            }
            _ => {
                let [alice] = &vault.list().await.unwrap()[..] else {
                    panic!("one account was made")
                };
                let waiting = match vault.unlock("alice", PASSWORD.into()).await {
                    Err(VaultError::TooManyAttempts { retry_in }) => retry_in,
                    // So slow a machine that the five seconds have passed.
                    other => other.map(|_| Duration::ZERO).unwrap(),
                };
                thread::sleep(waiting);
                assert!(vault.unlock("alice", PASSWORD.into()).await.is_ok());
                let alice = vault.unlock_remembered(alice.user.id).await.unwrap();
                let secret = vault.secrets(&alice).get("model").await.unwrap().unwrap();
                assert_eq!(secret.expose_secret(), "sk-1");
            }
        }
    });
}

#[test]
fn a_locked_keyring_takes_no_account() {
    let outside = || {
        let keyring = PrivateKeyring::start_locked().unwrap();
        inside("all", keyring.envs());
    };
    in_two_roles(outside, async |_| {
        let made = Vault::open(SERVICE).create(new("alice", None, true)).await;
        assert_eq!(made.unwrap_err(), VaultError::KeyringLocked);
    });
}

#[test]
fn without_a_bus_there_is_no_keyring() {
    let outside = || {
        inside("all", [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus".into())]);
        inside("all", [("DBUS_SESSION_BUS_ADDRESS", "nonsense".into())]);
    };
    in_two_roles(outside, async |_| {
        let vault = Vault::open(SERVICE);
        for _ in 0..2 {
            assert_eq!(vault.list().await, Err(VaultError::NoKeyring));
            let made = vault.create(new("alice", None, true)).await;
            assert_eq!(made.unwrap_err(), VaultError::NoKeyring);
            let opened = vault.unlock("alice", PASSWORD.into()).await;
            assert_eq!(opened.unwrap_err(), VaultError::NoKeyring);
            assert_eq!(vault.delete(UserId::new()).await, Err(VaultError::NoKeyring));
        }
    });
}

#[test]
fn a_keyring_that_starts_late_or_again_is_found_by_a_running_program() {
    let outside = || {
        let mut keyring = PrivateKeyring::start_without_keyring().unwrap();
        let shared = keyring.directory().to_owned();
        let [bus, runtime] = keyring.envs();
        let envs = [bus, runtime, (SHARED, shared.clone().into())];
        let test = thread::current().name().unwrap().to_owned();
        thread::scope(|scope| {
            let named = thread::Builder::new().name(test);
            let program = named.spawn_scoped(scope, || inside("all", envs)).unwrap();
            for (wish, answer) in
                [("wants-keyring", "has-keyring"), ("wants-another", "has-another")]
            {
                while !shared.join(wish).exists() && !program.is_finished() {
                    thread::sleep(Duration::from_millis(10));
                }
                keyring.unlock().unwrap();
                fs::write(shared.join(answer), "").unwrap();
            }
            program.join().unwrap();
        });
    };
    in_two_roles(outside, async |_| {
        let shared = PathBuf::from(env::var_os(SHARED).unwrap());
        let ask_for = async |wish: &str, answer: &str| {
            fs::write(shared.join(wish), "").unwrap();
            let start = Instant::now();
            while !shared.join(answer).exists() {
                assert!(start.elapsed() < Duration::from_secs(60), "{answer} never came");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let vault = Vault::open(SERVICE);
        assert_eq!(vault.list().await, Err(VaultError::NoKeyring), "a bus alone is none");

        ask_for("wants-keyring", "has-keyring").await;
        let alice = vault.create(new("alice", None, true)).await.unwrap();
        let id = alice.account.user.id;

        ask_for("wants-another", "has-another").await;
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(vault.unlock_remembered(id).await.map(|opened| opened.account));
        }
        assert_eq!(answers.last(), Some(&Ok(alice.account)), "{answers:?}");
    });
}

//! Who joins, changes and leaves, on keyrings in memory.

use confidant_chat::name::NameError;
use keyring_core::Error;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::faulty::Faulty;
use crate::testing::{self, accounts, new};

fn identifiers(accounts: &mut Accounts) -> Vec<String> {
    let all = accounts.all().unwrap();
    all.into_iter().map(|stored| stored.record.user.user.identifier).collect()
}

#[test]
fn the_first_account_is_admin_and_the_others_are_not_whatever_they_say() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    let mut first = new("alice", "", true);
    first.user = first.user.with_role("nobody");
    first.user.metadata.insert("theme".into(), "dark".into());
    let first = accounts.create(first).unwrap().account;
    assert_eq!(first.user.user.role(), Some("admin"));
    assert_eq!(first.user.user.metadata["theme"], "dark", "the rest is kept");

    let mut second = new("bob", "", true);
    second.user = second.user.with_role("admin");
    assert_eq!(accounts.create(second).unwrap().account.user.user.role(), Some("member"));
}

#[test]
fn accounts_are_listed_oldest_first_with_their_ways_in() {
    let store = testing::store();
    let mut made = Vec::new();
    for (name, password, remember) in
        [("carol", "pw", false), ("alice", "pw", true), ("bob", "", true), ("dora", "", false)]
    {
        made.push(accounts(&store).create(new(name, password, remember)).unwrap().account);
    }
    let listed = accounts(&store).all().unwrap();
    assert_eq!(listed.iter().map(Stored::account).collect::<Vec<_>>(), made);
    let ways = made.iter().map(|account| (account.has_password, account.remembered));
    assert_eq!(
        ways.collect::<Vec<_>>(),
        [(true, false), (true, true), (false, true), (false, true)],
        "without a password an account is remembered, asked for or not"
    );
}

#[test]
fn an_identifier_is_given_once_however_it_is_written() {
    let mut accounts = accounts(&testing::store());
    accounts.create(new("alice@example.com", "", true)).unwrap();
    let mut again = new("bob", "", true);
    again.user.identifier = " Alice@Example.COM".into();
    assert_eq!(accounts.create(again).unwrap_err(), VaultError::Taken);
    assert_eq!(identifiers(&mut accounts), ["alice@example.com"]);
}

#[test]
fn what_cannot_be_a_name_or_a_password_makes_no_account() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    let mut nameless = new("x", "", true);
    nameless.user.identifier = "  ".into();
    assert_eq!(accounts.create(nameless).unwrap_err(), VaultError::Name(NameError::Empty));
    let mut odd = new("x", "", true);
    odd.user.display_name = Some("a\nb".into());
    assert_eq!(accounts.create(odd).unwrap_err(), VaultError::Name(NameError::Control));
    let mut open = new("x", "", true);
    open.password = Some("".into());
    assert_eq!(accounts.create(open).unwrap_err(), VaultError::PasswordRequired);
    assert_eq!(testing::entries(&store), []);
}

#[test]
fn an_update_changes_everything_but_the_id_and_the_time() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    let before = accounts.create(new("alice", "pw", true)).unwrap().account;
    let mut user = before.user.user.clone();
    user.identifier = "Alicia".into();
    user.display_name = Some("  Alicia A. ".into());
    user.metadata.insert("theme".into(), json!("dark"));
    let after = accounts.update(before.user.id, user).unwrap();
    assert_eq!((after.user.id, after.user.created_at), (before.user.id, before.user.created_at));
    assert_eq!(after.user.user.identifier, "alicia");
    assert_eq!(after.user.user.display_name.as_deref(), Some("Alicia A."));
    assert_eq!(
        after.user.user.metadata,
        *json!({"role": "admin", "theme": "dark"}).as_object().unwrap()
    );
    assert!(after.has_password && after.remembered, "the ways in are untouched");
    assert_eq!(
        accounts.one(before.user.id).unwrap().account(),
        after,
        "and that is what is stored"
    );
}

#[test]
fn an_update_cannot_take_anothers_identifier_or_make_up_an_account() {
    let mut accounts = accounts(&testing::store());
    accounts.create(new("alice", "", true)).unwrap();
    let bob = accounts.create(new("bob", "", true)).unwrap().account.user;
    let named = |name| User::new(name).unwrap();
    assert_eq!(accounts.update(bob.id, named("ALICE")).unwrap_err(), VaultError::Taken);
    assert!(accounts.update(bob.id, named("bob")).is_ok(), "one's own is not taken");
    assert_eq!(accounts.update(UserId::new(), named("eve")).unwrap_err(), VaultError::NotFound);
    assert_eq!(identifiers(&mut accounts), ["alice", "bob"]);
}

#[test]
fn somebody_is_always_admin() {
    let mut accounts = accounts(&testing::store());
    let alice = accounts.create(new("alice", "", true)).unwrap().account.user;
    let member = alice.user.clone().with_role("member");
    assert_eq!(accounts.update(alice.id, member.clone()).unwrap_err(), VaultError::LastAdmin);

    let bob = accounts.create(new("bob", "", true)).unwrap().account.user;
    assert_eq!(accounts.delete(alice.id).unwrap_err(), VaultError::LastAdmin);
    accounts.update(bob.id, bob.user.clone().with_role("admin")).unwrap();
    accounts.update(alice.id, member).unwrap();
    accounts.delete(alice.id).unwrap();
    accounts.delete(bob.id).unwrap();
    assert_eq!(identifiers(&mut accounts).len(), 0, "the only account may go, admin or not");
}

#[test]
fn deleting_removes_every_entry_of_that_account_and_no_other() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    accounts.create(new("alice", "", true)).unwrap();
    let theirs = testing::entries(&store);
    let opened = accounts.create(new("bob", "pw", true)).unwrap();
    let (bob, key) = (&opened.account.user, testing::sealing_key(&opened));
    accounts.set_secret(bob.id, &key, "openai", Some(&"sk-1".into())).unwrap();
    accounts.set_secret(bob.id, &key, "long", Some(&"x".repeat(5_000).as_str().into())).unwrap();
    accounts.unlock("bob", &"wrong".into(), clock::now()).unwrap_err();
    assert_eq!(testing::entries(&store).len(), theirs.len() + 8);
    accounts.delete(bob.id).unwrap();
    assert_eq!(testing::entries(&store), theirs);
    assert_eq!(accounts.delete(bob.id).unwrap_err(), VaultError::NotFound);
}

#[test]
fn a_record_that_cannot_be_read_hides_nobody_else_and_can_be_deleted() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    accounts.create(new("alice", "", true)).unwrap();
    let bob = accounts.create(new("bob", "", true)).unwrap().account.user;
    let entry = store.build("app", &names::user(bob.id), None).unwrap();
    for garbage in [b"{}".as_slice(), b"\xFF\xFE", b"confidant-parts-1:{}"] {
        entry.set_secret(garbage).unwrap();
        assert_eq!(identifiers(&mut accounts), ["alice"]);
        assert_eq!(accounts.one(bob.id).unwrap_err(), VaultError::Damaged);
    }
    accounts.delete(bob.id).unwrap();
    let left = testing::entries(&store);
    assert!(left.iter().all(|(name, _)| !names::belongs_to(name, bob.id)), "{left:?}");
}

#[test]
fn damaging_every_record_makes_nobody_admin() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    let alice = accounts.create(new("alice", "", true)).unwrap().account.user;
    store.build("app", &names::user(alice.id), None).unwrap().set_secret(b"{}").unwrap();
    assert_eq!(identifiers(&mut accounts), [""; 0], "nobody can be read");
    let eve = accounts.create(new("eve", "", true)).unwrap().account.user.user;
    assert_eq!(eve.role(), Some(MEMBER));

    accounts.delete(alice.id).unwrap();
    let left = accounts.all().unwrap()[0].record.user.id;
    accounts.delete(left).unwrap();
    let first = accounts.create(new("bob", "", true)).unwrap().account.user.user;
    assert!(first.is_admin(), "where there is really nobody, somebody has to be");
}

#[test]
fn what_a_newer_version_wrote_is_neither_absent_nor_touched() {
    let store = testing::store();
    let mut accounts = accounts(&store);
    let alice = accounts.create(new("alice", "right", true)).unwrap().account.user;
    let bob = accounts.create(new("bob", "right", true)).unwrap().account.user;
    let entry = store.build("app", &names::user(alice.id), None).unwrap();
    entry.set_secret(br#"{"version":3,"who":"alice"}"#).unwrap();
    let before = testing::entries(&store);

    let newer = || VaultError::Newer { found: 3, known: 2 };
    assert_eq!(accounts.all().unwrap_err(), newer());
    assert_eq!(accounts.create(new("alice", "", true)).unwrap_err(), newer(), "it may be taken");
    let opened = accounts.unlock("alice", &"right".into(), clock::now());
    assert_eq!(opened.unwrap_err(), newer());
    assert_eq!(accounts.unlock_remembered(alice.id).unwrap_err(), newer());
    assert_eq!(accounts.update(alice.id, User::new("al").unwrap()).unwrap_err(), newer());
    for id in [alice.id, bob.id] {
        assert_eq!(accounts.delete(id).unwrap_err(), newer());
    }
    assert_eq!(testing::entries(&store), before);
}

#[test]
fn a_locked_record_is_an_error_and_not_a_missing_account() {
    let store = testing::store();
    let alice = accounts(&store).create(new("alice", "", true)).unwrap().account.user;
    let locked = Error::NoStorageAccess("locked".into());
    testing::fail_next(&store, "app", &names::user(alice.id), locked);
    assert_eq!(accounts(&store).all().unwrap_err(), VaultError::KeyringLocked);
}

/// Ends the program after every possible number of changes to the keyring, and hands what is there
/// then, with whether the call succeeded, to `check`. Stops when nothing was interrupted any more.
fn interrupt<T>(
    prepare: impl Fn(&mut Accounts) -> T,
    work: impl Fn(&mut Accounts, &T) -> bool,
    check: impl Fn(&mut Accounts, &Faulty, &T, bool),
) {
    for changes in 0..50 {
        let faulty = Faulty::default();
        let mut accounts = accounts(&faulty.store());
        let prepared = prepare(&mut accounts);
        faulty.allow(changes);
        let done = work(&mut accounts, &prepared);
        faulty.allow(usize::MAX);
        let mut restarted = testing::accounts(&faulty.store());
        check(&mut restarted, &faulty, &prepared, done);
        if done {
            assert!(changes > 1, "a call that changes several entries was interrupted");
            return;
        }
    }
    panic!("the call never succeeded");
}

#[test]
fn an_interrupted_creation_leaves_no_account_or_a_whole_one() {
    interrupt(
        |_| (),
        |accounts, ()| accounts.create(new("alice", "", true)).is_ok(),
        |accounts, _, (), done| {
            let all = accounts.all().unwrap();
            assert_eq!(all.len(), usize::from(done));
            for stored in all {
                assert!(accounts.unlock_remembered(stored.record.user.id).is_ok());
            }
            assert_eq!(accounts.create(new("alice", "", true)).is_ok(), !done, "one can go on");
        },
    );
}

#[test]
fn an_interrupted_deletion_is_finished_later_or_was_never_begun() {
    interrupt(
        |accounts| {
            let opened = accounts.create(new("alice", "", true)).unwrap();
            let (id, key) = (opened.account.user.id, testing::sealing_key(&opened));
            let long = "x".repeat(5_000);
            accounts.set_secret(id, &key, "key", Some(&long.as_str().into())).unwrap();
            (id, key)
        },
        |accounts, (id, _)| accounts.delete(*id).is_ok(),
        |accounts, faulty, (id, key), done| {
            let entries = faulty.names().len();
            if accounts.all().unwrap().is_empty() {
                assert!(done || entries > 0);
                assert_eq!(faulty.names(), [""; 0], "whoever asks for the accounts finishes it");
                assert_eq!(accounts.delete(*id), Err(VaultError::NotFound));
            } else {
                assert!(!done, "a deleted account is not listed");
                assert!(accounts.unlock_remembered(*id).is_ok(), "then it is still whole");
                assert!(accounts.secret(*id, key, "key").unwrap().is_some());
            }
        },
    );
}

#[test]
fn deleting_again_finishes_an_interrupted_deletion() {
    let faulty = Faulty::default();
    let mut accounts = accounts(&faulty.store());
    let id = accounts.create(new("alice", "", true)).unwrap().account.user.id;
    faulty.allow(1);
    assert_eq!(accounts.delete(id), Err(VaultError::KeyringLocked));
    assert_eq!(accounts.one(id).unwrap_err(), VaultError::NotFound, "it is as good as gone");
    faulty.allow(usize::MAX);
    assert_eq!(accounts.delete(id), Ok(()));
    assert_eq!(faulty.names(), [""; 0]);
}

#[test]
fn an_interrupted_update_leaves_the_old_or_the_new() {
    let long = |letter: &str| User::new("alice").unwrap().with_role(ADMIN).with_note(letter);
    interrupt(
        |accounts| {
            let id = accounts.create(new("alice", "", true)).unwrap().account.user.id;
            accounts.update(id, long("x")).unwrap();
            id
        },
        |accounts, id| accounts.update(*id, long("y")).is_ok(),
        |accounts, _, id, done| {
            let user = accounts.one(*id).unwrap().record.user.user;
            assert_eq!(user, long(if done { "y" } else { "x" }));
        },
    );
}

/// A user too long for one entry.
trait WithNote {
    fn with_note(self, letter: &str) -> Self;
}

impl WithNote for User {
    fn with_note(mut self, letter: &str) -> Self {
        self.metadata.insert("note".into(), letter.repeat(5_000).into());
        self
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done to accounts in whatever order, these hold.
    #[test]
    fn identifiers_stay_unique_and_somebody_stays_admin(
        steps in prop::collection::vec((0..3_u8, 0..4_usize, 0..4_usize, any::<bool>()), 1..24),
    ) {
        let store = testing::store();
        let mut accounts = accounts(&store);
        let names = ["ann", "Bob", "cy", "dee"];
        for (step, who, name, admin) in steps {
            let all = accounts.all().unwrap();
            let id = all.get(who).map_or_else(UserId::new, |stored| stored.record.user.id);
            let user = User::new(names[name]).unwrap();
            match step {
                0 => drop(accounts.create(new(names[name], "", true))),
                1 if admin => drop(accounts.update(id, user.with_role(ADMIN))),
                1 => drop(accounts.update(id, user)),
                _ => drop(accounts.delete(id)),
            }
            let all = accounts.all().unwrap();
            let mut identifiers = identifiers(&mut accounts);
            identifiers.sort();
            identifiers.dedup();
            prop_assert_eq!(identifiers.len(), all.len());
            prop_assert!(all.is_empty() || all.iter().any(Stored::is_admin));
            prop_assert_eq!(testing::entries(&store).len(), 2 * all.len(), "nothing is left over");
        }
    }
}

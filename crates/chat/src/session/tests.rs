//! What a session keeps, refuses and gives back.

use proptest::prelude::*;

use super::*;
use crate::user::User;

const TURNS: SessionKey<u32> = SessionKey::new("turns", || 0);
const LEVEL: SessionKey<String> =
    SessionKey::new("level", || "Beginner".into()).read_as(|level| level.to_lowercase());

fn session() -> UserSession {
    let user = PersistedUser {
        id: crate::ids::UserId::new(),
        created_at: crate::clock::now(),
        user: User::new("alice").unwrap(),
    };
    let built_in = BuiltIn {
        id: ThreadId::new(),
        user: Shared::new(user),
        chat_profile: "assistant".into(),
        env: Shared::default(),
    };
    let settings = vec![Setting::switch("brief", "Brief", false)];
    UserSession::new(built_in, settings, &SettingValues::new(), Map::new())
}

#[test]
fn typed_keys_have_defaults_transforms_updates_and_resets() {
    let session = session();
    assert_eq!(session.get(TURNS), Ok(0));
    assert_eq!(session.update(TURNS, |n| n + 1), Ok(1));
    assert_eq!(session.get(TURNS), Ok(1));
    session.reset(TURNS).unwrap();
    assert_eq!(session.get(TURNS), Ok(0));
    assert_eq!(session.get(LEVEL).unwrap(), "beginner");
    session.set(LEVEL, &"EXPERT".into()).unwrap();
    assert_eq!(session.get(LEVEL).unwrap(), "expert");
    assert_eq!(session.value("level"), Some(json!("EXPERT")), "stored as it was set");
}

#[test]
fn a_handle_changes_nothing_once_its_hook_is_over() {
    let session = session();
    let lent = session.lend();
    lent.set(TURNS, &1).unwrap();
    let next = session.lend();
    assert_eq!(lent.set(TURNS, &2), Err(SessionError::Ended));
    assert_eq!(lent.remove("turns"), Err(SessionError::Ended));
    assert_eq!(lent.get(TURNS), Ok(1), "it still reads");
    next.set(TURNS, &3).unwrap();
    session.take_back();
    assert_eq!(next.update(TURNS, |n| n + 1), Err(SessionError::Ended));
    assert_eq!(session.get(TURNS), Ok(3), "the conversation's own handle goes on");
}

#[rstest::rstest]
#[case("id")]
#[case("env")]
#[case("user")]
#[case("chat_profile")]
#[case("client_type")]
fn built_in_keys_read_but_do_not_set(#[case] key: &str) {
    let session = session();
    let before = session.value(key);
    assert!(before.is_some(), "{key} is built in");
    let reserved = SessionError::ReservedKey { key: key.into() };
    assert_eq!(session.set_value(key, json!(1)), Err(reserved));
    assert_eq!(session.value(key), before);
}

#[test]
fn setting_chat_settings_applies_them_and_refuses_what_does_not_fit() {
    let session = session();
    session.set_value(CHAT_SETTINGS, json!({ "brief": true })).unwrap();
    assert_eq!(session.settings()["brief"], json!(true));
    let invalid = SettingError::Invalid { id: "brief".into() };
    assert_eq!(
        session.set_value(CHAT_SETTINGS, json!({ "brief": 3 })),
        Err(SessionError::Setting(invalid))
    );
    assert_eq!(session.settings()["brief"], json!(true));
}

#[test]
fn a_full_session_keeps_what_it_has() {
    let session = session();
    session.set_value("kept", json!("word")).unwrap();
    let big = Value::String("x".repeat(MAX_SESSION_BYTES));
    assert_eq!(session.set_value("kept", big), Err(SessionError::SessionFull));
    assert_eq!(session.value("kept"), Some(json!("word")));
}

#[test]
fn a_change_may_look_into_the_session() {
    let session = session();
    session.set(TURNS, &2).unwrap();
    let level = || session.get(LEVEL).unwrap().len();
    assert_eq!(session.update(TURNS, |n| n + u32::try_from(level()).unwrap()), Ok(10));
}

#[test]
fn a_value_of_another_type_names_its_key() {
    let session = session();
    session.set_value("turns", json!("many")).unwrap();
    assert!(
        matches!(session.get(TURNS), Err(SessionError::Mistyped { key, .. }) if key == "turns")
    );
}

proptest! {
    #[test]
    fn the_counted_bytes_are_the_bytes(
        changes in proptest::collection::vec(("[a-d]", proptest::option::of("\\PC{0,20}")), 0..40)
    ) {
        let session = session();
        for (key, value) in changes {
            match value {
                Some(text) => session.set_value(&key, json!(text)).unwrap(),
                None => drop(session.remove(&key).unwrap()),
            }
        }
        let state = session.lock();
        let counted: usize = state.values.iter().map(|(key, value)| size(key, value)).sum();
        prop_assert_eq!(state.bytes, counted);
    }
}

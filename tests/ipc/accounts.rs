//! Accounts by command, and what one account cannot see of another.

use serde_json::json;

use super::Desk;

#[test]
fn the_first_account_is_admin_and_the_second_is_not() {
    let desk = Desk::new();
    assert_eq!(desk.create_account("Alice@Example.com")["metadata"]["role"], "admin");
    assert_eq!(desk.create_account("bob")["metadata"]["role"], "member");
    let all = desk.call("list_accounts", json!({}));
    assert_eq!(all[0]["identifier"], "alice@example.com", "folded, and the oldest first");
    assert_eq!(desk.call("current_account", json!({}))["identifier"], "bob");
    let profiles = desk.call("list_profiles", json!({}));
    let names: Vec<_> = profiles.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["assistant", "analyst"], "members do not see the admin profile");
}

#[test]
fn one_person_cannot_reach_another_ones_threads_by_their_ids() {
    let desk = Desk::with_account("alice");
    let thread = desk.open("assistant");
    desk.send(&thread, "a secret");
    desk.finished_steps(&thread, 2);
    desk.call("save_draft", json!({ "thread": thread, "text": "half a secret" }));
    desk.create_account("bob");

    let threads = desk.call("list_threads", json!({ "cursor": null }));
    assert_eq!(threads["threads"], json!([]), "bob's list is empty");
    for (command, arguments, code) in [
        ("open_thread", json!({ "thread": thread, "events": "__CHANNEL__:1" }), "threadMissing"),
        ("earlier_steps", json!({ "thread": thread, "before": u32::MAX }), "threadMissing"),
        ("rename_thread", json!({ "thread": thread, "name": "x" }), "threadMissing"),
        ("delete_thread", json!({ "thread": thread }), "threadMissing"),
        ("bin_threads", json!({ "threads": [thread] }), "threadMissing"),
        ("restore_threads", json!({ "threads": [thread] }), "threadMissing"),
        ("pin_thread", json!({ "thread": thread, "pinned": true }), "threadMissing"),
        ("save_draft", json!({ "thread": thread, "text": "x" }), "threadMissing"),
        (
            "send_message",
            json!({ "thread": thread, "text": "x", "command": null }),
            "conversationClosed",
        ),
        ("get_session_value", json!({ "thread": thread, "key": "id" }), "conversationClosed"),
        ("show_branch", json!({ "thread": thread, "branch": 0 }), "conversationClosed"),
    ] {
        assert_eq!(desk.refusal(command, arguments), code, "{command}");
    }

    assert_eq!(desk.call("get_draft", json!({ "thread": thread })), "", "nor is her draft bob's");

    let right = json!({ "identifier": "ALICE", "password": "correct horse", "remember": false });
    desk.call("sign_in", right);
    assert_eq!(desk.steps(&thread)[0]["output"], "a secret", "alice still has it");
    assert_eq!(desk.call("get_draft", json!({ "thread": thread })), "half a secret");
}

#[test]
fn a_deleted_account_leaves_no_directory_and_no_entry() {
    let desk = Desk::with_account("alice");
    let thread = desk.open("assistant");
    desk.send(&thread, "gone soon");
    desk.call("delete_account", json!({}));
    assert_eq!(desk.call("list_accounts", json!({})), json!([]));
    let users = std::fs::read_dir(desk.data_dir().join("users")).unwrap().count();
    assert_eq!(users, 0, "nothing is left on the disk");
    assert_eq!(desk.refusal("list_threads", json!({ "cursor": null })), "notSignedIn");
}

#[test]
fn accounts_are_kept_in_a_file_when_somebody_says_so_and_only_then() {
    let desk = Desk::with_account("alice");
    let keeping = |keeper: &str, has_file: bool| json!({ "keeper": keeper, "hasFile": has_file });
    assert_eq!(desk.call("accounts_keeping", json!({})), keeping("keyring", false));
    desk.call("choose_keeper", json!({ "keeper": "file" }));
    assert_eq!(desk.call("accounts_keeping", json!({})), keeping("file", true));
    assert_eq!(desk.call("current_account", json!({})), json!(null), "alice has no account there");

    let bob = |password: serde_json::Value, remember: bool| {
        let account = json!({
            "identifier": "bob", "displayName": "", "password": password, "remember": remember,
        });
        json!({ "account": account })
    };
    assert_eq!(desk.refusal("create_account", bob(json!(null), false)), "passwordRequired");
    assert_eq!(desk.refusal("create_account", bob(json!("a password"), true)), "notRemembered");
    desk.call("create_account", bob(json!("a password"), false));
    let model = json!({ "baseUrl": "http://localhost:1/v1", "model": "m", "key": "sk-secret" });
    desk.call("save_model", json!({ "draft": model }));
    assert_eq!(desk.call("get_model", json!({}))["hasKey"], true);
    let accounts = desk.data_dir().join("accounts");
    for file in std::fs::read_dir(&accounts).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("sk-secret"), "{text}");
    }
    let thread = desk.open("admin");
    desk.send(&thread, "/status");
    let status = desk.finished_steps(&thread, 2)[1]["output"].to_string();
    assert!(status.contains("accounts are kept in a file"), "{status}");

    desk.call("choose_keeper", json!({ "keeper": "keyring" }));
    assert_eq!(desk.call("list_accounts", json!({}))[0]["identifier"], "alice");
    desk.call("choose_keeper", json!({ "keeper": "file" }));
    for copy in ["accounts", "accounts.copy"] {
        std::fs::write(accounts.join(copy), "nonsense").unwrap();
    }
    assert_eq!(desk.refusal("list_accounts", json!({})), "accountsDamaged");
}

#[test]
fn a_locked_account_wants_its_password_although_it_is_remembered() {
    let desk = Desk::with_account("alice");
    let sign_in = |remember: bool| json!({ "identifier": "alice", "password": "correct horse", "remember": remember });
    let account = desk.call("set_remembered", json!({ "remember": true }));
    let remembered = json!({ "account": account["id"] });
    desk.call("sign_out", json!({ "lock": true }));
    assert_eq!(desk.refusal("sign_in_remembered", remembered.clone()), "passwordRequired");
    // Not by way of the other keeper either, nor by somebody else.
    desk.call("choose_keeper", json!({ "keeper": "keyring" }));
    assert_eq!(desk.refusal("sign_in_remembered", remembered.clone()), "passwordRequired");

    assert_eq!(desk.call("sign_in", sign_in(true))["remembered"], true);
    desk.call("sign_out", json!({ "lock": false }));
    desk.call("sign_in_remembered", remembered.clone());
    desk.call("sign_out", json!({ "lock": false }));
    assert_eq!(desk.call("sign_in", sign_in(false))["remembered"], false, "forgotten when asked");
    desk.call("sign_out", json!({ "lock": false }));
    assert_eq!(desk.refusal("sign_in_remembered", remembered), "notRemembered");
}

#[test]
fn an_account_whose_history_cannot_be_made_is_none() {
    let desk = Desk::with_account("alice");
    let users = desk.data_dir().join("users");
    desk.call("sign_out", json!({ "lock": false }));
    std::fs::rename(&users, users.with_extension("away")).unwrap();
    std::fs::write(&users, "no directory").unwrap();
    let bob = json!({ "account": {
        "identifier": "bob", "displayName": "", "password": "a password", "remember": false,
    }});
    assert_eq!(desk.refusal("create_account", bob.clone()), "storageFailed");
    assert_eq!(desk.call("list_accounts", json!({})).as_array().map(Vec::len), Some(1));
    std::fs::remove_file(&users).unwrap();
    assert_eq!(desk.call("create_account", bob)["identifier"], "bob");
}

#[test]
fn the_display_name_changes_and_stays() {
    let desk = Desk::with_account("alice");
    desk.call("update_account", json!({ "displayName": "  Alice Smith " }));
    assert_eq!(desk.call("current_account", json!({}))["displayName"], "Alice Smith");
    assert_eq!(desk.call("list_accounts", json!({}))[0]["displayName"], "Alice Smith");
}

#[test]
fn passwords_and_recovery_codes_are_changed_and_open() {
    let desk = Desk::with_account("alice");
    let set = |current: &str, password: serde_json::Value| json!({ "current": current, "password": password });
    assert_eq!(desk.refusal("set_password", set("wrong", json!("next"))), "wrongPassword");
    assert_eq!(desk.refusal("set_password", set("correct horse", json!(""))), "passwordRequired");
    assert_eq!(desk.call("set_password", set("correct horse", json!("next")))["hasPassword"], true);

    assert_eq!(desk.refusal("new_recovery_code", json!({ "password": "x" })), "wrongPassword");
    let code = desk.call("new_recovery_code", json!({ "password": "next" }));
    assert_eq!(desk.call("current_account", json!({}))["hasRecovery"], true);
    desk.call("sign_out", json!({ "lock": false }));
    assert_eq!(desk.refusal("new_recovery_code", json!({ "password": "next" })), "notSignedIn");

    let recover = |code: &str| json!({ "identifier": "alice", "code": code, "password": "third" });
    assert_eq!(desk.refusal("recover_account", recover("AAAAA")), "wrongPassword");
    desk.call("recover_account", recover(code.as_str().unwrap()));
    desk.call("sign_out", json!({ "lock": false }));
    let sign_in =
        |password: &str| json!({ "identifier": "alice", "password": password, "remember": false });
    assert_eq!(desk.refusal("sign_in", sign_in("next")), "wrongPassword");
    assert_eq!(desk.call("sign_in", sign_in("third"))["identifier"], "alice");
}

//! Bad input: each kind gets its own code, and nothing is lost.

use serde_json::{Value, json};

use super::Desk;
use crate::support::model_server::{KEY, MODEL, ModelServer};

fn account(identifier: &str) -> Value {
    json!({ "account": {
        "identifier": identifier, "displayName": "", "password": null, "remember": true,
    }})
}

#[test]
fn names_that_cannot_be_used_are_told_apart() {
    let desk = Desk::with_account("alice");
    for (identifier, code) in [
        ("", "nameEmpty"),
        ("  ", "nameEmpty"),
        ("a\u{7}b", "nameInvalid"),
        ("ALICE ", "identifierTaken"),
    ] {
        assert_eq!(desk.refusal("create_account", account(identifier)), code);
    }
    let long = account(&"x".repeat(300));
    assert_eq!(desk.refusal("create_account", long), "nameTooLong");
    assert_eq!(desk.call("list_accounts", json!({})).as_array().unwrap().len(), 1);
}

#[test]
fn wrong_passwords_and_unknown_people_get_the_same_answer_and_then_have_to_wait() {
    let desk = Desk::with_account("alice");
    let wrong = |identifier: &str| {
        let arguments = json!({ "identifier": identifier, "password": "no", "remember": false });
        desk.refusal("sign_in", arguments)
    };
    assert_eq!(wrong("nobody"), "wrongPassword");
    let codes: Vec<_> = (0..6).map(|_| wrong("alice")).collect();
    assert_eq!(codes[0], "wrongPassword");
    assert_eq!(codes[5], "tooManyAttempts", "after five failures there is a wait: {codes:?}");
}

#[test]
fn messages_and_keys_that_cannot_be_taken() {
    let desk = Desk::with_account("alice");
    let thread = desk.open("assistant");
    let send = |text: &str| json!({ "thread": thread, "text": text, "command": null });
    assert_eq!(desk.refusal("send_message", send(" \n ")), "messageEmpty");
    let two_mebibytes = "x".repeat(2 * 1024 * 1024);
    assert_eq!(desk.refusal("send_message", send(&two_mebibytes)), "messageTooLong");
    let reserved = json!({ "thread": thread, "key": "user", "value": 1 });
    assert_eq!(desk.refusal("set_session_value", reserved), "reservedKey");
    let unknown = json!({ "thread": thread, "values": { "mood": 1 } });
    assert_eq!(desk.refusal("update_settings", unknown), "settingUnknown");
    let invalid = json!({ "thread": thread, "values": { "temperature": 99 } });
    assert_eq!(desk.refusal("update_settings", invalid), "settingInvalid");
    let retry = json!({ "thread": thread });
    assert_eq!(desk.refusal("retry_reply", retry), "nothingToRetry");
    desk.send(&thread, "still here");
    assert_eq!(desk.steps(&thread)[0]["output"], "still here");
}

#[test]
fn a_profile_one_may_not_see_is_not_opened() {
    let desk = Desk::with_account("alice");
    desk.create_account("bob");
    let open = |profile: &str| json!({ "profile": profile, "events": "__CHANNEL__:1" });
    assert_eq!(desk.refusal("open_chat", open("admin")), "profileForbidden");
    assert_eq!(desk.refusal("open_chat", open("nobody")), "profileMissing");
}

#[test]
fn nobody_signed_in_reaches_nothing() {
    let desk = Desk::new();
    for (command, arguments) in [
        ("list_threads", json!({ "cursor": null })),
        ("list_profiles", json!({})),
        ("get_model", json!({})),
        ("delete_account", json!({})),
        ("open_chat", json!({ "profile": "assistant", "events": "__CHANNEL__:1" })),
    ] {
        assert_eq!(desk.refusal(command, arguments), "notSignedIn", "{command}");
    }
    assert_eq!(desk.call("current_account", json!({})), Value::Null);
}

#[test]
fn links_lead_only_to_the_web_and_to_mail() {
    let desk = Desk::with_account("alice");
    for url in ["file:///etc/passwd", "javascript:alert(1)", "http://example.com", "no link"] {
        assert_eq!(desk.refusal("open_link", json!({ "url": url })), "linkRefused", "{url}");
    }
}

#[test]
fn models_that_cannot_answer_say_why() {
    let server = ModelServer::start();
    let desk = Desk::with_account("alice");
    let draft = |url: &str, model: &str, key: &str| json!({ "draft": { "baseUrl": url, "model": model, "key": key } });
    let code =
        |arguments| desk.attempt("test_model", arguments).unwrap_err()["failure"]["code"].clone();
    assert_eq!(code(draft(&server.base_url(), MODEL, "wrong")), "modelUnauthorized");
    assert_eq!(code(draft(&server.base_url(), "other", KEY)), "modelNotFound");
    assert_eq!(code(draft("http://127.0.0.1:1/v1", MODEL, KEY)), "modelUnreachable");
    assert_eq!(desk.refusal("test_model", draft("ftp://x", MODEL, KEY)), "addressInvalid");
    desk.call("test_model", draft(&server.base_url(), MODEL, KEY));
}

#[test]
fn a_stored_key_goes_to_no_other_address() {
    let (own, other) = (ModelServer::start(), ModelServer::start());
    let desk = Desk::with_account("alice");
    desk.use_model(&own);
    let draft = |url: &str| json!({ "draft": { "baseUrl": url, "model": MODEL, "key": null } });
    desk.call("test_model", draft(&own.base_url()));
    // The other server takes the same key, so a refusal means that it was not given one.
    let refused = desk.attempt("test_model", draft(&other.base_url())).unwrap_err();
    assert_eq!(refused["failure"]["code"], "modelUnauthorized");
    desk.call("save_model", draft(&other.base_url()));
    assert_eq!(desk.call("get_model", json!({}))["hasKey"], false);
}

#[test]
fn failed_replies_keep_what_came_and_say_what_happened() {
    let server = ModelServer::start();
    let desk = Desk::with_account("alice");
    desk.use_model(&server);
    for (said, code, kept) in [
        ("[429]", "modelRateLimited", ""),
        ("[500]", "modelRefused", ""),
        ("[garbage]", "modelRefused", ""),
        ("[cut]", "modelInterrupted", "This reply breaks "),
    ] {
        let thread = desk.open("assistant");
        desk.send(&thread, said);
        let steps = desk.finished_steps(&thread, 2);
        assert_eq!(steps[0]["output"], said, "the message is kept");
        assert_eq!(steps[1]["failure"]["code"], code, "{said}");
        assert_eq!(steps[1]["output"], kept, "{said}");
    }
}
